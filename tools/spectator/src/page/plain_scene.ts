import type { Picture } from "../client";
import type { BlendType } from "../client";
import type { Brush } from "./brush";
import { Camera } from "./camera";
import type { Field } from "./camera";
import { pointIn } from "./arena_model";
import { css, night, pale, playerColour } from "./colours";
import type { Mark, Scene } from "./scene";

interface Placed {
  name: string;
  /** The field that is its place. */
  field: string;
  axes: Field;
}

const defaultField: Field = { lo: -100, hi: 100, wraps: false };

/** The first vector of a type that moves is where it is. */
function placedOf(type: BlendType): Placed | null {
  for (const field of type.fields) {
    const [x, y] = field.leaves;
    if (field.kind !== "number" || !x || !y || x.path.length < 2) continue;
    const axes = { lo: Math.min(x.lo, y.lo), hi: Math.max(x.hi, y.hi), wraps: x.wraps };
    return { name: type.name, field: x.path[0] ?? "", axes };
  }
  return null;
}

/** A game that this page does not know: its things are dots with the names of their types. */
export class PlainScene implements Scene {
  readonly camera: Camera;
  private readonly placed: readonly Placed[];
  private things: Mark[] = [];
  private labels: string[] = [];

  constructor(types: readonly BlendType[]) {
    this.placed = types.map(placedOf).filter((one): one is Placed => one !== null);
    const axes = this.placed.map((one) => one.axes);
    this.camera = new Camera(
      axes.length === 0
        ? defaultField
        : {
            lo: Math.min(...axes.map((one) => one.lo)),
            hi: Math.max(...axes.map((one) => one.hi)),
            wraps: axes.every((one) => one.wraps),
          },
    );
    this.camera.showAll();
  }

  update(picture: Picture, _seconds: number, followed: number): void {
    this.things = [];
    this.labels = [];
    this.placed.forEach(({ name, field }, number) => {
      for (const { id, fields } of picture.types.get(name) ?? []) {
        const size = id === followed ? 6 : 4;
        const colour = playerColour(number);
        this.things.push({ key: id, place: pointIn(fields, field), size, colour });
        this.labels.push(`${name.split(".").pop() ?? name} ${id}`);
      }
    });
  }

  draw(brush: Brush): void {
    const { context } = brush;
    context.globalCompositeOperation = "source-over";
    context.fillStyle = css(night);
    context.fillRect(0, 0, this.camera.width, this.camera.height);
    const areFew = this.things.length <= 60;
    this.things.forEach((thing, i) => {
      if (!this.camera.isInSight(thing.place, 10)) return;
      const place = this.camera.onScreen(thing.place);
      brush.disc(place, thing.size, css(thing.colour));
      const label = this.labels[i] ?? "";
      if (areFew) brush.text({ x: place.x, y: place.y + 14 }, label, 10, css(pale, 0.75));
    });
  }

  marks(): readonly Mark[] {
    return this.things;
  }

  clear(): void {
    this.things = [];
  }
}
