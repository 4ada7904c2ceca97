const leastRange = 0x1000000;
const mostAtOnce = 16;

/** The binary range decoder of 32 bits that engine-net's encoder writes for. Any bytes decode to
 * something, and never past the end of them, where zeros are read. Probabilities are in
 * 1/65536ths, and never 0 or 1. */
export class RangeDecoder {
  private at = 0;
  private range = 0xffffffff;
  private code = 0;

  constructor(private readonly bytes: Uint8Array) {
    for (let i = 0; i < 4; ++i) this.code = ((this.code << 8) | this.take()) >>> 0;
  }

  bit(probabilityOfOne: number): boolean {
    const bound = (this.range >>> 16) * probabilityOfOne;
    const value = this.code < bound;
    if (value) {
      this.range = bound;
    } else {
      this.code -= bound;
      this.range -= bound;
    }
    this.normalise();
    return value;
  }

  /** `bits` bits that are as likely as not, at most 32; an unsigned number. */
  raw(bits: number): number {
    if (bits <= mostAtOnce) return this.evenBits(bits);
    const high = this.evenBits(mostAtOnce);
    const rest = bits - mostAtOnce;
    return high * 2 ** rest + this.evenBits(rest);
  }

  /** False: more was read than an encoder can have left out. */
  get isSound(): boolean {
    return this.at <= this.bytes.length + 4;
  }

  private evenBits(bits: number): number {
    this.range >>>= bits;
    const value = Math.min(Math.floor(this.code / this.range), 2 ** bits - 1);
    this.code -= value * this.range;
    this.normalise();
    return value;
  }

  private normalise(): void {
    while (this.range < leastRange) {
      this.code = ((this.code << 8) | this.take()) >>> 0;
      this.range = (this.range << 8) >>> 0;
    }
  }

  private take(): number {
    return this.at < this.bytes.length ? this.bytes[this.at++]! : (++this.at, 0);
  }
}
