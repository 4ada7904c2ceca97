import type { Camera, Point } from "./camera";

const clickReach = 6; // pixels that a finger may move in a click
const wheelPerDoubling = 420;

export interface PointerListener {
  clicked(at: Point): void;
  /** The picture is moved by hand. */
  dragged(): void;
}

/** Moves and zooms a camera by mouse, wheel and fingers. */
export class Pointer {
  private readonly held = new Map<number, Point>();
  private travelled = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly camera: () => Camera | null,
    private readonly listener: PointerListener,
  ) {
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      if (this.held.size === 0) this.travelled = 0;
      this.held.set(event.pointerId, this.at(event));
    });
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => {
      const wasHeld = this.held.delete(event.pointerId);
      const isClick = wasHeld && this.held.size === 0 && this.travelled < clickReach;
      if (isClick) this.listener.clicked(this.at(event));
    });
    canvas.addEventListener("pointercancel", (event) => this.held.delete(event.pointerId));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  private at(event: MouseEvent): Point {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private move(event: PointerEvent): void {
    const before = this.held.get(event.pointerId);
    const camera = this.camera();
    if (!before || !camera) return;
    const now = this.at(event);
    const step = { x: now.x - before.x, y: now.y - before.y };
    this.travelled += Math.hypot(step.x, step.y);
    this.held.set(event.pointerId, now);
    if (this.travelled < clickReach) return;
    const other = [...this.held].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const was = Math.hypot(before.x - other.x, before.y - other.y);
      const is = Math.hypot(now.x - other.x, now.y - other.y);
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      if (was > 1 && is > 1) camera.zoomAt(is / was, middle);
    } else {
      camera.drag(step);
      this.listener.dragged();
    }
  }

  private wheel(event: WheelEvent): void {
    const camera = this.camera();
    if (!camera) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    camera.zoomAt(2 ** ((-event.deltaY * lines) / wheelPerDoubling), this.at(event));
  }
}
