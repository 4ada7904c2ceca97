/** Codes by which a WebSocket is closed, as far as we go by them. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  lost: 1006,
  restart: 1012,
  tryLater: 1013,
  notAllowed: 4001,
  tooSlow: 4004,
  resumedElsewhere: 4005,
} as const;

const comeBack: ReadonlySet<number> = new Set([
  closeCodes.goingAway,
  closeCodes.lost,
  closeCodes.restart,
  closeCodes.tryLater,
  closeCodes.tooSlow,
]);

/**
 * Whether a client may come back after such a close; after all others it would meet the same end.
 */
export function mayComeBack(code: number): boolean {
  return comeBack.has(code);
}

export interface ReconnectConfig {
  firstMs: number;
  mostMs: number;
  /** A connection that held this long was a good one: the next wait is a short one again. */
  settledMs: number;
}

export const defaultReconnect: ReconnectConfig = { firstMs: 400, mostMs: 15_000, settledMs: 5_000 };

/**
 * How long to wait before the next attempt: twice as long after each failure. Half of it is drawn
 * by lot, or all the viewers of a server that restarts come back in the same moment.
 */
export class ReconnectPolicy {
  private failures = 0;
  private openedAt: number | null = null;

  constructor(private readonly config: ReconnectConfig = defaultReconnect) {}

  noteOpen(now: number): void {
    this.openedAt = now;
  }

  /** The connection was lost, or did not come about. `random` is from 0 up to 1. */
  nextWait(now: number, random: number): number {
    if (this.openedAt !== null && now - this.openedAt >= this.config.settledMs) this.failures = 0;
    this.openedAt = null;
    const doubled = this.config.firstMs * 2 ** Math.min(this.failures, 16);
    this.failures += 1;
    return Math.min(doubled, this.config.mostMs) * (0.5 + random / 2);
  }

  /** For when something says that the network is there again. */
  reset(): void {
    this.failures = 0;
  }
}
