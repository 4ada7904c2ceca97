import { type CodedComponent, type CodedField, Motion } from "./code_book";
import { type Lines, type References, lineAt, maxReferences } from "./references";

/** An entity's rows in the references that know it, the youngest first: `rows[i]` from `at[i]`. */
export class KnownRows {
  readonly rows: Int32Array[] = Array.from({ length: maxReferences }, () => new Int32Array(0));
  readonly at = new Int32Array(maxReferences);
  count = 0;
}

/** What a velocity field is told to be, for what it moves. */
export interface VelocityRows {
  readonly field: CodedField;
  readonly now: Int32Array;
  readonly nowAt: number;
  readonly then: Int32Array;
  readonly thenAt: number;
}

/** What one field is expected to be, and how sure that is. */
export class Prediction {
  /** By column of the field. */
  readonly value = new Int32Array(4);
  /** Cut off by rounding, 1/256ths. */
  readonly fraction = new Int32Array(4);
  /** Expected change, in steps. */
  readonly move = new Int32Array(4);
  /** Bit length of it. */
  readonly speed = new Uint8Array(4);
  /** Bit length of the distance to a rival guess. */
  readonly doubt = new Uint8Array(4);
  /** ... to another one. */
  readonly jerk = new Uint8Array(4);
  /** On which side the rival lies. */
  readonly bend = new Int8Array(4);
  /** How long the past fits a line, 0 to 4. */
  straight = 4;
  /** Rotation: how far the largest component is ahead, 0 to 15. */
  margin = 3;
  worstFraction = 0;
  /** Rotation: the expected quaternion. */
  readonly turned = new Float64Array(4);

  clear(): void {
    for (const part of [this.value, this.fraction, this.move, this.turned]) part.fill(0);
    for (const part of [this.speed, this.doubt, this.jerk, this.bend]) part.fill(0);
    this.straight = 4;
    this.margin = 3;
    this.worstFraction = 0;
  }
}

/** Bits of a magnitude, 0 to 9. */
export function bitLength(value: number): number {
  const magnitude = Math.abs(value);
  return magnitude >= 256 ? 9 : 32 - Math.clz32(magnitude);
}

const most = 2 ** 38;

/** From 1/256ths; what is absurdly far away is far enough. */
function rounded(in256ths: number): number {
  const tamed = in256ths < -most ? -most : in256ths > most ? most : in256ths;
  return Math.floor((tamed + 128) / 256);
}

/** How many of the older references lie, within a step, on the line from the youngest to the oldest
 * of them. */
function straightness(x: Int32Array, ages: readonly number[], count: number): number {
  let straight = 0;
  for (let j = 2; j < count; ++j) {
    const whole = x[j]! - x[0]!;
    const age = ages[j]!;
    for (let m = 1; m < j; ++m) {
      const off = (x[m]! - x[0]!) * age - whole * ages[m]!;
      if (off > age || off < -age) return straight;
    }
    straight = j - 1;
  }
  return straight;
}

/** A component's numbers in the references, an angle's unrolled so that neighbours are near. */
function numbersOf(field: CodedField, column: number, known: KnownRows, x: Int32Array): void {
  const first = known.rows[0]![known.at[0]! + column]!;
  x[0] = first;
  const half = field.halfTurn;
  for (let j = 1; j < known.count; ++j) {
    const number = known.rows[j]![known.at[j]! + column]!;
    x[j] =
      field.motion === Motion.turns
        ? first + (((number - first + half) & (2 * half - 1)) - half)
        : number;
  }
}

function isStill(x: Int32Array, count: number): boolean {
  for (let i = 1; i < count; ++i) {
    if (x[i] !== x[0]) return false;
  }
  return true;
}

function stay(number: number, i: number, count: number, p: Prediction): void {
  p.value[i] = number;
  p.fraction[i] = p.move[i] = 0;
  p.speed[i] = p.doubt[i] = p.jerk[i] = p.bend[i] = 0;
  p.straight = Math.min(p.straight, count < 2 ? 0 : count - 2);
}

/** Far beyond all that moves. */
const farthest = 2 ** 50;

/** By a declared velocity, in 1/256ths. */
function carried(now: number, then: number, mover: CodedComponent, lag: number): number {
  const mean = (now + then) * 0.5 * mover.velocityScale + mover.velocityOrigin;
  const way = mean * lag * 256 + 0.5;
  return Math.floor(way < -farthest ? -farthest : way > farthest ? farthest : way);
}

/** By where the past leads, in 1/256ths. */
function led(x: Int32Array, count: number, lines: Lines, straight: number): number {
  if (straight > 0) return lineAt(lines.straight[straight]!, x, straight + 2);
  if (count > 2) return x[0]! * 256 + (x[0]! - x[2]!) * lines.sinceThird;
  return count > 1 ? lineAt(lines.last, x, 2) : x[0]! * 256;
}

/** From 1/256ths to a number in its range, and how far the rival guesses are from it. */
function settle(
  field: CodedField,
  i: number,
  far: number,
  rival: number,
  last: number,
  p: Prediction,
): void {
  const component = field.components[i]!;
  const turns = field.motion === Motion.turns;
  const lo = component.lo * 256;
  const hi = component.hi * 256;
  const guess = turns ? far : far < lo ? lo : far > hi ? hi : far;
  const value = rounded(guess);
  p.value[i] = turns ? value & (2 * field.halfTurn - 1) : value;
  p.fraction[i] = guess - value * 256;
  const move = p.move[i]!;
  p.speed[i] = bitLength(move);
  p.doubt[i] = bitLength(rival - move);
  p.bend[i] = Math.sign(rival - move);
  p.jerk[i] = bitLength(last - move);
}

const numbers = new Int32Array(maxReferences);

/** Predicts a field that does not rotate; `velocity` is null where nothing moves it. */
export function predictNumbers(
  field: CodedField,
  known: KnownRows,
  references: References,
  lines: Lines,
  velocity: VelocityRows | null,
  p: Prediction,
): void {
  const count = known.count;
  const x = numbers;
  for (let i = 0; i < field.components.length; ++i) {
    numbersOf(field, field.components[i]!.column, known, x);
    if (!velocity && isStill(x, count)) {
      stay(x[0]!, i, count, p);
      continue;
    }
    let straight = straightness(x, references.ages, count);
    const here = x[0]! * 256;
    const last = count > 1 ? rounded(lineAt(lines.last, x, 2) - here) : 0;
    let rival = count > 3 ? rounded(lineAt(lines.curved, x, 4) - here) : 0;
    let guess = here;
    if (field.motion === Motion.holds) {
      p.move[i] = count > 2 ? rounded((x[0]! - x[2]!) * 256) : 0;
      rival = p.move[i]!;
    } else {
      let isCarried = false;
      if (velocity) {
        const mover = velocity.field.components[i]!;
        const now = velocity.now[velocity.nowAt + mover.column]!;
        const then = velocity.then[velocity.thenAt + mover.column]!;
        // Where it stays the same and the past is straight, that alone knows better.
        isCarried = now !== then || straight < 3;
        if (isCarried) guess = here + carried(now, then, mover, references.lag);
        if (now !== then) straight = 0;
      }
      if (!isCarried) guess = led(x, count, lines, straight);
      p.move[i] = rounded(guess - here);
    }
    settle(field, i, guess, rival, last, p);
    p.straight = Math.min(p.straight, straight);
    p.worstFraction = Math.max(p.worstFraction, Math.abs(p.fraction[i]!));
  }
}
