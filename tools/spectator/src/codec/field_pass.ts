import type { Basis } from "./basis";
import {
  type CodedComponent,
  type CodedField,
  type CodedType,
  type Mixed,
  Motion,
  residualBits,
  sizeQuestions,
} from "./code_book";
import type { Model } from "./model";
import { type KnownRows, Prediction, bitLength, predictNumbers } from "./prediction";
import type { RangeDecoder } from "./range_decoder";
import { expectRotation, othersBySize, predictRotation } from "./rotation";

/** Of a prediction's fraction, for a context: 0 to 3. */
export function fine(fraction: number): number {
  return Math.min(3, Math.abs(fraction) >> 5);
}

/** What the predictions of an entity's fields come to. */
export interface Outlook {
  straight: number;
  fraction: number;
  distance: number;
  doubt: number;
  /** Not all of it is as in the baseline. */
  leadsElsewhere: boolean;
}

/** Of a field, of the last entity whose fields were told. */
class Residuals {
  /** Bit length of the largest. */
  size = 0;
  readonly sign = new Int8Array(4);

  clear(): void {
    this.size = 0;
    this.sign.fill(0);
  }
}

/** Predicts the fields of one entity of a type after the other, and reads what differs: by field,
 * as predicted? and else by number, the residual's size, sign and bits. Used for all frames. */
export class FieldPass {
  private coder!: RangeDecoder;
  private model!: Model;
  private now!: Int32Array;
  private at = 0;
  private known!: KnownRows;
  private basis!: Basis;
  /** Its velocities for a prediction are those told, else the baseline's. */
  private isToldVelocity = false;
  private readonly predictions: readonly Prediction[];
  private readonly previous: readonly Residuals[];
  private toldTotal = 0;
  private toldAny = false;
  private readonly expected = new Int32Array(4);
  private readonly fraction = new Int32Array(4);
  private readonly outlook: Outlook = {
    straight: 4,
    fraction: 0,
    distance: 0,
    doubt: 0,
    leadsElsewhere: false,
  };

  // What is known about the number at hand, for the contexts of its residual.
  /** Bit length of what the entity's fields differed by so far. */
  private size = 0;
  private jerk = 0;
  /** Bit length of the field's largest residual so far. */
  private before = 0;
  /** 0 the first, 1 all before were zero, 2 not. */
  private position = 0;
  /** Whether the last one went with the movement, or against it. */
  private along = 0;
  private hasTurned = false;

  constructor(private readonly type: CodedType) {
    this.predictions = type.fields.map(() => new Prediction());
    this.previous = type.fields.map(() => new Residuals());
  }

  /** The next frame's entities follow, told against `basis`. */
  begin(coder: RangeDecoder, model: Model, basis: Basis): void {
    this.coder = coder;
    this.model = model;
    this.basis = basis;
    for (const one of this.previous) one.clear();
  }

  /** Bit length of the largest residual of the first field, of the last entity that was told. */
  get lastSize(): number {
    return this.previous[0]?.size ?? 0;
  }

  /** Makes an entity the one at hand, whose row is to be at `at` of `now`, and predicts its fields.
   * The outlook is good until the next call. */
  predict(now: Int32Array, at: number, known: KnownRows): Outlook {
    this.now = now;
    this.at = at;
    this.known = known;
    this.isToldVelocity = false;
    const outlook = this.outlook;
    outlook.straight = 4;
    outlook.fraction = outlook.distance = outlook.doubt = 0;
    outlook.leadsElsewhere = false;
    this.type.fields.forEach((field, f) => {
      if (!field.isFixed) this.foresee(field, f, outlook);
    });
    return outlook;
  }

  /** The entity is as predicted. */
  takePrediction(): void {
    this.type.fields.forEach((field, f) => {
      if (!field.isFixed) this.takeField(field, this.predictions[f]!);
    });
  }

  /** Reads the fields, of which one at least is not as predicted. */
  tell(): void {
    this.toldTotal = 0;
    this.toldAny = false;
    this.isToldVelocity = true;
    const fields = this.type.fields;
    let last = 0;
    for (let f = 0; f < fields.length; ++f) {
      if (!fields[f]!.isFixed) last = f;
    }
    for (let f = 0; f < fields.length; ++f) {
      const field = fields[f]!;
      if (field.isFixed) continue;
      if (this.velocityChanged(field)) {
        this.predictField(f);
        this.toldAny = true;
      }
      // Something must be other than predicted, or it would have been said so.
      this.tellField(field, f, f === last && !this.toldAny);
    }
  }

  /** Reads all fields of an entity that nothing is known of. */
  tellRaw(now: Int32Array, at: number): void {
    for (const field of this.type.fields) {
      if (field.motion === Motion.rotates) now[at + field.firstColumn] = this.coder.raw(2);
      for (const c of field.components) {
        const told = this.coder.raw(c.bits);
        now[at + c.column] = Math.min(told, c.hi - c.lo) + c.lo;
      }
    }
  }

  private foresee(field: CodedField, f: number, outlook: Outlook): void {
    this.predictField(f);
    const p = this.predictions[f]!;
    if (field.motion !== Motion.holds) outlook.straight = Math.min(outlook.straight, p.straight);
    outlook.fraction = Math.max(outlook.fraction, p.worstFraction);
    for (let i = 0; i < field.components.length; ++i) {
      outlook.distance += Math.abs(p.move[i]!);
      outlook.doubt = Math.max(outlook.doubt, p.doubt[i]!);
    }
    const base = this.known.rows[0]!;
    const baseAt = this.known.at[0]! + field.firstColumn;
    for (let i = 0; i < field.columns && !outlook.leadsElsewhere; ++i) {
      outlook.leadsElsewhere = p.value[i] !== base[baseAt + i];
    }
  }

  private predictField(index: number): void {
    const field = this.type.fields[index]!;
    const p = this.predictions[index]!;
    const { known, basis } = this;
    p.straight = 4;
    p.margin = 3;
    p.worstFraction = 0;
    if (field.motion === Motion.rotates) {
      predictRotation(field, known, basis.turns, p);
      return;
    }
    const then = known.rows[0]!;
    const thenAt = known.at[0]!;
    const velocity =
      field.movedBy < 0
        ? null
        : {
            field: this.type.fields[field.movedBy]!,
            now: this.isToldVelocity ? this.now : then,
            nowAt: this.isToldVelocity ? this.at : thenAt,
            then,
            thenAt,
          };
    predictNumbers(field, known, basis.references, basis.lines, velocity, p);
  }

  private velocityChanged(field: CodedField): boolean {
    if (field.movedBy < 0) return false;
    const velocity = this.type.fields[field.movedBy]!;
    const then = this.known.rows[0]!;
    const thenAt = this.known.at[0]!;
    for (let i = velocity.firstColumn; i < velocity.firstColumn + velocity.columns; ++i) {
      if (then[thenAt + i] !== this.now[this.at + i]) return true;
    }
    return false;
  }

  private takeField(field: CodedField, p: Prediction): void {
    const at = this.at + field.firstColumn;
    for (let i = 0; i < field.columns; ++i) this.now[at + i] = p.value[i]!;
  }

  private ask(mixed: Mixed, a: number, b: number, c: number): boolean {
    return this.model.askMixed(this.coder, mixed.a + a, mixed.b + b, mixed.c + c);
  }

  private tellField(field: CodedField, index: number, mustDiffer: boolean): void {
    const p = this.predictions[index]!;
    const theirs = this.previous[index]!;
    if (field.components.length > 1 && !mustDiffer && this.isAsPredicted(field, p, theirs)) {
      theirs.clear();
      this.takeField(field, p);
      return;
    }
    this.tellNumbers(field, p, theirs, mustDiffer);
  }

  private isAsPredicted(field: CodedField, p: Prediction, theirs: Residuals): boolean {
    let speed = 0;
    let doubt = 0;
    for (let i = 0; i < field.components.length; ++i) {
      speed += Math.abs(p.move[i]!);
      doubt = Math.max(doubt, p.doubt[i]!);
    }
    const told = this.toldAny ? (this.toldTotal > 0 ? 2 : 1) : 0;
    return this.ask(
      field.same,
      (p.straight * 10 + bitLength(speed)) * 10 + doubt,
      (bitLength(this.toldTotal) * 10 + theirs.size) * 3 + told,
      (p.straight * 4 + fine(p.worstFraction)) * 10 + theirs.size,
    );
  }

  /** `residuals` are those of the entity before, and become those of this one. */
  private tellNumbers(
    field: CodedField,
    p: Prediction,
    residuals: Residuals,
    mustDiffer: boolean,
  ): void {
    const { expected, fraction } = this;
    const rotates = field.motion === Motion.rotates;
    const count = field.components.length;
    for (let i = 0; i < count; ++i) expected[i] = p.value[i + (rotates ? 1 : 0)]!;
    fraction.set(p.fraction);
    this.size = bitLength(this.toldTotal);
    this.before = 0;
    this.along = 0;
    this.hasTurned = rotates && !this.tellLargest(field, p, residuals.size);

    const theirSize = residuals.size;
    let any = false;
    for (let i = 0; i < 4; ++i) {
      if (i >= count) {
        residuals.sign[i] = 0;
        continue;
      }
      this.position = i === 0 ? 0 : any ? 2 : 1;
      this.jerk = !rotates ? p.jerk[i]! : this.hasTurned ? 9 : Math.min(p.margin, 8);
      const isLastChance = count === 1 ? mustDiffer : i + 1 === count && !any && !this.hasTurned;
      const theirSign = residuals.sign[i]!;
      const component = field.components[i]!;
      const difference = this.residual(component, p, i, theirSize, theirSign, isLastChance);
      this.takeDifference(field, i, difference);
      any = any || difference !== 0;
      this.toldTotal += Math.min(Math.abs(difference), 1 << 20);
      this.before = Math.max(this.before, bitLength(difference));
      if (difference !== 0 && p.move[i] !== 0) {
        this.along = Math.sign(difference) * Math.sign(p.move[i]!);
      }
      residuals.sign[i] = Math.sign(difference);
    }
    residuals.size = this.before;
    this.toldAny = this.toldAny || any || this.hasTurned;
  }

  /** Whether the component left out is the predicted one; if not, what is expected of the others
   * changes with it. */
  private tellLargest(field: CodedField, p: Prediction, theirSize: number): boolean {
    let largest = p.value[0]!;
    const speed = p.speed[0]!;
    const isPredicted = this.ask(
      field.largest,
      p.margin * 10 + speed,
      p.margin * 10 + this.size,
      speed * 10 + theirSize,
    );
    if (!isPredicted) {
      const order = othersBySize(p);
      if (this.model.ask(this.coder, field.otherLargest)) largest = order[0]!;
      else if (this.model.ask(this.coder, field.otherLargest + 1)) largest = order[1]!;
      else largest = order[2]!;
      expectRotation(field, p, largest, this.expected, this.fraction);
    }
    this.now[this.at + field.firstColumn] = largest;
    return isPredicted;
  }

  private takeDifference(field: CodedField, i: number, difference: number): void {
    const component = field.components[i]!;
    const told = (this.expected[i]! + difference) | 0;
    this.now[this.at + component.column] =
      field.motion === Motion.turns
        ? told & (2 * field.halfTurn - 1)
        : told < component.lo
          ? component.lo
          : told > component.hi
            ? component.hi
            : told;
  }

  private askSign(c: CodedComponent, p: Prediction, i: number, theirSign: number): boolean {
    const way = Math.sign(p.move[i]!) + 1;
    const eighth = Math.min(Math.max((this.fraction[i]! + 128) >> 5, 0), 7);
    return this.ask(
      c.sign,
      ((p.bend[i]! + 1) * 3 + way) * 10 + p.doubt[i]!,
      (p.straight * 8 + eighth) * 3 + this.position,
      (((this.along + 1) * 3 + way) * 3 + theirSign + 1) * 2 + (this.hasTurned ? 1 : 0),
    );
  }

  /** Zero? its sign, its bit length in unary, the bits below the highest. */
  private residual(
    c: CodedComponent,
    p: Prediction,
    i: number,
    theirSize: number,
    theirSign: number,
    isNotZero: boolean,
  ): number {
    const { coder, model } = this;
    const a = c.size.a + ((p.straight * 10 + p.speed[i]!) * 10 + p.doubt[i]!) * sizeQuestions;
    const b = c.size.b + ((this.before * 10 + this.size) * 10 + this.jerk) * sizeQuestions;
    const third = (p.straight * 10 + theirSize) * 4 + fine(this.fraction[i]!);
    const d = c.size.c + (third * 3 + this.position) * sizeQuestions;
    if (!isNotZero && model.askMixed(coder, a, b, d)) return 0;
    const isNegative = this.askSign(c, p, i, theirSign);
    if (!c.isSmall) return coder.raw(32) | 0;
    let bits = 0;
    while (bits < residualBits && model.askMixed(coder, a + 1 + bits, b + 1 + bits, d + 1 + bits)) {
      ++bits;
    }
    let told = 1;
    let left = bits;
    for (; left > 0 && left + 2 > bits; --left) {
      const place = c.mantissa + bits * 4 + (left === bits ? 0 : 1 + (told & 1));
      told = (told << 1) | (model.ask(coder, place) ? 1 : 0);
    }
    told = (told << left) | coder.raw(left);
    return isNegative ? -told : told;
  }
}
