import { css } from "./colours";
import type { Colour } from "./colours";
import type { Point } from "./camera";

const spriteSize = 64;
const maxSprites = 96;
/** Around a line: as broad as so many of it, and how bright. */
const halos: readonly (readonly [number, number])[] = [
  [9, 0.035],
  [5.5, 0.06],
  [2.8, 0.12],
];

/**
 * Draws lines and soft light as on a vector screen. Light is a picture of a disc, made once for
 * each colour: a canvas's own shadows would take longer than all the rest.
 */
export class Brush {
  private readonly sprites = new Map<string, HTMLCanvasElement>();

  constructor(readonly context: CanvasRenderingContext2D) {}

  line(from: Point, to: Point, width: number, colour: string): void {
    const { context } = this;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
  }

  /** A closed line with light around it. */
  outline(points: readonly Point[], width: number, colour: Colour, cover = 1): void {
    this.trace(points);
    const { context } = this;
    context.lineJoin = "round";
    for (const [breadth, light] of halos) {
      context.strokeStyle = css(colour, light * cover);
      context.lineWidth = width * breadth;
      context.stroke();
    }
    context.strokeStyle = css(colour, cover);
    context.lineWidth = width;
    context.stroke();
  }

  shape(points: readonly Point[], colour: string): void {
    this.trace(points);
    this.context.fillStyle = colour;
    this.context.fill();
  }

  /** Light, brightest in the middle. */
  glow(middle: Point, radius: number, colour: Colour, cover: number): void {
    if (radius <= 0 || cover <= 0) return;
    const { context } = this;
    context.globalAlpha = Math.min(cover, 1);
    const size = radius * 2;
    context.drawImage(this.spriteOf(colour), middle.x - radius, middle.y - radius, size, size);
    context.globalAlpha = 1;
  }

  disc(middle: Point, radius: number, colour: string): void {
    this.arc(middle, radius);
    this.context.fillStyle = colour;
    this.context.fill();
  }

  ring(middle: Point, radius: number, width: number, colour: string): void {
    this.arc(middle, radius);
    this.context.strokeStyle = colour;
    this.context.lineWidth = width;
    this.context.stroke();
  }

  text(place: Point, text: string, pixels: number, colour: string): void {
    const { context } = this;
    context.font = `600 ${pixels}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colour;
    context.fillText(text, place.x, place.y);
  }

  private arc(middle: Point, radius: number): void {
    this.context.beginPath();
    this.context.arc(middle.x, middle.y, Math.max(radius, 0), 0, 2 * Math.PI);
  }

  private trace(points: readonly Point[]): void {
    const { context } = this;
    context.beginPath();
    points.forEach((point, i) => {
      if (i === 0) context.moveTo(point.x, point.y);
      else context.lineTo(point.x, point.y);
    });
    context.closePath();
  }

  private spriteOf(colour: Colour): HTMLCanvasElement {
    const key = colour.map((part) => part >> 3).join();
    const known = this.sprites.get(key);
    if (known) return known;
    if (this.sprites.size >= maxSprites) this.sprites.clear();
    const sprite = document.createElement("canvas");
    sprite.width = sprite.height = spriteSize;
    const half = spriteSize / 2;
    const context = sprite.getContext("2d");
    if (context) {
      const light = context.createRadialGradient(half, half, 0, half, half, half);
      light.addColorStop(0, css(colour, 1));
      light.addColorStop(0.35, css(colour, 0.38));
      light.addColorStop(1, css(colour, 0));
      context.fillStyle = light;
      context.fillRect(0, 0, spriteSize, spriteSize);
    }
    this.sprites.set(key, sprite);
    return sprite;
  }
}
