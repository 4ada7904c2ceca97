import { messageOf, parseJson, roomsOf, textOf } from "./protocol";
import type { ChannelMessage, Room } from "./protocol";

/** What we need of an `EventSource`. */
export interface EventStream {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  addEventListener(name: string, listener: (event: never) => void): void;
  close(): void;
}

export interface Web {
  fetch: typeof fetch;
  eventSource: (new (url: string) => EventStream) | null;
  setTimeout: (call: () => void, ms: number) => unknown;
}

export type Transport = "sse" | "polling";

export interface SideListener {
  message(message: ChannelMessage): void;
  rooms(rooms: Room[]): void;
  reset(channel: string): void;
  /** By what it comes now. Null: by nothing, for the moment. */
  carried(transport: Transport | null): void;
}

/** Streams that fail so often before the first byte are blocked. */
const failuresToPoll = 2;
const roomsEveryMs = 2_000;
const pollWaitS = 25;
const retryMs = 2_000;

/**
 * A channel without a WebSocket: by server-sent events; where these don't come through either, by
 * polling. For networks that let nothing pass but plain requests.
 */
export class SideStream {
  private stream: EventStream | null = null;
  private isOver = false;
  private failures = 0;
  private after = "";

  constructor(
    private readonly base: string,
    private readonly channel: string,
    private readonly web: Web,
    private readonly listener: SideListener,
  ) {
    if (web.eventSource) this.openStream(web.eventSource);
    else void this.poll();
  }

  close(): void {
    this.isOver = true;
    this.stream?.close();
  }

  private get path(): string {
    return `${this.base}/api/channels/${encodeURIComponent(this.channel)}`;
  }

  private openStream(Source: new (url: string) => EventStream): void {
    const after = this.after ? `?after=${encodeURIComponent(this.after)}` : "";
    const stream = new Source(`${this.path}/stream${after}`);
    this.stream = stream;
    let wasOpen = false;
    stream.onopen = (): void => {
      wasOpen = true;
      this.failures = 0;
      this.listener.carried("sse");
    };
    stream.onerror = (): void => {
      this.listener.carried(null);
      if (!wasOpen) this.failures += 1;
      if (this.failures >= failuresToPoll) {
        stream.close();
        void this.poll();
      } else if (stream.readyState === 2) {
        // It says that it gives up.
        this.web.setTimeout(() => {
          if (!this.isOver) this.openStream(Source);
        }, retryMs);
      }
    };
    const take = (event: { data: unknown }): void => this.take(parseJson(textOf(event.data)));
    stream.addEventListener("message", take);
    stream.addEventListener("rooms", take);
    stream.addEventListener("reset", () => this.listener.reset(this.channel));
  }

  private take(json: unknown): void {
    if (this.isOver) return;
    const message = messageOf(json);
    if (message.at) this.after = message.at;
    if (message.event === "rooms") this.listener.rooms(roomsOf(message.data));
    else if (message.channel) this.listener.message(message);
    else this.listener.rooms(roomsOf(json));
  }

  private async poll(): Promise<void> {
    while (!this.isOver) {
      const isAnswered = await this.pollOnce().catch(() => false);
      if (this.isOver) return;
      this.listener.carried(isAnswered ? "polling" : null);
      const waitMs = this.channel === "lobby/rooms" ? roomsEveryMs : isAnswered ? 0 : retryMs;
      await new Promise<void>((resolve) => this.web.setTimeout(resolve, waitMs));
    }
  }

  private async pollOnce(): Promise<boolean> {
    if (this.channel === "lobby/rooms") {
      const answer = await this.web.fetch(`${this.base}/api/rooms`, { cache: "no-cache" });
      if (answer.ok) this.listener.rooms(roomsOf(await answer.json()));
      return answer.ok;
    }
    const query = `after=${encodeURIComponent(this.after)}&wait=${pollWaitS}`;
    const answer = await this.web.fetch(`${this.path}/events?${query}`);
    if (!answer.ok) return false;
    const json = (await answer.json()) as { events?: unknown; next?: unknown; reset?: unknown };
    if (json.reset === true) this.listener.reset(this.channel);
    if (Array.isArray(json.events)) json.events.forEach((event) => this.take(event));
    this.after = textOf(json.next);
    return true;
  }
}
