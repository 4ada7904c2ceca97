import type { CodedField } from "./code_book";
import { type KnownRows, type Prediction, bitLength } from "./prediction";
import { type Beyond, type Turns, sumOf } from "./references";

type Quaternion = Float64Array; // x, y, z, w

export const halfSqrt2 = 0.70710678118654752;
/** The components told, by the one that is left out. */
export const others = [
  [1, 2, 3],
  [0, 2, 3],
  [0, 1, 3],
  [0, 1, 2],
] as const;

function othersOf(largest: number): readonly [number, number, number] {
  return others[largest & 3]!;
}

function unpacked(rows: Int32Array, at: number, step: number, q: Quaternion): Quaternion {
  const largest = rows[at]! & 3;
  const order = othersOf(largest);
  let sum = 0;
  for (let i = 0; i < 3; ++i) {
    const x = rows[at + 1 + i]! * step;
    q[order[i]!] = x;
    sum += x * x;
  }
  const rest = 1 - sum;
  q[largest] = Math.sqrt(rest > 0 ? rest : 0);
  return q;
}

function dot(a: Quaternion, b: Quaternion): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]! + a[3]! * b[3]!;
}

/** On the great circle from `from` through `through`, past it. */
function goOn(through: Quaternion, from: Quaternion, past: Beyond, to: Quaternion): Quaternion {
  let cosine = dot(through, from);
  const isFlipped = cosine < 0;
  if (isFlipped) cosine = -cosine;
  const apart = 1 - cosine;
  const u = apart > 0 ? apart : 0;
  const a = sumOf(past.through, u);
  const b = sumOf(past.from, u);
  for (let i = 0; i < 4; ++i) {
    to[i] = a * through[i]! - b * (isFlipped ? -from[i]! : from[i]!);
  }
  return to;
}

function largestOf(q: Quaternion): number {
  let largest = 0;
  for (let i = 1; i < 4; ++i) {
    if (Math.abs(q[i]!) > Math.abs(q[largest]!)) largest = i;
  }
  return largest;
}

const mostTamed = 2 ** 30;

/** To an integer; a turn that was carried on far too long can come to anything. */
function tamed(x: number): number {
  return Math.floor(x < -mostTamed ? -mostTamed : x > mostTamed ? mostTamed : x);
}

/** The three components told, in 1/256ths, in their range. */
function told(q: Quaternion, largest: number, limit: number, three: Int32Array): Int32Array {
  const scale = ((q[largest]! < 0 ? -limit : limit) / halfSqrt2) * 256;
  const most = limit * 256;
  const order = othersOf(largest);
  for (let i = 0; i < 3; ++i) {
    const x = tamed(q[order[i]!]! * scale + 0.5);
    three[i] = x < -most ? -most : x > most ? most : x;
  }
  return three;
}

const now = new Float64Array(4);
const then = new Float64Array(4);
const old = new Float64Array(4);
const back = new Float64Array(4);
const expected = new Int32Array(3);
const before = new Int32Array(3);

/** The furthest that a component of `back` is from `old`. */
function worstMiss(): number {
  const isFlipped = dot(back, old) < 0;
  let worst = 0;
  for (let i = 0; i < 4; ++i) {
    const off = Math.abs(back[i]! - (isFlipped ? -old[i]! : old[i]!));
    if (worst < off) worst = off;
  }
  return worst;
}

/** How long the turn from `then` to `now`, run backwards, meets the older versions too, and what it
 * misses them by; `then` becomes the oldest that it meets, whose index is `from`. */
function straightness(
  field: CodedField,
  known: KnownRows,
  turns: Turns,
  first: number,
): { straight: number; from: number; miss: number } {
  const step = halfSqrt2 / field.limit;
  let from = first;
  let straight = 0;
  let miss = 0;
  for (let j = from + 1; j < known.count; ++j) {
    unpacked(known.rows[j]!, known.at[j]! + field.firstColumn, step, old);
    goOn(now, then, turns.back[j]!, back);
    const worst = worstMiss() * (2 * field.limit * halfSqrt2);
    if (j === from + 1 && straight === 0) miss = tamed(worst);
    if (worst > turns.slack[j]!) break;
    straight = j - 2;
    from = j;
    then.set(old);
  }
  return { straight, from, miss };
}

function isStill(field: CodedField, known: KnownRows): boolean {
  const rows = known.rows[0]!;
  const at = known.at[0]! + field.firstColumn;
  for (let j = 1; j < known.count; ++j) {
    const there = known.at[j]! + field.firstColumn;
    for (let i = 0; i < 4; ++i) {
      if (known.rows[j]![there + i] !== rows[at + i]) return false;
    }
  }
  return true;
}

/** How far the largest component is ahead of the second, 0 to 15. */
function marginOf(q: Quaternion, largest: number, limit: number): number {
  let second = 0;
  for (let i = 0; i < 4; ++i) {
    if (i !== largest) second = Math.max(second, Math.abs(q[i]!));
  }
  return Math.min(15, tamed(((Math.abs(q[largest]!) - second) * 2 * limit) / 16));
}

export function predictRotation(
  field: CodedField,
  known: KnownRows,
  turns: Turns,
  p: Prediction,
): void {
  const at = known.at[0]! + field.firstColumn;
  const step = halfSqrt2 / field.limit;
  unpacked(known.rows[0]!, at, step, now);
  if (isStill(field, known)) {
    p.clear();
    for (let i = 0; i < 4; ++i) p.value[i] = known.rows[0]![at + i]!;
    p.turned.set(now);
    return;
  }
  const first = Math.min(2, known.count - 1);
  unpacked(known.rows[first]!, known.at[first]! + field.firstColumn, step, then);
  const { straight, from, miss } = straightness(field, known, turns, first);
  p.straight = straight;
  goOn(now, then, turns.on[from]!, p.turned);

  const cosine = 2 - 2 * Math.abs(dot(now, p.turned));
  const turn = Math.sqrt(cosine > 0 ? cosine : 0);
  const speed = bitLength(tamed(turn * 2 * field.limit));
  const largest = largestOf(p.turned);
  p.margin = marginOf(p.turned, largest, field.limit);
  told(p.turned, largest, field.limit, expected);
  told(now, largest, field.limit, before);
  p.value[0] = largest;
  p.worstFraction = 0;
  for (let i = 0; i < 3; ++i) {
    const value = (expected[i]! + 128) >> 8;
    p.value[i + 1] = value;
    p.fraction[i] = expected[i]! - value * 256;
    p.move[i] = (expected[i]! - before[i]! + 128) >> 8;
    p.speed[i] = speed;
    p.doubt[i] = bitLength(miss);
    p.jerk[i] = 0;
    p.bend[i] = 0;
    p.worstFraction = Math.max(p.worstFraction, Math.abs(p.fraction[i]!));
  }
}

/** The components of `turned` by magnitude, without the largest. */
export function othersBySize(p: Prediction): number[] {
  return [0, 1, 2, 3]
    .filter((i) => i !== p.value[0])
    .sort((a, b) => Math.abs(p.turned[b]!) - Math.abs(p.turned[a]!));
}

/** What the three components told are expected to be, if `largest` is the one left out. */
export function expectRotation(
  field: CodedField,
  p: Prediction,
  largest: number,
  values: Int32Array,
  fractions: Int32Array,
): void {
  told(p.turned, largest, field.limit, expected);
  for (let i = 0; i < 3; ++i) {
    const value = (expected[i]! + 128) >> 8;
    values[i] = value;
    fractions[i] = expected[i]! - value * 256;
  }
}
