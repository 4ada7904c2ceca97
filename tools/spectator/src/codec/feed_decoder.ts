import { CodeBook } from "./code_book";
import { FeedError } from "./feed_error";
import { AdaptiveModel, type Model } from "./model";
import { Priors } from "./priors";
import { RangeDecoder } from "./range_decoder";
import { type References, maxReferences } from "./references";
import { RowFrame } from "./row_frame";
import { RunPass } from "./run_pass";
import { type FeedSchema, readSchema } from "./schema";
import { type Fields, valuesOf } from "./values";

export type { Fields, FieldValue } from "./values";

/** One entity at one tick. Never changed once made; one that is as it was is the same object. */
export interface Entity {
  /** Its place among those of its type, the same for as long as it lives. */
  readonly slot: number;
  /** The game's own number of it. */
  readonly id: number;
  /** Tells it from the others that had the slot before. */
  readonly incarnation: number;
  readonly fields: Fields;
}

/** All that can be seen of a room at one tick. */
export class Frame {
  constructor(
    readonly tick: number,
    /** By the full name of the type, "arena.Ship"; ordered by slot. */
    readonly types: ReadonlyMap<string, readonly Entity[]>,
  ) {}

  of(type: string): readonly Entity[] {
    return this.types.get(type) ?? [];
  }
}

export type FeedMessage =
  | {
      readonly kind: "keyframe" | "frame";
      readonly room: number;
      readonly tick: number;
      readonly frame: Frame;
    }
  | {
      readonly kind: "event" | "state";
      readonly room: number;
      readonly tick: number;
      /** The game's FlatBuffer. */
      readonly payload: Uint8Array;
    }
  | {
      readonly kind: "end";
      readonly room: number;
      readonly tick: number;
      readonly reason: string;
    };

/** What a message begins with: kind, room, tick. */
const headerBytes = 9;
/** References are among the last as many frames. */
const framesKept = 128;

/** By type, then by slot. */
type Entities = readonly (readonly (Entity | undefined)[])[];

function isSameEntity(a: RowFrame, b: RowFrame, type: number, slot: number): boolean {
  const here = a.types[type]!;
  const there = b.types[type]!;
  if (here.incarnation[slot] !== there.incarnation[slot] || here.id[slot] !== there.id[slot]) {
    return false;
  }
  for (let i = slot * here.stride; i < (slot + 1) * here.stride; ++i) {
    if (here.rows[i] !== there.rows[i]) return false;
  }
  return true;
}

/** Reads the binary messages of the web bridge's feed of a room, in the order that they come in. */
export class FeedDecoder {
  private readonly schema: FeedSchema;
  private readonly pass: RunPass;
  private readonly priors: Priors | null;
  private readonly adaptive: AdaptiveModel | null;
  private readonly values: readonly ((rows: Int32Array, at: number) => Fields)[];
  /** By tick, the oldest first: the newest keyframe's and those after it. */
  private readonly stored = new Map<number, RowFrame>();
  /** The newest frame's. */
  private newest: Entities = [];
  private readonly spare: RowFrame[] = [];
  private room = 0;
  private newestTick = 0;

  /** `schema` is what `GET /api/kinds/{kind}/schema` gave, `prior` what `.../prior` gave, or null
   * when there is none. Throws a `FeedError` when they are not that. */
  constructor(schema: FeedSchema, prior: Uint8Array | null) {
    this.schema = readSchema(schema);
    const book = new CodeBook(this.schema);
    this.pass = new RunPass(book);
    this.priors = prior && prior.length > 0 ? new Priors(book, schema.layout_digest, prior) : null;
    this.adaptive = this.priors?.find(1) ? null : new AdaptiveModel(book);
    this.values = this.schema.types.map(valuesOf);
  }

  /** Throws a `FeedError`, and nothing else, for bytes that are no message, and for a frame told
   * against an earlier one that is not here; a later message may be fine. */
  decode(message: ArrayBuffer | Uint8Array): FeedMessage {
    const bytes = message instanceof Uint8Array ? message : new Uint8Array(message);
    if (bytes.length < headerBytes) throw new FeedError("damaged", "the message is cut off");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const room = view.getUint32(1, true);
    const tick = view.getUint32(5, true);
    const body = bytes.subarray(headerBytes);
    switch (bytes[0]) {
      case 1:
        return { kind: "keyframe", room, tick, frame: this.frame(room, tick, body, true) };
      case 2:
        return { kind: "frame", room, tick, frame: this.frame(room, tick, body, false) };
      case 3:
        return { kind: "event", room, tick, payload: body };
      case 4:
        return { kind: "state", room, tick, payload: body };
      case 5:
        return { kind: "end", room, tick, reason: new TextDecoder().decode(body) };
      default:
        throw new FeedError("damaged", "there is no such kind of message");
    }
  }

  /** The newest frame's entities as numbers, good until the next call of `decode`. */
  get newestRows(): RowFrame | null {
    return this.stored.get(this.newestTick) ?? null;
  }

  private frame(room: number, tick: number, body: Uint8Array, isKeyframe: boolean): Frame {
    const lag = body[0];
    const count = body[1];
    if (lag === undefined || count === undefined || body.length < 2 + count) {
      throw new FeedError("damaged", "the message is cut off");
    }
    if (isKeyframe !== (lag === 0) || isKeyframe !== (count === 0) || count > maxReferences) {
      throw new FeedError("damaged", "its references are none that a frame has");
    }
    const isNext = !isKeyframe && room === this.room && tick > this.newestTick;
    if (!isKeyframe && !isNext) {
      throw new FeedError("unknown_reference", "the frame does not go on from the one before");
    }
    const ages = Array.from(body.subarray(2, 2 + count));
    const references = { frames: this.referred(tick - lag, ages), ages, lag };
    const rows = this.read(tick, references, body.subarray(2 + count));
    return this.keep(room, rows, isKeyframe);
  }

  private referred(first: number, ages: readonly number[]): RowFrame[] {
    return ages.map((age, i) => {
      if (i === 0 ? age !== 0 : age <= ages[i - 1]!) {
        throw new FeedError("damaged", "its references are not in order");
      }
      const stored = this.stored.get(first - age);
      if (!stored) throw new FeedError("unknown_reference", "a frame that it refers to is missing");
      return stored;
    });
  }

  private model(lag: number): Model {
    return this.priors?.find(lag) ?? this.adaptive!;
  }

  private read(tick: number, references: References, body: Uint8Array): RowFrame {
    const rows =
      this.spare.pop() ?? new RowFrame(this.schema.types.map((type) => type.columns.length));
    rows.clear(tick);
    const model = this.model(references.lag);
    const coder = new RangeDecoder(body);
    this.pass.run(coder, model, references, rows);
    model.forget();
    if (!coder.isSound) {
      this.spare.push(rows);
      throw new FeedError("damaged", "no encoder wrote that");
    }
    return rows;
  }

  /** Makes entities of a frame that was read, and later ones' reference. */
  private keep(room: number, rows: RowFrame, isKeyframe: boolean): Frame {
    const entities = rows.types.map((_, type) => this.entities(rows, type));
    if (isKeyframe) {
      this.spare.push(...this.stored.values());
      this.stored.clear();
    }
    for (const [tick, one] of this.stored) {
      if (this.stored.size < framesKept) break;
      this.spare.push(one);
      this.stored.delete(tick);
    }
    this.stored.set(rows.tick, rows);
    this.newest = entities;
    this.room = room;
    this.newestTick = rows.tick;
    const types = this.schema.types.map((type, i) => {
      const there = entities[i]!.filter((one) => one !== undefined);
      return [type.name, there] as const;
    });
    return new Frame(rows.tick, new Map(types));
  }

  private entities(rows: RowFrame, type: number): (Entity | undefined)[] {
    const before = this.stored.get(this.newestTick);
    const here = rows.types[type]!;
    const read = this.values[type]!;
    const entities: (Entity | undefined)[] = [];
    for (let slot = 0; slot < here.slots; ++slot) {
      const old = this.newest[type]?.[slot];
      let entity: Entity | undefined;
      if (here.incarnation[slot] !== 0) {
        entity =
          old && before && isSameEntity(rows, before, type, slot)
            ? old
            : {
                slot,
                id: here.id[slot]!,
                incarnation: here.incarnation[slot]!,
                fields: read(here.rows, slot * here.stride),
              };
      }
      entities.push(entity);
    }
    return entities;
  }
}
