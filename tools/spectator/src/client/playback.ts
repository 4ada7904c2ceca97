import type { BlendType } from "./blend";
import { Interpolator, defaultInterpolation } from "./interpolator";
import type { Entity, InterpolatorConfig, Picture } from "./interpolator";
import { Playout, defaultPlayout } from "./playout";
import type { PlayoutConfig, PlayoutCounts } from "./playout";

/** Something that happened in the match at a tick, in the game's own bytes. */
export interface MatchEvent {
  tick: number;
  bytes: Uint8Array;
}

/** What is to be drawn now. */
export interface Shown {
  picture: Picture | null;
  /** Those whose moment has come since the last call. */
  events: MatchEvent[];
  /** How far the picture is behind the newest frames of the feed. */
  behindMs: number;
  isPaused: boolean;
}

/** A server that sends more of them than that while a page sleeps is not heard out. */
const maxWaitingEvents = 4096;
/** Of events that are older than this nobody wants to see the sparks. */
const staleMs = 1_000;
/** A feed whose ticks are that far from what came before is another one. */
const otherFeedMs = 60_000;

/**
 * Shows a match from its feed: takes frames and events as they come, and gives the picture of each
 * moment, with events when what they tell of is seen. The clock is the caller's: milliseconds of
 * `performance.now()`, or of a test.
 */
export class Playback {
  private playout: Playout;
  private interpolator: Interpolator;
  private frozen: { interpolator: Interpolator; tick: number } | null = null;
  private lastTick: number | null = null; // does not wrap
  private waiting: MatchEvent[] = [];

  constructor(
    private readonly types: readonly BlendType[],
    readonly ticksPerSecond: number,
    private readonly playoutConfig: PlayoutConfig = defaultPlayout,
    private readonly interpolation: InterpolatorConfig = defaultInterpolation,
  ) {
    this.playout = new Playout(ticksPerSecond, playoutConfig);
    this.interpolator = new Interpolator(types, ticksPerSecond, interpolation);
  }

  /** A frame came. `tick` is the feed's, of 32 bits. */
  pushFrame(tick: number, types: ReadonlyMap<string, readonly Entity[]>, now: number): void {
    const away = this.lastTick === null ? 0 : this.ticksSince(tick, this.lastTick);
    if (Math.abs(away) * 1000 > otherFeedMs * this.ticksPerSecond || away < 0) this.clear();
    const at = this.lastTick === null ? tick : this.lastTick + away;
    this.lastTick = at;
    this.playout.noteArrival(at, now);
    this.interpolator.push({ tick: at, types });
  }

  pushEvent(tick: number, bytes: Uint8Array): void {
    const at = this.lastTick === null ? tick : this.lastTick + this.ticksSince(tick, this.lastTick);
    if (this.waiting.length === maxWaitingEvents) this.waiting.shift();
    this.waiting.push({ tick: at, bytes });
  }

  /** The connection is another one: it must be learned anew how even it is. */
  beginAgain(): void {
    this.playout.beginAgain();
  }

  /** Call it for each picture that is drawn. */
  advance(now: number): Shown {
    this.playout.advance(now);
    const live = this.playout.shownAt(now);
    const events = live === null || this.frozen ? [] : this.takeEvents(live);
    if (this.frozen) {
      const { interpolator, tick } = this.frozen;
      const away = live === null ? 0 : ((live - tick) * 1000) / this.ticksPerSecond;
      const behindMs = this.playout.behindAt(now) + away;
      return { picture: interpolator.show(tick), events, behindMs, isPaused: true };
    }
    const picture = live === null ? null : this.interpolator.show(live);
    return { picture, events, behindMs: this.playout.behindAt(now), isPaused: false };
  }

  /** Holds the picture of `now`; the feed goes on behind it. */
  pause(now: number): void {
    const tick = this.playout.shownAt(now);
    if (tick === null || this.frozen) return;
    this.frozen = { interpolator: this.interpolator.freeze(), tick };
  }

  /** What may be looked at while it is paused, in ticks. */
  pausedRange(): { oldest: number; newest: number; shown: number } | null {
    if (!this.frozen) return null;
    const { interpolator, tick } = this.frozen;
    const oldest = interpolator.oldestTick() ?? tick;
    return { oldest, newest: interpolator.newestTick() ?? tick, shown: tick };
  }

  /** Goes to another moment of what is paused. */
  seek(tick: number): void {
    const range = this.pausedRange();
    if (!this.frozen || !range) return;
    this.frozen.tick = Math.min(Math.max(tick, range.oldest), range.newest);
  }

  /** Back to live. Returns events that were missed. */
  resume(now: number): MatchEvent[] {
    this.frozen = null;
    const live = this.playout.shownAt(now);
    return live === null ? [] : this.takeEvents(live);
  }

  get isPaused(): boolean {
    return this.frozen !== null;
  }

  /** How far behind the fastest frames the picture is meant to be. */
  delayMs(): number {
    return this.playout.delay();
  }

  get counts(): Readonly<PlayoutCounts> {
    return this.playout.counts;
  }

  /** An event is too long ago for what is only worth showing when it is new. */
  isStale(event: MatchEvent, shownTick: number): boolean {
    return ((shownTick - event.tick) * 1000) / this.ticksPerSecond > staleMs;
  }

  private takeEvents(live: number): MatchEvent[] {
    const due = this.waiting.filter((event) => event.tick <= live);
    if (due.length > 0) this.waiting = this.waiting.filter((event) => event.tick > live);
    return due;
  }

  private ticksSince(tick: number, reference: number): number {
    return (tick - reference) | 0;
  }

  private clear(): void {
    this.playout = new Playout(this.ticksPerSecond, this.playoutConfig);
    this.interpolator = new Interpolator(this.types, this.ticksPerSecond, this.interpolation);
    this.waiting = [];
    this.lastTick = null;
  }
}
