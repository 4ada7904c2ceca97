import type { CodedType } from "./code_book";
import type { KnownRows } from "./prediction";
import { Lines, type References, Turns } from "./references";
import type { TypeRows } from "./row_frame";

/** An entity rests that is the same in as many of the youngest references. */
export const restReferences = 4;

/** What entities are coded against: references, and what these know of the slots of one type. The
 * youngest of them is the baseline. */
export class Basis {
  readonly lines: Lines;
  readonly turns: Turns;
  private frames: TypeRows[] = [];
  private type!: CodedType;

  constructor(readonly references: References) {
    this.lines = new Lines(references);
    this.turns = new Turns(references);
  }

  enterType(type: CodedType, number: number): void {
    this.type = type;
    this.frames = this.references.frames.map((frame) => frame.types[number]!);
  }

  get baseline(): TypeRows {
    return this.frames[0]!;
  }

  /** The baseline has an entity there. What is asked about a slot below is asked of such ones. */
  has(slot: number): boolean {
    return this.frames.length > 0 && this.frames[0]!.has(slot);
  }

  /** The baseline's row, and those of the same entity in the references after it. */
  know(slot: number, known: KnownRows): void {
    const incarnation = this.baseline.incarnation[slot]!;
    known.count = 0;
    for (const frame of this.frames) {
      if (slot >= frame.slots || frame.incarnation[slot] !== incarnation) return;
      known.rows[known.count] = frame.rows;
      known.at[known.count++] = slot * frame.stride;
    }
  }

  /** 0 to 2: the youngest reference that differs from the baseline; 3: none of the first four. */
  restOf(slot: number): number {
    let rest = 0;
    while (
      rest + 1 < restReferences &&
      rest + 1 < this.frames.length &&
      this.isSame(this.frames[rest + 1]!, slot)
    ) {
      ++rest;
    }
    return rest;
  }

  /** The first of the type's flags that is set in one of the baseline's rows; 0 without one. */
  flagOf(begin: number, end: number): number {
    const column = this.type.flagColumn;
    if (column < 0) return 0;
    const { rows, stride } = this.baseline;
    let flag = 0;
    for (let slot = begin; slot < end; ++slot) flag |= rows[slot * stride + column]!;
    return flag & 1;
  }

  /** Whether the baseline has all of these slots, and they rest in the first four references. */
  hasRested(begin: number, end: number): boolean {
    if (this.frames.length < restReferences) return false;
    for (let slot = begin; slot < end; ++slot) {
      if (!this.baseline.has(slot)) return false;
    }
    for (let j = 1; j < restReferences; ++j) {
      for (let slot = begin; slot < end; ++slot) {
        if (!this.isSame(this.frames[j]!, slot)) return false;
      }
    }
    return true;
  }

  private isSame(other: TypeRows, slot: number): boolean {
    const base = this.baseline;
    if (slot >= other.slots || other.incarnation[slot] !== base.incarnation[slot]) return false;
    const at = slot * base.stride;
    for (let i = at; i < at + base.stride; ++i) {
      if (base.rows[i] !== other.rows[i]) return false;
    }
    return true;
  }
}
