/** Slots of a room, all types together: no encoder tells of more. */
export const maxSlots = 32768;

/** One tick of one entity type, an entity's numbers side by side. */
export class TypeRows {
  /** By slot; 0: no entity. */
  incarnation = new Uint16Array(0);
  id = new Uint32Array(0);
  rows = new Int32Array(0);
  /** Slots that there is room for and that are told of. */
  slots = 0;

  /** @param stride numbers from one row to the next */
  constructor(readonly stride: number) {}

  /** Makes every slot empty, keeping the memory. */
  clear(): void {
    this.incarnation.fill(0, 0, this.slots);
    this.slots = 0;
  }

  /** Makes room for slots 0 to `slots` - 1. */
  grow(slots: number): void {
    if (slots <= this.slots) return;
    this.slots = slots;
    if (slots <= this.incarnation.length) return;
    const room = Math.max(slots, Math.min(2 * this.incarnation.length, maxSlots));
    const { incarnation, id, rows } = this;
    this.incarnation = new Uint16Array(room);
    this.incarnation.set(incarnation);
    this.id = new Uint32Array(room);
    this.id.set(id);
    this.rows = new Int32Array(room * this.stride);
    this.rows.set(rows);
  }

  has(slot: number): boolean {
    return slot < this.slots && this.incarnation[slot] !== 0;
  }

  /** Slots up to the last one that has an entity. */
  get used(): number {
    let used = this.slots;
    while (used > 0 && this.incarnation[used - 1] === 0) --used;
    return used;
  }
}

/** All entities of one tick, as numbers. */
export class RowFrame {
  readonly types: readonly TypeRows[];
  tick = 0;

  constructor(strides: readonly number[]) {
    this.types = strides.map((stride) => new TypeRows(stride));
  }

  clear(tick: number): void {
    this.tick = tick;
    for (const type of this.types) type.clear();
  }
}
