const leastRange = 0x1000000;

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
    while (this.range < leastRange) {
      this.code = ((this.code << 8) | this.take()) >>> 0;
      this.range = (this.range << 8) >>> 0;
    }
    return value;
  }

  /** `bits` equally likely bits, at most 32, the highest first; an unsigned number. */
  raw(bits: number): number {
    let told = 0;
    for (let i = 0; i < bits; ++i) told = (told << 1) | (this.bit(32768) ? 1 : 0);
    return told >>> 0;
  }

  /** False: more was read than an encoder can have left out. */
  get isSound(): boolean {
    return this.at <= this.bytes.length + 4;
  }

  private take(): number {
    return this.at < this.bytes.length ? this.bytes[this.at++]! : (++this.at, 0);
  }
}
