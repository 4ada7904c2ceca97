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
