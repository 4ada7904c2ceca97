import type { Brush } from "./brush";
import type { Camera, Point } from "./camera";
import { css, danger, flame, mixed, stone, warmStone, white } from "./colours";
import type { Colour } from "./colours";
import { Dice } from "./dice";

/** Shots that a ship can take. */
const fullHealth = 4;

export interface ShipLook {
  place: Point;
  heading: number;
  colour: Colour;
  isFollowed: boolean;
  isThrusting: boolean;
  isShielded: boolean;
  isCoasting: boolean;
  health: number;
}

/** A shape's own coordinates, turned, sized and moved onto the screen. */
class Pose {
  readonly middle: Point;
  private readonly cosine: number;
  private readonly sine: number;

  constructor(
    camera: Camera,
    place: Point,
    heading: number,
    readonly scale: number = camera.scale,
  ) {
    this.middle = camera.onScreen(place);
    this.cosine = Math.cos(heading);
    this.sine = Math.sin(heading);
  }

  at(x: number, y: number): Point {
    return {
      x: this.middle.x + (x * this.cosine - y * this.sine) * this.scale,
      y: this.middle.y + (x * this.sine + y * this.cosine) * this.scale,
    };
  }
}

/** Ships stay recognisable when all of the field is seen: never smaller than that. */
const leastShipScale = 0.72;

export function drawShip(brush: Brush, camera: Camera, ship: ShipLook, timeS: number): void {
  if (!camera.isInSight(ship.place, 60)) return;
  const pose = new Pose(camera, ship.place, ship.heading, Math.max(camera.scale, leastShipScale));
  const cover = ship.isCoasting ? 0.45 : 1;
  const hull = [pose.at(15, 0), pose.at(-11, 10), pose.at(-6, 0), pose.at(-11, -10)];

  if (ship.isThrusting) drawFlame(brush, pose, timeS);
  const glow = (ship.isFollowed ? 56 : 40) * pose.scale;
  brush.glow(pose.middle, glow, ship.colour, (ship.isFollowed ? 0.42 : 0.28) * cover);
  brush.shape(hull, css(ship.colour, (ship.isFollowed ? 0.4 : 0.22) * cover));
  const edge = ship.isFollowed ? mixed(ship.colour, white, 0.4) : ship.colour;
  brush.outline(hull, ship.isFollowed ? 2.2 : 1.7, edge, cover);

  if (ship.isShielded) {
    const pulse = 0.5 + 0.25 * Math.sin(timeS * 9);
    brush.ring(pose.middle, 24 * pose.scale, 1.5, css(ship.colour, pulse));
    brush.glow(pose.middle, 30 * pose.scale, ship.colour, 0.3 * pulse);
  }
  if (ship.health < fullHealth) drawHealth(brush, pose, ship);
}

function drawFlame(brush: Brush, pose: Pose, timeS: number): void {
  const flicker = 0.75 + 0.25 * Math.sin(timeS * 71) * Math.sin(timeS * 43);
  const root = pose.at(-7, 0);
  const tip = pose.at(-10 - 16 * flicker, 0);
  brush.glow(pose.at(-15, 0), 24 * pose.scale, flame, 0.6);
  brush.line(pose.at(-9, 3.5), tip, 1.6, css(flame));
  brush.line(pose.at(-9, -3.5), tip, 1.6, css(flame));
  brush.line(root, pose.at(-8 - 9 * flicker, 0), 2.4, "rgba(255,235,178,0.9)");
}

function drawHealth(brush: Brush, pose: Pose, ship: ShipLook): void {
  const half = 13 * pose.scale;
  const share = Math.max(ship.health, 0) / fullHealth;
  const y = pose.middle.y + 22 * pose.scale;
  const from = { x: pose.middle.x - half, y };
  brush.line(from, { x: from.x + 2 * half, y }, 2, css(ship.colour, 0.22));
  if (share <= 0) return;
  const to = { x: from.x + 2 * half * share, y };
  brush.line(from, to, 2, css(mixed(danger, ship.colour, share)));
}

export interface RockLook {
  id: number;
  place: Point;
  heading: number;
  radius: number;
  presence: number; // what is new fades in
}

/** A rock has its shape by its id: the same from picture to picture. */
export function drawAsteroid(brush: Brush, camera: Camera, rock: RockLook): void {
  if (!camera.isInSight(rock.place, rock.radius * 1.3)) return;
  const dice = new Dice(rock.id);
  const pose = new Pose(camera, rock.place, rock.heading);
  const count = 8 + Math.floor(rock.radius / 9) + Math.floor(dice.between(0, 3));
  const corners: Point[] = [];
  for (let i = 0; i < count; ++i) {
    const turn = ((i + dice.between(-0.25, 0.25)) * 2 * Math.PI) / count;
    const reach = rock.radius * dice.between(0.74, 1.14);
    corners.push(pose.at(Math.cos(turn) * reach, Math.sin(turn) * reach));
  }
  const colour = mixed(stone, warmStone, dice.roll());
  brush.shape(corners, css(colour, 0.085 * rock.presence));
  brush.outline(corners, 1.4, colour, 0.85 * rock.presence);
  drawCrack(brush, pose, corners, rock, dice, colour);
}

/** So that one sees it turn. */
function drawCrack(
  brush: Brush,
  pose: Pose,
  corners: readonly Point[],
  rock: RockLook,
  dice: Dice,
  colour: Colour,
): void {
  const edge = corners[Math.floor(dice.between(0, corners.length))] ?? pose.middle;
  const reach = rock.radius * 0.3;
  const inner = pose.at(dice.between(-reach, reach), dice.between(-reach, reach));
  const bend = {
    x: (edge.x + inner.x) / 2 + dice.between(-3, 3) * pose.scale,
    y: (edge.y + inner.y) / 2 + dice.between(-3, 3) * pose.scale,
  };
  brush.line(edge, bend, 1, css(colour, 0.4 * rock.presence));
  brush.line(bend, inner, 1, css(colour, 0.4 * rock.presence));
}

export function drawShot(
  brush: Brush,
  camera: Camera,
  place: Point,
  velocity: Point,
  colour: Colour,
): void {
  if (!camera.isInSight(place, 30)) return;
  const speed = Math.hypot(velocity.x, velocity.y) || 1;
  const head = camera.onScreen(place);
  const reach = (15 * Math.max(camera.scale, leastShipScale)) / speed;
  const tail = { x: head.x - velocity.x * reach, y: head.y - velocity.y * reach };
  const middle = { x: (head.x + tail.x) / 2, y: (head.y + tail.y) / 2 };
  brush.glow(middle, reach * speed * 0.9, colour, 0.55);
  brush.line(tail, head, 2.2, css(colour));
  brush.line(middle, head, 1.4, css(white));
}
