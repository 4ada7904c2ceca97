import type { MatchEvent, Picture, Playback } from "../client";
import { Brush } from "./brush";
import type { Point } from "./camera";
import { css } from "./colours";
import { Pointer } from "./pointer";
import type { Mark, Scene } from "./scene";

export type Follow = number | "leader" | "free";

export interface MatchListener {
  /** A picture is about to be drawn. `events` are those that it shows. */
  shown(picture: Picture, events: MatchEvent[], now: number): void;
  /** By hand. */
  followed(follow: Follow): void;
  leader(): number;
}

const longestStepS = 0.1;
const clickReach = 34; // pixels from a ship
const mapSide = 132;
const mapMargin = 14;

/** Draws a match at the display's rate, and lets whoever watches look around in it. */
export class MatchView {
  follow: Follow = "leader";
  behindMs = 0;
  private readonly brush: Brush;
  /** How it is drawn, and its camera. */
  scene: Scene | null = null;
  private playback: Playback | null = null;
  private lastPicture: Picture | null = null;
  private drawnAt: number | null = null;
  private lastFollowed = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly listener: MatchListener,
  ) {
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("this browser has no canvas");
    this.brush = new Brush(context);
    new Pointer(canvas, () => this.scene?.camera ?? null, {
      clicked: (at) => this.pick(at),
      dragged: () => this.change("free"),
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
    const loop = (now: number): void => {
      this.step(now);
      requestAnimationFrame(loop);
    };
    requestAnimationFrame(loop);
  }

  /** Another match, or the same one over another connection. */
  open(playback: Playback, scene: Scene): void {
    if (playback !== this.playback) this.lastPicture = null;
    this.playback = playback;
    this.scene = scene;
    this.lastFollowed = 0;
  }

  close(): void {
    this.playback = null;
    this.scene = null;
    this.lastPicture = null;
  }

  /** What is on the screen. */
  get picture(): Picture | null {
    return this.lastPicture;
  }

  private step(now: number): void {
    const seconds = Math.min((now - (this.drawnAt ?? now)) / 1000, longestStepS);
    this.drawnAt = now;
    if (!this.playback || !this.scene) return;
    // The clock of arrivals: what `requestAnimationFrame` says is when the picture began.
    const shown = this.playback.advance(performance.now());
    this.behindMs = shown.behindMs;
    this.resize(this.scene);
    if (shown.picture) {
      this.lastPicture = shown.picture;
      this.listener.shown(shown.picture, shown.events, now);
      this.scene.update(shown.picture, shown.isPaused ? 0 : seconds, this.followedKey());
    }
    this.moveCamera(this.scene, seconds);
    this.scene.draw(this.brush, now);
    this.drawMap(this.scene);
  }

  private followedKey(): number {
    if (this.follow === "free") return 0;
    return this.follow === "leader" ? this.listener.leader() : this.follow;
  }

  /** To another ship it jumps when it is far. */
  private moveCamera(scene: Scene, seconds: number): void {
    const followed = this.followedKey();
    const mark = scene.marks().find(({ key }) => key !== 0 && key === followed);
    if (!mark) return;
    const way = scene.camera.way(scene.camera.middle, mark.place);
    const isFar = Math.hypot(way.x, way.y) * scene.camera.scale > scene.camera.width * 0.6;
    if (this.lastFollowed !== followed && isFar) scene.camera.middle = { ...mark.place };
    else scene.camera.follow(mark.place, seconds);
    this.lastFollowed = followed;
  }

  private resize(scene: Scene): void {
    const box = this.canvas.getBoundingClientRect();
    // More than twice as fine nobody sees, and it takes time.
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const width = Math.max(1, Math.round(box.width * ratio));
    const height = Math.max(1, Math.round(box.height * ratio));
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.brush.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    scene.camera.resize(box.width, box.height);
  }

  private drawMap(scene: Scene): void {
    const { camera } = scene;
    if (camera.width < 560 || camera.height < 420) return; // a phone has no room for it
    const { context } = this.brush;
    const { lo, hi } = camera.field;
    const left = camera.width - mapMargin - mapSide;
    const top = camera.height - mapMargin - mapSide;
    context.globalCompositeOperation = "source-over";
    context.fillStyle = "rgba(6,9,20,0.82)";
    context.fillRect(left, top, mapSide, mapSide);
    context.strokeStyle = "rgba(153,184,230,0.22)";
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, top + 0.5, mapSide - 1, mapSide - 1);
    for (const mark of scene.marks()) this.drawMark(mark, left, top, lo, hi);
  }

  private drawMark(mark: Mark, left: number, top: number, lo: number, hi: number): void {
    const scale = mapSide / (hi - lo);
    const place = { x: left + (mark.place.x - lo) * scale, y: top + (mark.place.y - lo) * scale };
    this.brush.disc(place, mark.size, css(mark.colour));
  }

  private pick(at: Point): void {
    if (!this.scene) return;
    const { camera } = this.scene;
    let nearest: { key: number; away: number } | null = null;
    for (const { key, place } of this.scene.marks()) {
      const pixel = camera.onScreen(place);
      const away = Math.hypot(pixel.x - at.x, pixel.y - at.y);
      if (key !== 0 && away < clickReach && (!nearest || away < nearest.away)) {
        nearest = { key, away };
      }
    }
    if (nearest) this.change(nearest.key);
  }

  private change(follow: Follow): void {
    if (this.follow === follow) return;
    this.follow = follow;
    this.listener.followed(follow);
  }

  private key(event: KeyboardEvent): void {
    const camera = this.scene?.camera;
    if (!camera) return;
    const step = 60;
    const middle = { x: camera.width / 2, y: camera.height / 2 };
    const moves: { readonly [key: string]: () => void } = {
      ArrowLeft: () => camera.drag({ x: step, y: 0 }),
      ArrowRight: () => camera.drag({ x: -step, y: 0 }),
      ArrowUp: () => camera.drag({ x: 0, y: step }),
      ArrowDown: () => camera.drag({ x: 0, y: -step }),
      "+": () => camera.zoomAt(1.2, middle),
      "=": () => camera.zoomAt(1.2, middle),
      "-": () => camera.zoomAt(1 / 1.2, middle),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    if (event.key.startsWith("Arrow")) this.change("free");
    move();
  }
}
