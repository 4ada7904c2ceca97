import { FeedDecoder, FeedError } from "../codec";
import type { FeedSchema } from "../codec";
import { Playback } from "./playback";
import { RateMeter } from "./rate_meter";
import type { Entity } from "./interpolator";
import { blendTypesOf } from "./schema";

/** What a frame of the feed says, whole: every entity that all may see. */
export interface Frame {
  tick: number;
  isKeyframe: boolean;
  types: ReadonlyMap<string, readonly Entity[]>;
}

export interface FeedListener {
  frame(frame: Frame): void;
  event(tick: number, bytes: Uint8Array): void;
  state(tick: number, bytes: Uint8Array): void;
  ended(reason: string): void;
}

export interface FeedCounts {
  frames: number;
  skipped: number; // by the bridge, since we were slow
  damaged: number;
}

/** What comes while the schema is still on its way. */
const maxPending = 1024;

/** The feed of one room as it is watched: decodes it, counts, and keeps what is shown of it. */
export class RoomFeed {
  readonly playback: Playback;
  readonly counts: FeedCounts = { frames: 0, skipped: 0, damaged: 0 };
  private readonly decoder: FeedDecoder;
  private lastFrameAt: number | null = null;

  constructor(
    readonly room: number,
    readonly kind: string,
    readonly schema: FeedSchema,
    prior: Uint8Array | null,
    private readonly listener: FeedListener,
    before: RoomFeed | null,
  ) {
    this.decoder = new FeedDecoder(schema, prior);
    if (before?.room === room && before.schema.digest === schema.digest) {
      // The connection is another one, the match goes on.
      this.playback = before.playback;
      this.playback.beginAgain();
      this.counts.skipped = before.counts.skipped;
    } else {
      this.playback = new Playback(blendTypesOf(schema), schema.tick_rate);
    }
  }

  take(message: Uint8Array, now: number): void {
    try {
      this.decode(message, now);
    } catch (error) {
      if (!(error instanceof FeedError)) throw error;
      this.counts.damaged += 1; // until the next keyframe
    }
  }

  /** How old the newest frame is, in milliseconds; null: there is none. */
  frameAgeMs(now: number): number | null {
    return this.lastFrameAt === null ? null : now - this.lastFrameAt;
  }

  private decode(message: Uint8Array, now: number): void {
    const item = this.decoder.decode(message);
    if (item.room !== this.room) return;
    switch (item.kind) {
      case "keyframe":
      case "frame": {
        const { types } = item.frame;
        this.counts.frames += 1;
        this.lastFrameAt = now;
        this.playback.pushFrame(item.tick, types, now);
        this.listener.frame({
          tick: item.tick,
          isKeyframe: item.kind === "keyframe",
          types,
        });
        break;
      }
      case "event":
        this.playback.pushEvent(item.tick, item.payload);
        this.listener.event(item.tick, item.payload);
        break;
      case "state":
        this.listener.state(item.tick, item.payload);
        break;
      case "end":
        this.listener.ended(item.reason);
        break;
    }
  }
}

/** Keeps what a feed brings before it can be read, and measures it. */
export class FeedInbox {
  private pending: Uint8Array[] = [];
  private readonly meter = new RateMeter();

  put(message: Uint8Array, feed: RoomFeed | null, now: number): void {
    this.meter.add(message.length, now);
    if (feed) feed.take(message, now);
    else if (this.pending.length < maxPending) this.pending.push(message);
  }

  openFor(feed: RoomFeed, now: number): void {
    const pending = this.pending;
    this.pending = [];
    for (const message of pending) feed.take(message, now);
  }

  clear(): void {
    this.pending = [];
  }

  bytesPerSecond(now: number): number {
    return this.meter.perSecond(now);
  }
}
