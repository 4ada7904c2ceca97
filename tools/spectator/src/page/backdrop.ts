import { Brush } from "./brush";
import type { Camera, Point } from "./camera";
import { css, mixed, night } from "./colours";
import type { Colour } from "./colours";
import { Dice } from "./dice";

const starCount = 240;
const skyWidth = 96;
const cloudNearness = 0.04;
const margin = 0.1; // of the picture, in which what leaves on one side comes in

interface Star {
  place: Point; // in pictures
  nearness: number;
  size: number;
  twinkle: number;
  colour: Colour;
  light: number;
}

const clouds: readonly { place: Point; radius: number; colour: Colour; cover: number }[] = [
  { place: { x: 0.2, y: 0.3 }, radius: 0.75, colour: [56, 26, 115], cover: 0.5 },
  { place: { x: 0.85, y: 0.75 }, radius: 0.85, colour: [13, 56, 107], cover: 0.55 },
  { place: { x: 0.65, y: 0.15 }, radius: 0.5, colour: [89, 20, 71], cover: 0.4 },
  { place: { x: 0.1, y: 0.95 }, radius: 0.55, colour: [8, 66, 77], cover: 0.45 },
];

/** The sky behind the field: far away, so it moves less. */
export class Backdrop {
  private readonly stars: Star[] = [];
  private readonly sky: Brush;

  constructor() {
    const canvas = document.createElement("canvas");
    canvas.width = skyWidth;
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("this browser has no canvas");
    this.sky = new Brush(context);
    const dice = new Dice(2024);
    for (let i = 0; i < starCount; ++i) {
      const nearness = dice.between(0.05, 1) * dice.between(0.1, 0.6);
      this.stars.push({
        place: { x: dice.between(0, 1.2), y: dice.between(0, 1.2) },
        nearness,
        size: 0.8 + 2 * nearness,
        twinkle: dice.between(0, 6.28),
        colour: mixed([255, 217, 179], [166, 204, 255], dice.roll()),
        light: dice.between(0.25, 0.9),
      });
    }
  }

  draw(brush: Brush, camera: Camera, timeS: number): void {
    const { context } = brush;
    this.drawClouds(brush, camera);
    context.globalCompositeOperation = "lighter";
    for (const star of this.stars) {
      const place = placed(star.place, star.nearness, camera);
      const light = star.light * (0.75 + 0.25 * Math.sin(timeS * 2.1 + star.twinkle));
      context.fillStyle = css(star.colour, light);
      context.fillRect(place.x, place.y, star.size, star.size);
    }
  }

  /**
   * Coarsely, then spread over the picture: discs as large as these take longer than all the rest.
   */
  private drawClouds(brush: Brush, camera: Camera): void {
    const { sky } = this;
    const share = skyWidth / camera.width;
    const skyHeight = Math.max(1, Math.round(camera.height * share));
    if (sky.context.canvas.height !== skyHeight) sky.context.canvas.height = skyHeight;
    const { width, height } = sky.context.canvas;
    sky.context.globalCompositeOperation = "source-over";
    sky.context.fillStyle = css(night);
    sky.context.fillRect(0, 0, width, height);
    sky.context.globalCompositeOperation = "lighter";
    const nearness = cloudNearness * camera.scale;
    const swayOf = (way: number): number => 120 * Math.sin((way * nearness) / 120) * share;
    for (const cloud of clouds) {
      const middle = {
        x: cloud.place.x * width - swayOf(camera.travelled.x),
        y: cloud.place.y * height - swayOf(camera.travelled.y),
      };
      sky.glow(middle, cloud.radius * Math.max(height, width * 0.6), cloud.colour, cloud.cover);
    }
    brush.context.globalCompositeOperation = "source-over";
    brush.context.drawImage(sky.context.canvas, 0, 0, camera.width, camera.height);
  }
}

/** Where something of the endless sky stands in the picture. */
function placed(place: Point, nearness: number, camera: Camera): Point {
  const span = 1 + 2 * margin;
  const shift = nearness * Math.min(camera.scale, 1.2);
  const share = (at: number): number => at - Math.floor(at / span) * span - margin;
  return {
    x: share(place.x - (camera.travelled.x * shift) / camera.width) * camera.width,
    y: share(place.y - (camera.travelled.y * shift) / camera.height) * camera.height,
  };
}
