import type { Entity, Picture, State } from "../client";
import type { Happening } from "./arena_messages";
import { numberIn, pointIn } from "./arena_model";
import type { ArenaModel } from "./arena_model";
import { drawAsteroid, drawShip, drawShot } from "./arena_shapes";
import type { RockLook, ShipLook } from "./arena_shapes";
import { Backdrop } from "./backdrop";
import type { Brush } from "./brush";
import { Camera } from "./camera";
import type { Point } from "./camera";
import { css, flame, mixed, playerColour, stone, white } from "./colours";
import type { Mark, Scene } from "./scene";
import { Sparks } from "./sparks";

/** `arena.ShipFlag`, as its bits are told. */
const thrusting = 1;
const shielded = 2;
const coasting = 4;

const fadeInS = 0.5;
const exhaustPerS = 55; // specks of one ship
const fieldHalf = 1024;

interface Ship {
  player: number;
  velocity: Point;
  look: ShipLook;
}

interface Bolt {
  place: Point;
  velocity: Point;
  colour: number;
}

/** The Arena: ships that shoot at each other among asteroids. */
export class ArenaScene implements Scene {
  readonly camera = new Camera({ lo: -fieldHalf, hi: fieldHalf, wraps: true });
  private readonly backdrop = new Backdrop();
  private readonly sparks = new Sparks();
  private ships: Ship[] = [];
  private rocks: RockLook[] = [];
  private rockAges = new Map<number, number>();
  private bolts: Bolt[] = [];
  private exhaustDue = 0;
  private timeS = 0;

  /** `isCalm`: nothing flickers or flies that need not. */
  constructor(
    private readonly model: ArenaModel,
    private readonly isCalm: () => boolean,
  ) {}

  update(picture: Picture, seconds: number, followed: number): void {
    this.timeS += this.isCalm() ? 0 : seconds;
    const of = (type: string): readonly Entity[] => picture.types.get(type) ?? [];
    this.ships = of("arena.Ship").map(({ fields }) => shipOf(fields, followed));
    this.bolts = of("arena.Shot").map(({ fields }) => ({
      place: pointIn(fields, "position"),
      velocity: pointIn(fields, "velocity"),
      colour: numberIn(fields, "colour"),
    }));
    this.takeRocks(of("arena.Asteroid"), seconds);
    if (!this.isCalm()) this.leaveExhaust(seconds);
    this.sparks.step(seconds);
  }

  note(happening: Happening): void {
    if (!("place" in happening) || !happening.place) return;
    const { kind, place, who, whom } = happening;
    const colour = this.model.colourOf(kind === "appeared" ? who : whom);
    const many = this.isCalm() ? 0.25 : 1;
    switch (kind) {
      case "appeared":
        this.sparks.wave(place, 60, colour);
        break;
      case "hit":
        this.sparks.burst(place, 14 * many, 160, colour);
        break;
      case "broken":
        this.sparks.burst(place, 22 * many, 120, stone);
        break;
      case "destroyed":
        this.sparks.burst(place, 70 * many, 300, colour);
        this.sparks.burst(place, 40 * many, 160, flame);
        this.sparks.wave(place, 110, colour);
        break;
    }
  }

  draw(brush: Brush, now: number): void {
    const { camera } = this;
    this.backdrop.draw(brush, camera, this.timeS);
    for (const rock of this.rocks) drawAsteroid(brush, camera, rock);
    for (const bolt of this.bolts) {
      drawShot(brush, camera, bolt.place, bolt.velocity, playerColour(bolt.colour));
    }
    for (const ship of this.ships) drawShip(brush, camera, ship.look, this.timeS);
    this.sparks.draw(brush, camera);
    this.drawWords(brush, now);
  }

  marks(): readonly Mark[] {
    const rocks = this.rocks.map(({ place, radius }) => ({
      key: 0,
      place,
      size: Math.max(0.7, radius / 22),
      colour: mixed(stone, [0, 0, 0], 0.45),
    }));
    const ships = this.ships.map(({ player, look }) => ({
      key: player,
      place: look.place,
      size: look.isFollowed ? 3.2 : 2.3,
      colour: look.isFollowed ? white : look.colour,
    }));
    return [...rocks, ...ships];
  }

  clear(): void {
    this.sparks.clear();
  }

  private takeRocks(asteroids: readonly Entity[], seconds: number): void {
    const ages = new Map<number, number>();
    this.rocks = asteroids.map(({ id, fields }) => {
      const known = this.rockAges.get(id);
      const age = known === undefined ? 0 : known + seconds;
      ages.set(id, age);
      return {
        id,
        place: pointIn(fields, "position"),
        heading: numberIn(fields, "heading"),
        radius: numberIn(fields, "radius"),
        presence: Math.min(1, 0.2 + age / fadeInS),
      };
    });
    this.rockAges = ages;
  }

  private leaveExhaust(seconds: number): void {
    this.exhaustDue += exhaustPerS * seconds;
    const specks = Math.min(Math.floor(this.exhaustDue), 4);
    this.exhaustDue -= Math.floor(this.exhaustDue);
    for (const { look, velocity } of this.ships) {
      if (!look.isThrusting || !this.camera.isInSight(look.place, 60)) continue;
      const ahead = { x: Math.cos(look.heading), y: Math.sin(look.heading) };
      const engine = { x: look.place.x - ahead.x * 10, y: look.place.y - ahead.y * 10 };
      const course = { x: velocity.x - ahead.x * 170, y: velocity.y - ahead.y * 170 };
      for (let i = 0; i < specks; ++i) this.sparks.exhaust(engine, course);
    }
  }

  /** Names below the ships, and what their players say above. */
  private drawWords(brush: Brush, now: number): void {
    const scale = Math.max(this.camera.scale, 0.72);
    for (const { player, look } of this.ships) {
      if (!this.camera.isInSight(look.place, 60)) continue;
      const place = this.camera.onScreen(look.place);
      const name = this.model.nameOf(player);
      const below = { x: place.x, y: place.y + 22 * scale + 13 };
      const colour = look.isFollowed ? mixed(look.colour, white, 0.45) : look.colour;
      brush.text(below, name, look.isFollowed ? 13 : 12, css(colour, look.isFollowed ? 1 : 0.85));
      const said = this.model.wordsOf(player, now);
      const above = { x: place.x, y: place.y - 34 * scale };
      if (said) brush.text(above, said, 14, css(mixed(look.colour, white, 0.5)));
    }
  }
}

function shipOf(state: State, followed: number): Ship {
  const player = numberIn(state, "player");
  const flags = numberIn(state, "flags");
  return {
    player,
    velocity: pointIn(state, "velocity"),
    look: {
      place: pointIn(state, "position"),
      heading: numberIn(state, "heading"),
      colour: playerColour(numberIn(state, "colour")),
      isFollowed: player === followed,
      isThrusting: (flags & thrusting) !== 0,
      isShielded: (flags & shielded) !== 0,
      isCoasting: (flags & coasting) !== 0,
      health: numberIn(state, "health"),
    },
  };
}
