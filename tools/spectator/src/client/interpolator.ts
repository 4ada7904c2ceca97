import { extrapolate, interpolate } from "./blend";
import type { BlendType, State } from "./blend";

/**
 * An entity in one frame, never changed. An id that comes again with another incarnation is another
 * entity.
 */
export interface Entity {
  id: number;
  incarnation: number;
  fields: State;
}

/**
 * All entities of one moment, by the name of their type. `tick` does not wrap and has fractions.
 */
export interface Picture {
  tick: number;
  types: ReadonlyMap<string, readonly Entity[]>;
}

type Index = Map<number, Entity>;

/** A picture of the buffer, with its entities by id as soon as somebody asks. */
class Kept {
  private readonly indices = new Map<string, Index>();

  constructor(readonly picture: Picture) {}

  find(type: string, id: number): Entity | undefined {
    let index = this.indices.get(type);
    if (!index) {
      index = new Map((this.picture.types.get(type) ?? []).map((one) => [one.id, one]));
      this.indices.set(type, index);
    }
    return index.get(id);
  }
}

export interface InterpolatorConfig {
  maxExtrapolationMs: number;
  /** How much of the past can be shown again. */
  keptMs: number;
}

export const defaultInterpolation: InterpolatorConfig = {
  maxExtrapolationMs: 100,
  keptMs: 10_000,
};

/**
 * The entities of a match between two frames. Each is blended from its version at or before the
 * moment to the one after it. It appears at the frame that first tells of it and vanishes at the
 * one that does no more. While no later version is here, it moves on by its velocity for a bounded
 * time.
 */
export class Interpolator {
  private readonly types: ReadonlyMap<string, BlendType>;
  private kept: Kept[] = []; // going up

  constructor(
    types: readonly BlendType[],
    private readonly ticksPerSecond: number,
    private readonly config: InterpolatorConfig = defaultInterpolation,
  ) {
    this.types = new Map(types.map((type) => [type.name, type]));
  }

  /** Takes a frame that is newer than all before; any other is left out. */
  push(picture: Picture): void {
    const newest = this.newestTick();
    if (newest !== null && picture.tick <= newest) return;
    this.kept.push(new Kept(picture));
    const oldest = picture.tick - (this.config.keptMs * this.ticksPerSecond) / 1000;
    let past = 0;
    while (past + 1 < this.kept.length && this.tickAt(past + 1) <= oldest) past += 1;
    if (past > 0) this.kept.splice(0, past);
  }

  newestTick(): number | null {
    return this.kept.length === 0 ? null : this.tickAt(this.kept.length - 1);
  }

  oldestTick(): number | null {
    return this.kept.length === 0 ? null : this.tickAt(0);
  }

  /** A copy that goes on for itself: what is paused stays while the feed goes on. */
  freeze(): Interpolator {
    const copy = new Interpolator([...this.types.values()], this.ticksPerSecond, this.config);
    copy.kept = [...this.kept];
    return copy;
  }

  /** The match at that moment; before the oldest frame it is that one. Null: there is none. */
  show(tick: number): Picture | null {
    const at = this.indexBefore(tick);
    const from = this.kept[at];
    if (!from) return null;
    const next = this.kept[at + 1];
    const types = new Map<string, readonly Entity[]>();
    for (const [name, entities] of from.picture.types) {
      const type = this.types.get(name) ?? { name, fields: [], teleports: [] };
      types.set(
        name,
        entities.map((one) => this.blend(type, one, from, next, tick)),
      );
    }
    return { tick, types };
  }

  private blend(
    type: BlendType,
    entity: Entity,
    from: Kept,
    next: Kept | undefined,
    tick: number,
  ): Entity {
    const passed = Math.max(tick - from.picture.tick, 0);
    const later = next?.find(type.name, entity.id);
    if (later === entity) return entity; // the same in both frames
    if (next && later && later.incarnation === entity.incarnation) {
      const ticks = next.picture.tick - from.picture.tick;
      const seconds = ticks / this.ticksPerSecond;
      const fields = interpolate(type, entity.fields, later.fields, seconds, passed / ticks);
      return { ...entity, fields };
    }
    const most = this.config.maxExtrapolationMs / 1000;
    const seconds = Math.min(passed / this.ticksPerSecond, most);
    return { ...entity, fields: extrapolate(type, entity.fields, seconds) };
  }

  /** The newest frame at or before the moment, by halves. */
  private indexBefore(tick: number): number {
    let low = 0;
    let high = this.kept.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.tickAt(middle) <= tick) low = middle;
      else high = middle;
    }
    return low;
  }

  private tickAt(index: number): number {
    return this.kept[index]?.picture.tick ?? 0;
  }
}
