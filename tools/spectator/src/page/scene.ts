import type { Picture } from "../client";
import type { Brush } from "./brush";
import type { Camera, Point } from "./camera";
import type { Colour } from "./colours";

/** Something that can be followed and is found on the map. */
export interface Mark {
  /** By which it is followed; 0: it can't be. */
  key: number;
  place: Point;
  size: number;
  colour: Colour;
}

/** How the things of a game look. */
export interface Scene {
  readonly camera: Camera;
  /** Takes over the picture of now. */
  update(picture: Picture, seconds: number, followed: number): void;
  draw(brush: Brush, now: number): void;
  marks(): readonly Mark[];
  /** Forgets what flies about. */
  clear(): void;
}
