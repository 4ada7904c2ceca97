import { BridgeError, asJson, numberOf, parseJson, textOf } from "./protocol";
import type { Json } from "./protocol";
import { closeCodes } from "./reconnect";

/** What we need of a WebSocket: the browser's own and node's `ws` both have it. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export interface SessionListener {
  opened(hello: Json): void;
  told(message: Json): void;
  fed(bytes: Uint8Array): void;
  closed(code: number, reason: string, wasOpen: boolean): void;
}

interface Request {
  resolve: (answer: Json) => void;
  reject: (error: Error) => void;
  sentAt: number;
}

export interface SessionConfig {
  /** To get from the first byte to the answer of `hello`. */
  openMs: number;
  answerMs: number;
  /** Of silence, after which we ask whether anybody is there. */
  quietMs: number;
  /** What the answer to that may take. */
  deadMs: number;
}

export const defaultSession: SessionConfig = {
  openMs: 8_000,
  answerMs: 10_000,
  quietMs: 4_000,
  deadMs: 4_000,
};

/** Who is not checked for so long was not awake. */
const sleepMs = 1_500;

/**
 * One WebSocket from its `hello` to its end: questions with answers, and whether the other side is
 * still there, which a socket itself may notice a quarter of an hour late.
 */
export class Session {
  private readonly requests = new Map<number, Request>();
  private nextId = 1;
  private isOpen = false;
  private isOver = false;
  private heardAt: number;
  private pingedAt: number | null = null;
  private checkedAt: number;

  constructor(
    private readonly socket: Socket,
    hello: Json,
    private readonly listener: SessionListener,
    private readonly startedAt: number,
    private readonly config: SessionConfig = defaultSession,
  ) {
    this.heardAt = this.checkedAt = startedAt;
    socket.binaryType = "arraybuffer";
    socket.onopen = (): void => {
      this.ask({ op: "hello", ...hello }, startedAt).then(
        (answer) => {
          this.isOpen = true;
          this.listener.opened(answer);
        },
        (error: BridgeError) => {
          const isFinal = error.code === "not_allowed" || error.code === "bad_request";
          this.end(isFinal ? closeCodes.notAllowed : closeCodes.tryLater, error.message);
        },
      );
    };
    socket.onmessage = (event: { data: unknown }): void => this.take(event.data);
    socket.onclose = (event: { code?: number; reason?: string }): void =>
      this.finish(event.code ?? closeCodes.lost, textOf(event.reason));
    socket.onerror = (): void => undefined; // a close follows
  }

  /** Resolves with the answer. Rejects with a `BridgeError`. */
  ask(question: Json, now: number): Promise<Json> {
    if (this.isOver || this.socket.readyState !== 1) {
      return Promise.reject(new BridgeError("not_connected"));
    }
    const id = this.nextId++;
    this.socket.send(JSON.stringify({ ...question, id }));
    return new Promise((resolve, reject) => {
      this.requests.set(id, { resolve, reject, sentAt: now });
    });
  }

  /** Call it a few times a second. */
  check(now: number): void {
    if (this.isOver) return;
    this.noteSleep(now);
    if (!this.isOpen) {
      if (now - this.startedAt > this.config.openMs) this.end(closeCodes.lost, "no answer");
      return;
    }
    for (const [id, request] of this.requests) {
      if (now - request.sentAt <= this.config.answerMs) continue;
      this.requests.delete(id);
      request.reject(new BridgeError("no_answer"));
    }
    if (this.pingedAt !== null && this.heardAt > this.pingedAt) this.pingedAt = null;
    if (this.pingedAt !== null) {
      if (now - this.pingedAt > this.config.deadMs) this.end(closeCodes.lost, "silence");
    } else if (now - this.heardAt > this.config.quietMs) {
      this.pingedAt = now;
      this.ask({ op: "ping" }, now).catch(() => undefined);
    }
  }

  /** A page that was asleep has not heard what there was to hear. */
  private noteSleep(now: number): void {
    if (now - this.checkedAt > sleepMs) {
      this.heardAt = now;
      this.pingedAt = null;
      for (const request of this.requests.values()) request.sentAt = now;
    }
    this.checkedAt = now;
  }

  /** When something came last is what `now` says. */
  noteHeard(now: number): void {
    this.heardAt = now;
  }

  /** Ends it at once: the listener is told now, whatever the network still has to say. */
  end(code: number, reason: string): void {
    if (this.isOver) return;
    this.socket.onmessage = this.socket.onclose = null;
    // Only these two a page may say itself.
    const isOurs = code === closeCodes.normal || (code >= 3000 && code < 5000);
    this.socket.close(isOurs ? code : closeCodes.normal, "");
    this.finish(code, reason);
  }

  private take(data: unknown): void {
    if (typeof data !== "string") {
      if (data instanceof ArrayBuffer) this.listener.fed(new Uint8Array(data));
      return;
    }
    const message = parseJson(data);
    const op = textOf(message["op"]);
    const id = numberOf(message["id"]);
    const request = this.requests.get(id);
    if (op !== "ack" && op !== "error") {
      this.listener.told(message);
    } else if (request) {
      this.requests.delete(id);
      if (op === "ack") request.resolve(asJson(message));
      else request.reject(new BridgeError(textOf(message["error"]), textOf(message["detail"])));
    }
  }

  private finish(code: number, reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    const waiting = [...this.requests.values()];
    this.requests.clear();
    for (const request of waiting) request.reject(new BridgeError("not_connected"));
    this.listener.closed(code, reason, this.isOpen);
  }
}
