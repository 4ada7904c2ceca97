import type { CodeBook } from "./code_book";
import { FeedError } from "./feed_error";
import { learned } from "./mixing";
import { TrainedModel } from "./model";
import { RangeDecoder } from "./range_decoder";

/** Lags of 1, 2, 3, 4 to 5, 6 to 8, 9 to 14, and more ticks have a model each. */
const firstLags = [1, 2, 3, 4, 6, 9, 15];
const magic = 0x32504e45; // "ENP2"
const headerBytes = 24;
const checkAt = 4;

/** Answers after which a probability of a prior's own coding moves no slower. */
const slowest = 60;
const mostStepBits = 24;

/** One question of a prior's own coding. */
class Question {
  private one = 32768;
  private asked = 0;

  ask(coder: RangeDecoder): boolean {
    const answer = coder.bit(Math.min(Math.max(this.one, 128), 65408));
    this.one = learned(this.one, this.asked, answer);
    if (this.asked < slowest) ++this.asked;
    return answer;
  }
}

function questions(count: number): Question[] {
  return Array.from({ length: count }, () => new Question());
}

function bitWidth(value: number): number {
  return 32 - Math.clz32(value);
}

/** A number: how many bits it has, and the two below the highest have statistics. */
class Numbers {
  private readonly longer = questions(mostStepBits + 1);
  private readonly bits = questions((mostStepBits + 1) * 4);

  read(coder: RangeDecoder): number {
    let bits = 0;
    while (bits < mostStepBits && this.longer[bits]!.ask(coder)) ++bits;
    if (bits < 2) return bits;
    let told = 1;
    for (let b = bits - 2; b >= 0; --b) {
      const hasStatistics = b + 3 >= bits;
      const bit = hasStatistics
        ? this.bits[bits * 4 + (told & 3)]!.ask(coder)
        : coder.bit(32768);
      told = (told << 1) | (bit ? 1 : 0);
    }
    return told;
  }
}

/** A difference of two classes' knowledge of a place. */
class Differences {
  private readonly same = new Question();
  private readonly sign = questions(3);
  private readonly size = new Numbers();

  read(coder: RangeDecoder, last: number): number {
    if (this.same.ask(coder)) return 0;
    const isLess = this.sign[last < 0 ? 0 : last === 0 ? 1 : 2]!.ask(coder);
    const told = Math.min(this.size.read(coder), 255) + 1;
    return isLess ? -told : told;
  }
}

/** Reads the knowledge of all classes: places of which any knows something, by the steps between
 * them, and there each class's difference to the one before. */
class PriorPass {
  private readonly steps = Array.from({ length: 16 }, () => new Numbers());
  private readonly differences = Array.from({ length: 5 }, () => new Differences());

  constructor(private readonly coder: RangeDecoder) {}

  run(classes: readonly Int8Array[], places: number): void {
    let lastStep = 0;
    for (let at = 0; at < places && this.coder.isSound; ) {
      const step = this.steps[Math.min(bitWidth(lastStep), 15)]!.read(this.coder);
      if (step >= places - at) return;
      at += step;
      this.values(classes, at++);
      lastStep = step;
    }
  }

  private values(classes: readonly Int8Array[], place: number): void {
    let last = 0;
    let news = 0;
    classes.forEach((knowledge, i) => {
      const about = i === 0 ? 0 : last === 0 ? 1 : 2 + news;
      const told = this.differences[about]!.read(this.coder, last);
      last = Math.min(Math.max(last + told, -127), 127);
      news = i === 0 ? 0 : Math.min(2, bitWidth(Math.abs(told)));
      knowledge[place] = last;
    });
  }
}

function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; ++i) {
    const byte = i >= checkAt && i < checkAt + 4 ? 0 : bytes[i]!;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

/** The trained priors of one game. */
export class Priors {
  /** By class of lags; those that no prior was trained for are missing. */
  private readonly knowledge: (Int8Array | undefined)[] = [];
  private readonly models: (TrainedModel | undefined)[] = [];

  /** Reads what `GET /api/kinds/{kind}/prior` gave. Throws a `FeedError`. */
  constructor(
    private readonly book: CodeBook,
    layoutDigest: string,
    bytes: Uint8Array,
  ) {
    if (bytes.length < headerBytes) throw new FeedError("bad_prior", "the prior is cut off");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const classes = view.getUint32(20, true);
    const isPrior =
      view.getUint32(0, true) === magic &&
      view.getBigUint64(8, true) === BigInt(`0x${layoutDigest}`) &&
      view.getUint32(16, true) === book.places &&
      classes >>> firstLags.length === 0;
    // The check is over the header as it is without it, then over the rest.
    if (!isPrior || view.getUint32(checkAt, true) !== fnv1a(bytes)) {
      throw new FeedError("bad_prior", "the prior is damaged, or of another schema");
    }
    const present: Int8Array[] = [];
    firstLags.forEach((_, i) => {
      if (((classes >>> i) & 1) === 0) return;
      this.knowledge[i] = new Int8Array(book.places);
      present.push(this.knowledge[i]!);
    });
    const coder = new RangeDecoder(bytes.subarray(headerBytes));
    new PriorPass(coder).run(present, book.places);
    if (!coder.isSound) throw new FeedError("bad_prior", "the prior is damaged");
  }

  /** The nearest trained class's, or null when there is none. */
  find(lag: number): TrainedModel | null {
    let wanted = 0;
    while (wanted + 1 < firstLags.length && firstLags[wanted + 1]! <= lag) ++wanted;
    for (let distance = 0; distance < firstLags.length; ++distance) {
      for (const candidate of [wanted - distance, wanted + distance]) {
        if (this.knowledge[candidate]) return this.model(candidate);
      }
    }
    return null;
  }

  private model(index: number): TrainedModel {
    this.models[index] ??= new TrainedModel(this.book, this.knowledge[index]!);
    return this.models[index];
  }
}
