export interface PlayoutConfig {
  minDelayMs: number; // to wait at least
  maxDelayMs: number; // and at most
  maxExtrapolationMs: number; // shown past the newest version
}

export const defaultPlayout: PlayoutConfig = {
  minDelayMs: 0,
  maxDelayMs: 500,
  maxExtrapolationMs: 100,
};

/** What became of the pictures. */
export interface PlayoutCounts {
  shown: number;
  starved: number; // of these, past the newest version
  jumps: number; // forward, after a stall
}

/** Lateness is judged by this much of the past, and by so many arrivals at most. */
const windowMs = 4_000;
const maxSamples = 512;
/** One in a hundred may come too late. */
const tooLateOneIn = 100;
/** For what a picture more or less makes of a lag. */
const marginMs = 3;
/** Before much is known, the link is taken for one with this jitter. */
const firstDepthMs = 10;
/** The lag grows at once and falls by this much in a second. */
const fallPerSecondMs = 25;
/** Silence longer than this is no jitter, but a stall. */
const shortestStallMs = 300;
const stallIntervals = 4;
/**
 * What waited while a page slept is told at once: the frames are farther apart than their arrivals.
 */
const drainRatio = 1.5;
const longestDrainMs = 700;
/** An error of the position is made up for in about half a second, unless that takes more haste. */
const speedPerSecond = 2;
const mostHaste = 0.1;
/** No longer is one speed held, should pictures be far apart. */
const longestHasteMs = 250;
/** Of two computers' clocks. */
const mostDrift = 0.0005;
/** Farther behind than this nobody waits for. */
const largestSlewMs = 300;

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

interface Sample {
  at: number;
  lag: number;
}

/**
 * The clock that a match is shown by: which moment of the server's ticks is on the screen. It lags
 * as far behind the fastest frames as the slow ones come late, so that there is nearly always a
 * newer one to move towards. It runs at most a tenth faster or slower than time and never goes
 * back; only after a stall it jumps forward, once.
 *
 * Ticks are numbers that do not wrap here, times are milliseconds of any one clock.
 */
export class Playout {
  // Positions are times since the first tick that came was due, lags how far one is behind the time
  // since it came.
  private firstTick: number | null = null;
  private firstArrival = 0;
  private newest = 0;
  private lastArrival = 0;
  private interval = 0; // typical, between two arrivals
  private fastest = 0; // least lag of an arrival
  private drainsSince: number | null = null;
  private samples: Sample[] = [];
  private leastLag = 0;
  private lag: number | null = null;
  private wanted = 0;
  private shown: number | null = null;
  private advanced = 0;
  private speed = 1;
  private readonly counted: PlayoutCounts = { shown: 0, starved: 0, jumps: 0 };

  constructor(
    private readonly ticksPerSecond: number,
    private readonly config: PlayoutConfig = defaultPlayout,
  ) {}

  /** A frame came whose tick is newer than all before. */
  noteArrival(tick: number, now: number): void {
    if (this.firstTick === null) {
      this.firstTick = tick;
      this.firstArrival = this.lastArrival = now;
      return;
    }
    const gap = now - this.lastArrival;
    if (gap > 0) this.endWait(gap, now);
    const before = this.newest;
    this.newest = Math.max(before, this.msOf(tick - this.firstTick));
    if (gap > 0) this.drain(this.newest - before, gap, now);
    // Clocks drift apart: the fastest frame of an hour ago says little.
    const driftMs = gap * mostDrift;
    this.fastest = Math.min(this.fastest + driftMs, now - this.firstArrival - this.newest);
    this.lastArrival = now;
  }

  /** Moves on to the picture of `now`. */
  advance(now: number): void {
    const passed = this.shown === null ? 0 : Math.max(now - this.advanced, 0);
    if (this.lag !== null) {
      const most = (Math.min(passed, longestHasteMs) * fallPerSecondMs) / 1000;
      this.lag = Math.max(this.wanted, this.lag - most);
      this.move(now, this.lag);
    }
    this.advanced = now;
  }

  /** For another connection: how late frames are must be learned anew. What is shown goes on. */
  beginAgain(): void {
    this.samples = [];
    if (this.lag !== null) this.wanted = this.lag;
  }

  /** The moment that is shown, in ticks; nothing before it is known how late frames come. */
  shownAt(now: number): number | null {
    if (this.shown === null || this.firstTick === null) return null;
    return this.firstTick + (this.positionAt(now) * this.ticksPerSecond) / 1000;
  }

  /** How far it would like to be behind the fastest frames, in milliseconds. */
  delay(): number {
    return this.lag === null ? 0 : this.lag - this.fastest;
  }

  /** How far what is shown is behind the fastest frames. */
  behindAt(now: number): number {
    if (this.shown === null) return 0;
    return now - this.firstArrival - this.fastest - this.positionAt(now);
  }

  get counts(): Readonly<PlayoutCounts> {
    return this.counted;
  }

  private move(now: number, lag: number): void {
    // What is past the newest version for good can't be waited for.
    const due = now - this.firstArrival - lag;
    const target = Math.min(due, this.newest + this.config.maxExtrapolationMs);
    let position = this.shown === null ? target : this.positionAt(now);
    if (this.drainsSince === null && target - position > largestSlewMs) {
      this.counted.jumps += 1;
      position = target;
    }
    this.shown = position;
    const error = (target - position) / 1000;
    this.speed = 1 + clamp(speedPerSecond * error, -mostHaste, mostHaste);
    this.counted.shown += 1;
    if (position > this.newest) this.counted.starved += 1;
  }

  /** The first frame for a while is here. */
  private endWait(gap: number, now: number): void {
    const isStall = gap > Math.max(shortestStallMs, stallIntervals * this.interval);
    if (isStall && this.lag !== null) {
      // No lag would have bridged that, and what the link is like now must be seen.
      this.beginAgain();
      this.interval = Math.min(2 * this.interval, gap);
      this.drainsSince = now;
    } else if (this.drainsSince === null) {
      this.interval = this.interval === 0 ? gap : this.interval + (gap - this.interval) / 8;
      this.takeSample(now - this.firstArrival - this.newest, now);
    }
  }

  /** After a stall, until frames are as old as before it, or come at the pace of time again. */
  private drain(brought: number, gap: number, now: number): void {
    if (this.drainsSince === null || this.drainsSince === now) return;
    const isInTime = this.lag !== null && now - this.firstArrival - this.newest <= this.lag;
    const isOver = now - this.drainsSince > longestDrainMs;
    if (isInTime || isOver || brought <= drainRatio * gap) this.drainsSince = null;
  }

  /** Just before a newer frame comes, the newest one's age is how far one had to be behind. */
  private takeSample(lag: number, now: number): void {
    const { minDelayMs, maxDelayMs } = this.config;
    if (this.samples.length === 0) {
      // The first one on this link: as deep a buffer as before.
      const depth = this.lag === null ? firstDepthMs : this.lag - this.leastLag;
      this.leastLag = this.fastest = lag;
      this.lag = lag + clamp(depth, minDelayMs, maxDelayMs);
    }
    this.samples = this.samples.filter((sample) => now - sample.at <= windowMs);
    if (this.samples.length === maxSamples) this.samples.shift();
    this.samples.push({ at: now, lag });
    this.wanted = this.wantedLag();
    const most = Math.max(this.wanted, this.leastLag + maxDelayMs);
    this.lag = clamp(this.lag ?? lag, this.wanted, most);
  }

  private wantedLag(): number {
    const lags = this.samples.map((sample) => sample.lag).sort((a, b) => a - b);
    // With few samples it is the latest of all.
    const rank = lags.length - 1 - Math.floor(lags.length / tooLateOneIn);
    this.leastLag = lags[0] ?? 0;
    const low = this.leastLag + this.config.minDelayMs;
    return clamp((lags[rank] ?? 0) + marginMs, low, this.leastLag + this.config.maxDelayMs);
  }

  private positionAt(now: number): number {
    const shown = this.shown ?? 0;
    const passed = Math.max(now - this.advanced, 0);
    const haste = Math.min(passed, longestHasteMs) * (this.speed - 1);
    const end = this.newest + this.config.maxExtrapolationMs;
    return Math.max(shown, Math.min(shown + passed + haste, end));
  }

  private msOf(ticks: number): number {
    return (ticks * 1000) / this.ticksPerSecond;
  }
}
