import { Basis, restReferences } from "./basis";
import type { CodeBook, CodedType } from "./code_book";
import { FieldPass, fine } from "./field_pass";
import type { Model } from "./model";
import { KnownRows, bitLength } from "./prediction";
import type { RangeDecoder } from "./range_decoder";
import type { References } from "./references";
import { type RowFrame, type TypeRows, maxSlots } from "./row_frame";

/** Slots that are asked about together when all have rested. */
const blockSlots = 8;
const hasRestedOn = restReferences - 1;

function fromZigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

/** One way through all slots of all types. Of a block of slots whose entities have all rested in
 * the references it is asked whether they rest on; else of each entity
 *
 *     is it there?            when the baseline does not have it
 *     has it rested on?       when it has rested in the references
 *     is it as predicted?     every field, by where its past leads
 *     is it as before?
 *     is it another one?      in the same slot
 *     and else its fields:    see `FieldPass`
 *
 * Used for all frames, one after the other.
 */
export class RunPass {
  /** By type. */
  private readonly fieldPasses: readonly FieldPass[];
  private readonly known = new KnownRows();
  private coder!: RangeDecoder;
  private model!: Model;
  private basis!: Basis;
  private type!: CodedType;
  private fields!: FieldPass;
  private here!: TypeRows;
  private lastId = 0;
  private slotsCounted = 0;

  constructor(private readonly book: CodeBook) {
    this.fieldPasses = book.types.map((type) => new FieldPass(type));
  }

  /** Reads into `frame`, which is empty. What no encoder wrote is not read to its end. */
  run(coder: RangeDecoder, model: Model, references: References, frame: RowFrame): void {
    this.coder = coder;
    this.model = model;
    this.basis = new Basis(references);
    this.lastId = 0;
    this.slotsCounted = 0;
    this.book.types.forEach((type, number) => {
      this.type = type;
      this.fields = this.fieldPasses[number]!;
      this.here = frame.types[number]!;
      this.basis.enterType(type, number);
      const end = this.countOf();
      this.fields.begin(coder, model, this.basis);
      for (let slot = 0; slot < end && this.coder.isSound; ) {
        const next = Math.min(end, (Math.floor(slot / blockSlots) + 1) * blockSlots);
        this.here.grow(next); // by and by: the count may be a lie
        this.block(slot, next);
        slot = next;
      }
    });
  }

  private countOf(): number {
    const hasBaseline = this.basis.references.frames.length > 0;
    const isAsBefore = hasBaseline && this.ask(this.type.life);
    const told = isAsBefore ? this.basis.baseline.used : this.coder.raw(16);
    const used = Math.min(told, maxSlots - this.slotsCounted);
    this.slotsCounted += used;
    return used;
  }

  private ask(place: number): boolean {
    return this.model.ask(this.coder, place);
  }

  private block(begin: number, end: number): void {
    if (this.basis.hasRested(begin, end)) {
      this.restingBlock(begin, end);
      return;
    }
    for (let slot = begin; slot < end; ++slot) this.entity(slot);
  }

  private restingBlock(begin: number, end: number): void {
    if (this.ask(this.type.rest + 2 + this.basis.flagOf(begin, end))) {
      this.keep(begin, end);
      return;
    }
    let hasMoved = false;
    for (let slot = begin; slot < end; ++slot) {
      // The last one must have moved if no other has, or they all would rest on.
      const mayRest = hasMoved || slot + 1 < end;
      if (mayRest && this.restsOn(slot)) continue;
      hasMoved = true;
      this.tellEntity(slot, hasRestedOn);
    }
  }

  private entity(slot: number): void {
    if (!this.basis.has(slot)) {
      this.arrival(slot, this.type.life + 1);
      return;
    }
    const rest = this.basis.restOf(slot);
    if (rest === hasRestedOn && this.restsOn(slot)) return;
    this.tellEntity(slot, rest);
  }

  private restsOn(slot: number): boolean {
    if (!this.ask(this.type.rest + this.basis.flagOf(slot, slot + 1))) return false;
    this.keep(slot, slot + 1);
    return true;
  }

  /** It has not rested on, if it has rested. */
  private tellEntity(slot: number, rest: number): void {
    const { here, type, fields } = this;
    const flag = this.basis.flagOf(slot, slot + 1);
    this.basis.know(slot, this.known);
    const outlook = fields.predict(here.rows, slot * here.stride, this.known);
    if (rest !== hasRestedOn || outlook.leadsElsewhere) {
      const a = (outlook.straight * 10 + bitLength(outlook.distance)) * 10 + outlook.doubt;
      const b = (rest * 2 + flag) * 4 + fine(outlook.fraction);
      const c = rest * 20 + fields.lastSize * 2 + flag;
      const { moved, stayed } = type;
      if (this.model.askMixed(this.coder, moved.a + a, moved.b + b, moved.c + c)) {
        this.keep(slot, slot + 1);
        fields.takePrediction();
        return;
      }
      if (
        outlook.leadsElsewhere &&
        rest !== hasRestedOn &&
        this.model.askMixed(this.coder, stayed.a + a, stayed.b + b, stayed.c + c)
      ) {
        this.keep(slot, slot + 1);
        return;
      }
    }
    if (this.ask(type.life + 2)) {
      this.arrival(slot, type.life + 3);
      return;
    }
    this.keep(slot, slot + 1);
    fields.tell();
  }

  private arrival(slot: number, question: number): void {
    const { here } = this;
    if (!this.ask(question)) {
      here.incarnation[slot] = 0;
      return;
    }
    const incarnation = this.number();
    this.lastId = (this.lastId + fromZigzag(this.number())) >>> 0;
    // Neither is ever 0 in what an encoder writes.
    here.incarnation[slot] = Math.min(Math.max(incarnation, 1), 0xffff);
    here.id[slot] = this.lastId === 0 ? 1 : this.lastId;
    const at = slot * here.stride;
    here.rows.fill(0, at, at + here.stride);
    this.fields.tellRaw(here.rows, at);
  }

  /** A small number: its bit length, then its bits below the highest. */
  private number(): number {
    const length = Math.min(32, this.coder.raw(6));
    if (length <= 1) return length;
    return (this.coder.raw(length - 1) | (1 << (length - 1))) >>> 0;
  }

  /** Takes over the baseline's entities. */
  private keep(begin: number, end: number): void {
    const { here } = this;
    const base = this.basis.baseline;
    for (let slot = begin; slot < end; ++slot) {
      here.incarnation[slot] = base.incarnation[slot]!;
      here.id[slot] = base.id[slot]!;
    }
    for (let i = begin * here.stride; i < end * here.stride; ++i) here.rows[i] = base.rows[i]!;
  }
}
