import type { CodeBook } from "./code_book";
import { bounded, learned, logits, oneOf } from "./mixing";
import type { RangeDecoder } from "./range_decoder";

/** What is thought likely of the answers. */
export interface Model {
  ask(coder: RangeDecoder, place: number): boolean;
  /** A question with an opinion at each of three places. */
  askMixed(coder: RangeDecoder, a: number, b: number, c: number): boolean;
  /** At the end of each message. */
  forget(): void;
}

/** What a trained model knows of each place: a logit by its weight in the mix, in steps of this. */
const knowledgeStep = 32;

/** A trained prior at work; it learns nothing. */
export class TrainedModel implements Model {
  /** By place: how likely a yes is, in 1/65536ths, or of one that is mixed its logit. */
  private readonly known: Int16Array;

  constructor(book: CodeBook, knowledge: Int8Array) {
    this.known = new Int16Array(knowledge.length);
    for (let i = 0; i < knowledge.length; ++i) {
      this.known[i] = bounded(oneOf(knowledge[i]! * knowledgeStep));
    }
    for (const range of book.mixedRanges) {
      for (let i = range.first; i < range.first + range.places; ++i) {
        this.known[i] = knowledge[i]! * knowledgeStep;
      }
    }
  }

  ask(coder: RangeDecoder, place: number): boolean {
    return coder.bit(this.known[place]! & 0xffff);
  }

  askMixed(coder: RangeDecoder, a: number, b: number, c: number): boolean {
    return coder.bit(oneOf(this.known[a]! + this.known[b]! + this.known[c]!));
  }

  forget(): void {}
}

/** Of each opinion in a mix that was never trained, in 1/65536ths. */
const evenWeight = 26214;
/** A probability follows about as many of the last answers. */
const slowest = 30;
const even = 32768;
const touchedKept = 1 << 15;

/** Learns from each answer within a message and forgets at its end. */
export class AdaptiveModel implements Model {
  private readonly one: Uint16Array;
  private readonly asked: Uint8Array;
  /** Places to put back. */
  private readonly touched = new Uint32Array(touchedKept);
  private touches = 0;

  constructor(book: CodeBook) {
    this.one = new Uint16Array(book.places).fill(even);
    this.asked = new Uint8Array(book.places);
  }

  ask(coder: RangeDecoder, place: number): boolean {
    const answer = coder.bit(bounded(this.one[place]!));
    this.learn(place, answer);
    return answer;
  }

  askMixed(coder: RangeDecoder, a: number, b: number, c: number): boolean {
    const logit =
      evenWeight * logits[this.one[a]! >> 4]! +
      evenWeight * logits[this.one[b]! >> 4]! +
      evenWeight * logits[this.one[c]! >> 4]!;
    const answer = coder.bit(oneOf(logit >> 16));
    this.learn(a, answer);
    this.learn(b, answer);
    this.learn(c, answer);
    return answer;
  }

  forget(): void {
    if (this.touches > touchedKept) {
      this.one.fill(even);
      this.asked.fill(0);
    } else {
      for (let i = 0; i < this.touches; ++i) {
        this.one[this.touched[i]!] = even;
        this.asked[this.touched[i]!] = 0;
      }
    }
    this.touches = 0;
  }

  private learn(place: number, answer: boolean): void {
    this.touched[this.touches & (touchedKept - 1)] = place;
    ++this.touches;
    const asked = this.asked[place]!;
    this.one[place] = learned(this.one[place]!, asked, answer);
    if (asked < slowest) this.asked[place] = asked + 1;
  }
}
