export interface Point {
  x: number;
  y: number;
}

/** Where a game's things are: from `lo` to `hi` on both axes. */
export interface Field {
  lo: number;
  hi: number;
  /** What leaves it on one side comes in on the other. */
  wraps: boolean;
}

/** Of the field's height, in the units of the Arena, what is seen at zoom 1. */
const shownShare = 0.42;
const mostZoom = 6;
const stiffness = 9; // per second

/**
 * What part of a field the canvas shows. A field that wraps has no edge, so neither has the
 * picture: the zoom never goes so far out that one thing would be seen twice.
 */
export class Camera {
  width = 1;
  height = 1;
  zoom = 1;
  middle: Point = { x: 0, y: 0 };
  /** The way that it has come, without jumps at the field's edges: for what lies far behind. */
  travelled: Point = { x: 0, y: 0 };

  constructor(readonly field: Field) {}

  resize(width: number, height: number): void {
    this.width = Math.max(width, 1);
    this.height = Math.max(height, 1);
  }

  /** Pixels for a unit of the field. */
  get scale(): number {
    return Math.max(this.leastScale(), this.baseScale() * this.zoom);
  }

  way(from: Point, to: Point): Point {
    return { x: this.wayOf(to.x - from.x), y: this.wayOf(to.y - from.y) };
  }

  onScreen(place: Point): Point {
    const way = this.way(this.middle, place);
    return { x: this.width / 2 + way.x * this.scale, y: this.height / 2 + way.y * this.scale };
  }

  inField(pixel: Point): Point {
    return this.wrapped({
      x: this.middle.x + (pixel.x - this.width / 2) / this.scale,
      y: this.middle.y + (pixel.y - this.height / 2) / this.scale,
    });
  }

  isInSight(place: Point, radius: number): boolean {
    const way = this.way(this.middle, place);
    const reach = radius * this.scale;
    return (
      Math.abs(way.x) * this.scale < this.width / 2 + reach &&
      Math.abs(way.y) * this.scale < this.height / 2 + reach
    );
  }

  /** Moves towards a place, in `seconds`. */
  follow(place: Point, seconds: number): void {
    const way = this.way(this.middle, place);
    const share = 1 - Math.exp(-stiffness * seconds);
    this.moveBy({ x: way.x * share, y: way.y * share });
  }

  moveBy(step: Point): void {
    this.middle = this.wrapped({ x: this.middle.x + step.x, y: this.middle.y + step.y });
    this.travelled = { x: this.travelled.x + step.x, y: this.travelled.y + step.y };
  }

  /** As a finger or the mouse pulls the picture. */
  drag(pixels: Point): void {
    this.moveBy({ x: -pixels.x / this.scale, y: -pixels.y / this.scale });
  }

  /** What is under the pixel stays there. */
  zoomAt(factor: number, pixel: Point): void {
    const before = this.inField(pixel);
    const least = this.leastScale() / this.baseScale();
    this.zoom = Math.min(Math.max(this.zoom * factor, least), mostZoom);
    const way = this.way(this.inField(pixel), before);
    this.moveBy(way);
  }

  /** So that all of the field is in the picture, or as much as can be. */
  showAll(): void {
    this.zoom = this.leastScale() / this.baseScale();
  }

  wrapped(place: Point): Point {
    return { x: this.within(place.x), y: this.within(place.y) };
  }

  private baseScale(): number {
    const size = this.field.hi - this.field.lo;
    // On a narrow screen it is the width that counts.
    return Math.max(this.height, this.width * 0.62) / (size * shownShare);
  }

  private leastScale(): number {
    const size = this.field.hi - this.field.lo;
    if (this.field.wraps) return Math.max(this.width, this.height) / (size * 0.97);
    return Math.min(this.width, this.height) / (size * 1.05);
  }

  private wayOf(distance: number): number {
    if (!this.field.wraps) return distance;
    const size = this.field.hi - this.field.lo;
    return distance - size * Math.floor(distance / size + 0.5);
  }

  private within(number: number): number {
    const { lo, hi, wraps } = this.field;
    if (!wraps) return Math.min(Math.max(number, lo), hi);
    const size = hi - lo;
    return number - size * Math.floor((number - lo) / size);
  }
}
