import type { Brush } from "./brush";
import type { Camera, Point } from "./camera";
import { css, flame, mixed, white } from "./colours";
import type { Colour } from "./colours";
import { Dice } from "./dice";

const maxSparks = 900; // more are left out
const waveLifeS = 0.7;
const drag = 1.4; // share of the speed lost per second

interface Spark {
  place: Point;
  velocity: Point;
  left: number;
  life: number;
  size: number;
  colour: Colour;
}

interface Wave {
  place: Point;
  radius: number;
  left: number; // 1 to 0
  colour: Colour;
}

/** Light that flies about for a moment where something happened. */
export class Sparks {
  private readonly dice = new Dice(7);
  private sparks: Spark[] = [];
  private waves: Wave[] = [];

  burst(place: Point, count: number, speed: number, colour: Colour): void {
    for (let i = 0; i < count; ++i) {
      const life = this.dice.between(0.3, 1.1);
      const hot = mixed(colour, white, this.dice.between(0, 0.6));
      const velocity = this.anyWay(speed * this.dice.between(0.1, 1));
      this.add(place, velocity, life, this.dice.between(1, 2.2), hot);
    }
  }

  wave(place: Point, radius: number, colour: Colour): void {
    this.waves.push({ place, radius, left: 1, colour });
  }

  exhaust(place: Point, velocity: Point): void {
    const spread = this.anyWay(this.dice.between(0, 26));
    const hot = mixed(flame, [255, 230, 153], this.dice.roll());
    const course = { x: velocity.x + spread.x, y: velocity.y + spread.y };
    this.add(place, course, this.dice.between(0.15, 0.45), this.dice.between(0.8, 1.8), hot);
  }

  step(seconds: number): void {
    const kept = Math.max(0, 1 - drag * seconds);
    for (const spark of this.sparks) {
      spark.place.x += spark.velocity.x * seconds;
      spark.place.y += spark.velocity.y * seconds;
      spark.velocity.x *= kept;
      spark.velocity.y *= kept;
      spark.left -= seconds;
    }
    for (const wave of this.waves) wave.left -= seconds / waveLifeS;
    this.sparks = this.sparks.filter((spark) => spark.left > 0);
    this.waves = this.waves.filter((wave) => wave.left > 0);
  }

  draw(brush: Brush, camera: Camera): void {
    const { scale } = camera;
    for (const spark of this.sparks) {
      if (!camera.isInSight(spark.place, 40)) continue;
      const light = spark.left / spark.life;
      const head = camera.onScreen(spark.place);
      const reach = 0.028 * scale;
      const tail = {
        x: head.x - spark.velocity.x * reach,
        y: head.y - spark.velocity.y * reach,
      };
      brush.line(tail, head, spark.size, css(spark.colour, light));
      brush.glow(head, spark.size * 4, spark.colour, 0.4 * light);
    }
    for (const wave of this.waves) {
      if (!camera.isInSight(wave.place, wave.radius)) continue;
      const middle = camera.onScreen(wave.place);
      const radius = wave.radius * (1 - wave.left * wave.left) * scale;
      brush.ring(middle, radius, 1 + 3 * wave.left, css(wave.colour, 0.8 * wave.left));
      brush.glow(middle, radius * 1.4, wave.colour, 0.4 * wave.left * wave.left);
    }
  }

  clear(): void {
    this.sparks = [];
    this.waves = [];
  }

  private add(place: Point, velocity: Point, life: number, size: number, colour: Colour): void {
    if (this.sparks.length >= maxSparks) return;
    this.sparks.push({ place: { ...place }, velocity, left: life, life, size, colour });
  }

  private anyWay(speed: number): Point {
    const turn = this.dice.between(0, 2 * Math.PI);
    return { x: Math.cos(turn) * speed, y: Math.sin(turn) * speed };
  }
}
