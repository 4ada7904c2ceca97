/** How much of something comes in a second, over the last seconds. */
export class RateMeter {
  private readonly samples: { at: number; amount: number }[] = [];
  private sum = 0;

  constructor(private readonly windowMs = 2_000) {}

  add(amount: number, now: number): void {
    this.samples.push({ at: now, amount });
    this.sum += amount;
    this.forget(now);
  }

  perSecond(now: number): number {
    this.forget(now);
    return (this.sum * 1000) / this.windowMs;
  }

  private forget(now: number): void {
    let oldest = this.samples[0];
    while (oldest && now - oldest.at > this.windowMs) {
      this.sum -= oldest.amount;
      this.samples.shift();
      oldest = this.samples[0];
    }
  }
}
