import { ChannelBook } from "./channels";
import type { SubscribeOptions } from "./channels";
import { unconnected } from "./client_types";
import type { ClientEvents, ClientOptions, Stats, Status, Watched } from "./client_types";
import { Emitter } from "./emitter";
import { FeedInbox, RoomFeed } from "./feed";
import type { Frame } from "./feed";
import { globals } from "./globals";
import type { Playback } from "./playback";
import { BridgeError, messageOf, numberOf, roomsOf, textOf } from "./protocol";
import type { ChannelMessage, Json } from "./protocol";
import { ReconnectPolicy, closeCodes, mayComeBack } from "./reconnect";
import { fetchSchema } from "./schema";
import { Session } from "./session";
import { SideStreams } from "./side_streams";

const roomsChannel = "lobby/rooms";
/** WebSockets that fail so often before `hello` are blocked, if the server answers otherwise. */
const failuresToSideStep = 2;
const checkEveryMs = 200;

/**
 * A web client of an engine-net server: the list of rooms, channels, calls, and the feed of a room.
 * It stays connected until `close`: what is wanted (rooms, channels, the room watched) is wanted
 * from the next connection, too.
 */
export class EngineNetClient extends Emitter<ClientEvents> {
  private base = "";
  private session: Session | null = null;
  private readonly channels = new ChannelBook();
  private readonly policy = new ReconnectPolicy();
  private readonly sideStreams: SideStreams;
  private wantsRooms = false;
  private watchedRoom: number | null = null;
  private watching: Promise<Watched> | null = null;
  private feed: RoomFeed | null = null;
  private inbox = new FeedInbox();
  private failedSockets = 0;
  private retryAt: number | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private resume: string;
  private user = "";
  private shownName = "";
  private known = unconnected;

  constructor(private readonly options: ClientOptions = {}) {
    super();
    this.resume = options.resume ?? "";
    const { eventSource } = options;
    const web = {
      fetch: this.fetcher(),
      eventSource: eventSource === undefined ? (globals.EventSource ?? null) : eventSource,
      setTimeout: (call: () => void, ms: number): unknown => setTimeout(call, ms),
    };
    this.sideStreams = new SideStreams(web, {
      message: (message) => this.takeMessage(message),
      rooms: (rooms) => {
        if (this.wantsRooms) this.tell("rooms", rooms);
      },
      reset: (channel) => this.tell("reset", channel),
      carried: (transport) => {
        if (!this.isOpen) this.setStatus({ transport });
      },
    });
  }

  /** Connects to a bridge, "http://host:8080"; "status" tells what becomes of it. */
  static connect(url: string, options: ClientOptions = {}): EngineNetClient {
    const client = new EngineNetClient(options);
    client.connect(url);
    return client;
  }

  connect(url: string): void {
    this.base = url.replace(/\/+$/, "");
    if (this.timer === null) {
      this.timer = setInterval(() => this.check(), checkEveryMs);
      globals.addEventListener?.("online", this.cameOnline);
      globals.addEventListener?.("offline", this.wentOffline);
    }
    this.policy.reset();
    this.open();
  }

  /** Ends it. All that was wanted is forgotten. */
  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    globals.removeEventListener?.("online", this.cameOnline);
    globals.removeEventListener?.("offline", this.wentOffline);
    for (const name of this.channels.names()) this.channels.remove(name);
    this.wantsRooms = false;
    this.stopWatching();
    this.sideStreams.closeAll();
    this.retryAt = null;
    const session = this.session;
    this.session = null;
    session?.end(closeCodes.normal, "");
    this.setStatus({ state: "closed", transport: null, code: closeCodes.normal });
  }

  get status(): Status {
    return this.known;
  }

  /** By which the session can be had back within the server's resume time. */
  get resumeSecret(): string {
    return this.resume;
  }

  /** As the server calls us: known once it is open. */
  get self(): { user: string; name: string } {
    return { user: this.user, name: this.shownName };
  }

  /** From now on "rooms" tells the list whenever it changes. */
  watchRooms(): void {
    this.wantsRooms = true;
    void this.subscribe(roomsChannel).catch(() => undefined);
  }

  /** Resolves when it is done; if it is lost meanwhile, it is done as soon as it is back. */
  async subscribe(channel: string, options: SubscribeOptions = {}): Promise<void> {
    this.channels.add(channel, options);
    if (this.session) await this.askFor(channel);
    else if (this.sideStreams.areOpen) this.sideStreams.open(this.base, channel);
  }

  async unsubscribe(channel: string): Promise<void> {
    this.channels.remove(channel);
    this.sideStreams.close(channel);
    if (this.isOpen) await this.ask({ op: "unsubscribe", channel });
  }

  /** Says it to all others on the channel. Resolves when the server has taken it. */
  async emit(channel: string, event: string, data: unknown): Promise<void> {
    await this.ask({ op: "emit", channel, event, data });
  }

  /** A line that people read. */
  async chat(channel: string, line: string): Promise<void> {
    await this.ask({ op: "emit", channel, kind: "chat", event: "", data: line });
  }

  /** What the server answers. */
  async call(name: string, data: unknown = null): Promise<unknown> {
    return (await this.ask({ op: "call", name, data }))["data"];
  }

  /** The room's feed follows: "frame", "event", "state". Only one room at a time. */
  watch(room: number): Promise<Watched> {
    if (this.watching && this.watchedRoom === room) return this.watching;
    this.stopWatching();
    this.watchedRoom = room;
    return this.beginToWatch(room);
  }

  async unwatch(): Promise<void> {
    this.stopWatching();
    if (this.isOpen) await this.ask({ op: "unwatch" });
  }

  /** What is shown of the room that is watched; null until "watching". */
  get playback(): Playback | null {
    return this.feed?.playback ?? null;
  }

  stats(): Stats {
    const now = this.now();
    return {
      bytesPerSecond: this.inbox.bytesPerSecond(now),
      frameAgeMs: this.feed?.frameAgeMs(now) ?? null,
      frames: this.feed?.counts.frames ?? 0,
      skippedFrames: this.feed?.counts.skipped ?? 0,
      damagedFrames: this.feed?.counts.damaged ?? 0,
      jumps: this.feed?.playback.counts.jumps ?? 0,
    };
  }

  private readonly cameOnline = (): void => {
    this.policy.reset();
    if (!this.session && this.known.state !== "closed") this.open();
  };

  private readonly wentOffline = (): void => {
    if (this.known.state === "closed") return;
    this.session?.end(closeCodes.lost, "offline");
    this.retryAt = null; // the browser tells when it makes sense again
    this.setStatus({ state: "offline", transport: null, retryInMs: 0 });
  };

  private get isOpen(): boolean {
    return this.session !== null && this.known.state === "open";
  }

  private now(): number {
    return this.options.now ? this.options.now() : performance.now();
  }

  private open(): void {
    this.retryAt = null;
    if (this.session) return;
    this.setStatus({ state: "connecting", retryInMs: 0 });
    const given = this.options.webSocket;
    const Ctor = given === undefined ? globals.WebSocket : given;
    const hello = {
      name: this.options.name ?? "",
      token: this.options.token ?? "",
      ...(this.resume ? { resume: this.resume, after: this.channels.positions() } : {}),
    };
    try {
      if (!Ctor) throw new BridgeError("no_websocket");
      const socket = new Ctor(`${this.base.replace(/^http/, "ws")}/ws`);
      this.session = new Session(
        socket,
        hello,
        {
          opened: (answer) => this.opened(answer),
          told: (message) => this.told(message),
          fed: (bytes) => this.fed(bytes),
          closed: (code, reason, wasOpen) => this.lost(code, reason, wasOpen),
        },
        this.now(),
      );
    } catch {
      this.lost(closeCodes.lost, "no WebSocket", false);
    }
  }

  private opened(answer: Json): void {
    const now = this.now();
    this.failedSockets = 0;
    this.policy.noteOpen(now);
    this.session?.noteHeard(now);
    this.sideStreams.closeAll();
    this.resume = textOf(answer["resume"]);
    this.user = textOf(answer["user"]);
    this.shownName = textOf(answer["name"]);
    this.setStatus({ state: "open", transport: "websocket", code: 0, reason: "" });
    for (const channel of this.channels.names()) {
      this.askFor(channel).catch(() => undefined);
    }
    const room = this.watchedRoom;
    if (room !== null) {
      this.beginToWatch(room).catch((error) => this.cannotWatch(room, error));
    }
  }

  private told(message: Json): void {
    this.session?.noteHeard(this.now());
    const channel = textOf(message["channel"]);
    switch (message["op"]) {
      case "message":
        this.takeMessage(messageOf(message));
        break;
      case "reset":
        this.channels.moveTo(channel, textOf(message["at"]));
        this.tell("reset", channel);
        break;
      case "over":
        this.channels.remove(channel);
        this.tell("over", channel);
        break;
      case "skipped": {
        const frames = numberOf(message["frames"]);
        if (this.feed) this.feed.counts.skipped += frames;
        this.tell("skipped", frames);
        break;
      }
    }
  }

  private fed(bytes: Uint8Array): void {
    const now = this.now();
    this.session?.noteHeard(now);
    if (this.watchedRoom !== null) this.inbox.put(bytes, this.feed, now);
  }

  private takeMessage(message: ChannelMessage): void {
    if (!this.channels.take(message)) return;
    if (message.channel === roomsChannel) this.tell("rooms", roomsOf(message.data));
    else this.tell("message", message);
  }

  private lost(code: number, reason: string, wasOpen: boolean): void {
    this.session = null;
    this.inbox.clear();
    if (this.known.state === "closed") return;
    if (!wasOpen) this.failedSockets += 1;
    if (this.known.state === "offline") return;
    if (!mayComeBack(code)) {
      this.sideStreams.closeAll();
      this.setStatus({ state: "closed", transport: null, code, reason });
      this.tell("closed", { code, reason });
      return;
    }
    const now = this.now();
    const random = this.options.random ? this.options.random() : Math.random();
    const waitMs = this.policy.nextWait(now, random);
    this.retryAt = now + waitMs;
    const transport = wasOpen ? null : this.known.transport;
    this.setStatus({ state: "waiting", transport, code, reason, retryInMs: waitMs });
    if (this.failedSockets >= failuresToSideStep) {
      for (const name of this.channels.names()) this.sideStreams.open(this.base, name);
    }
  }

  /** What is due by the clock. */
  private check(): void {
    const now = this.now();
    this.session?.check(now);
    if (this.retryAt !== null && now >= this.retryAt) this.open();
  }

  private ask(question: Json): Promise<Json> {
    if (!this.session) return Promise.reject(new BridgeError("not_connected"));
    return this.session.ask(question, this.now());
  }

  private async askFor(channel: string): Promise<void> {
    if (!this.isOpen) return; // it is asked for as soon as it is open
    try {
      const answer = await this.ask(this.channels.question(channel));
      if (answer["reset"] === true) {
        this.channels.moveTo(channel, textOf(answer["at"]));
        this.tell("reset", channel);
      }
    } catch (error) {
      if (error instanceof BridgeError && error.code !== "not_connected") {
        this.channels.remove(channel);
      }
      throw error;
    }
  }

  private beginToWatch(room: number): Promise<Watched> {
    const asked = this.askToWatch(room);
    this.watching = asked;
    asked.catch(() => {
      if (this.watching === asked) this.watching = null;
    });
    return asked;
  }

  private async askToWatch(room: number): Promise<Watched> {
    if (!this.isOpen) throw new BridgeError("not_connected");
    this.inbox.clear();
    const before = this.feed;
    this.feed = null; // what comes now waits until it can be read
    const answer = await this.ask({ op: "watch", room });
    const kind = textOf(answer["kind"]);
    const { schema, prior } = await fetchSchema(this.base, kind, this.fetcher());
    if (this.watchedRoom !== room) throw new BridgeError("unwatched");
    const watched = {
      room,
      kind,
      schema,
      framesPerSecond: numberOf(answer["frames_per_second"]),
      delayS: numberOf(answer["delay"]),
    };
    const listener = {
      frame: (frame: Frame): void => this.tell("frame", frame),
      event: (tick: number, bytes: Uint8Array): void => this.tell("event", { tick, bytes }),
      state: (tick: number, bytes: Uint8Array): void => this.tell("state", { tick, bytes }),
      ended: (reason: string): void => {
        this.watching = null;
        this.tell("ended", { room, reason });
      },
    };
    const feed = new RoomFeed(room, kind, schema, prior, listener, before);
    this.feed = feed;
    this.tell("watching", watched);
    this.inbox.openFor(feed, this.now());
    return watched;
  }

  private cannotWatch(room: number, error: unknown): void {
    if (this.watchedRoom !== room) return;
    if (error instanceof BridgeError && error.code === "not_connected") return;
    this.stopWatching();
    this.tell("ended", { room, reason: error instanceof Error ? error.message : "" });
  }

  private stopWatching(): void {
    this.watchedRoom = null;
    this.watching = null;
    this.feed = null;
    this.inbox.clear();
  }

  private fetcher(): typeof fetch {
    return this.options.fetch ?? ((input, init) => fetch(input, init));
  }

  private setStatus(change: Partial<Status>): void {
    this.known = { ...this.known, ...change };
    this.tell("status", this.known);
  }
}
