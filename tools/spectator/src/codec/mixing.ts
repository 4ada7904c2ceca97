/** e^(1/256), to the last bit of a double. */
const growth = 1.003913889338347573443609603903460281899;
const leastSigmoid = 24;
const size = 4096;

/** By repeated multiplication, since exp and log differ between maths libraries. */
function powers(): Float64Array {
  const table = new Float64Array(size + 1);
  table[0] = 1;
  for (let i = 1; i <= size; ++i) table[i] = table[i - 1]! * growth;
  return table;
}

const powersOfE = powers();

function sigmoidOf(logit: number): number {
  const power = logit > 0 ? 1 / powersOfE[logit]! : powersOfE[-logit]!;
  return 65536 / (1 + power);
}

function makeSigmoid(): Uint16Array {
  const table = new Uint16Array(size);
  for (let i = 0; i < size; ++i) {
    table[i] = Math.min(Math.max(sigmoidOf(i - 2048), leastSigmoid), 65536 - leastSigmoid);
  }
  return table;
}

/** The logit whose sigmoid is the first not below p: both go up, so one walk finds all. */
function makeLogit(): Int16Array {
  const table = new Int16Array(size);
  let logit = -2047;
  for (let i = 0; i < size; ++i) {
    const p = (i + 0.5) * 16;
    while (logit < 2047 && sigmoidOf(logit) < p) ++logit;
    table[i] = logit;
  }
  return table;
}

/** 1/65536ths of a logit + 2048, never near 0 or 1. */
export const sigmoid = makeSigmoid();
/** ln(p / (1 - p)) * 256 of p in 1/4096ths. */
export const logits = makeLogit();

/** 1/65536ths of a yes, of a logit. */
export function oneOf(logit: number): number {
  return sigmoid[(logit < -2047 ? -2047 : logit > 2047 ? 2047 : logit) + 2048]!;
}

/** No probability is so near to a certainty that the other answer costs more than 10 bits. */
export function bounded(one: number): number {
  return one < 64 ? 64 : one > 65472 ? 65472 : one;
}

function makeRate(): Uint32Array {
  const table = new Uint32Array(64);
  for (let i = 0; i < table.length; ++i) table[i] = 65536 / (i + 1.6);
  return table;
}

const rate = makeRate();

/** Where a probability moves by an answer, after `asked` others, in 1/65536ths. */
export function learned(one: number, asked: number, answer: boolean): number {
  const error = (answer ? 65535 : 0) - one;
  return one + Math.floor((error * rate[asked]!) / 65536);
}
