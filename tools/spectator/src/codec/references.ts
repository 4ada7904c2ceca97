import type { RowFrame } from "./row_frame";

/** The baseline and up to five older ones, which serve only to predict. */
export const maxReferences = 6;

/** What a frame is coded against, the youngest first. */
export interface References {
  /** None: nothing is known to be there. */
  readonly frames: readonly RowFrame[];
  /** Ticks before the first, going up from 0. */
  readonly ages: readonly number[];
  /** Ticks from the first to what is coded. */
  readonly lag: number;
}

/** Weights of numbers, in 1/65536ths. */
export type Coefficients = readonly number[];

/** To 32 bits, modulo 2^32 as the encoder does. */
function fixed(x: number): number {
  return Math.floor(x * 65536 + 0.5) | 0;
}

/** Beyond that a sum of doubles may be rounded. */
const mostExact = 2 ** 52;

function exactSum(weights: Coefficients, numbers: Int32Array, count: number): number {
  let sum = 0n;
  for (let i = 0; i < count; ++i) sum += BigInt(weights[i]!) * BigInt(numbers[i]!);
  return Number(BigInt.asIntN(64, sum) >> 8n);
}

/** The weighted sum of the first `count` numbers, in 1/256ths. The encoder's has 64 bits; what is
 * rounded here of a greater one than 2^53 is far out of every range. */
export function lineAt(weights: Coefficients, numbers: Int32Array, count: number): number {
  let sum = 0;
  let size = 0;
  for (let i = 0; i < count; ++i) {
    const part = weights[i]! * numbers[i]!;
    sum += part;
    size += Math.abs(part);
  }
  return size < mostExact ? Math.floor(sum / 256) : exactSum(weights, numbers, count);
}

/** Predictions of one number as weights of its references. */
export class Lines {
  /** Least squares over 0..i + 1. */
  readonly straight: readonly Coefficients[];
  /** Goes on at the speed between the youngest two. */
  readonly last: Coefficients = [];
  /** Speed and acceleration of the third and fourth. */
  readonly curved: Coefficients = [];
  /** Lag by the third's age, in 1/256ths. */
  readonly sinceThird: number = 0;

  constructor(references: References) {
    const { ages, lag } = references;
    const count = references.frames.length;
    const straight: Coefficients[] = [];
    for (let lastOf = 1; lastOf < count; ++lastOf) straight.push(leastSquares(ages, lag, lastOf));
    this.straight = straight;
    if (count > 1) {
      const weight = fixed(-lag / ages[1]!);
      this.last = [(65536 - weight) | 0, weight];
    }
    if (count > 2) this.sinceThird = Math.floor((lag / ages[2]!) * 256);
    if (count > 3) {
      const a = ages[2]!;
      const b = ages[3]!;
      const bow = (lag * (lag + a)) / b;
      const fourth = fixed(bow / (b - a));
      const third = fixed(-lag / a - bow / a - bow / (b - a));
      this.curved = [(65536 - third - fourth) | 0, 0, third, fourth];
    }
  }
}

function leastSquares(ages: readonly number[], lag: number, lastOf: number): Coefficients {
  const n = lastOf + 1;
  let sumX = 0;
  let sumXX = 0;
  for (let i = 0; i <= lastOf; ++i) {
    sumX -= ages[i]!;
    sumXX += ages[i]! * ages[i]!;
  }
  const determinant = n * sumXX - sumX * sumX;
  let first = 65536;
  const weights: number[] = [];
  for (let i = 1; i <= lastOf; ++i) {
    const x = -ages[i]!;
    const weight = fixed((sumXX - sumX * x + (n * x - sumX) * lag) / determinant);
    weights.push(weight);
    first -= weight;
  }
  return [first | 0, ...weights];
}

/** How many powers of 1 - cos(a) a series has. */
const terms = 5;
/** By powers of 1 - cos(a). */
type Series = readonly number[];

/** sin(k a) / sin(a) of an angle a. */
function seriesOf(k: number): Series {
  const series: number[] = [];
  let factor = k;
  for (let n = 1; n <= terms; ++n) {
    series.push(factor);
    factor *= (n * n - k * k) / (n * (2 * n + 1));
  }
  return series;
}

export function sumOf(series: Series, x: number): number {
  let sum = series[terms - 1]!;
  for (let i = terms - 2; i >= 0; --i) sum = sum * x + series[i]!;
  return sum;
}

/** Goes on along a great circle, past the second of two rotations, by `factor` times the angle
 * between them. With + - * / alone, in the encoder's order: the same bits on every machine. */
export class Beyond {
  /** The second's weight. */
  readonly through: Series;
  /** The first's, which counts against it. */
  readonly from: Series;

  constructor(factor: number) {
    this.through = seriesOf(1 + factor);
    this.from = seriesOf(factor);
  }
}

/** How a turn is followed, by a reference's number; the first of each means nothing. */
export class Turns {
  /** From it past the youngest, to what is coded. */
  readonly on: readonly Beyond[];
  /** From the youngest past the one before, to it. */
  readonly back: readonly Beyond[];
  /** By how much that may miss it. */
  readonly slack: readonly number[];

  constructor({ ages, lag }: References) {
    const ratios = ages.map((age, i) => (i > 1 ? age / ages[i - 1]! : 0));
    this.on = ages.map((age, i) => new Beyond(i > 0 ? lag / age : 0));
    this.back = ratios.map((ratio) => new Beyond(-ratio));
    this.slack = ratios.map((ratio) => 0.75 * ratio + 0.75);
  }
}
