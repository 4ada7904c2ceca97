import type { FeedSchema } from "../codec";
import type { Frame } from "./feed";
import type { ChannelMessage, Room } from "./protocol";
import type { Socket } from "./session";
import type { EventStream, Transport } from "./side_stream";

export interface Status {
  /** `waiting`: for the next attempt. `closed`: for good, until `connect`. */
  state: "connecting" | "open" | "waiting" | "offline" | "closed";
  /** By what channels and the list of rooms come; feeds need a WebSocket. */
  transport: "websocket" | Transport | null;
  /** Of the connection that was lost. */
  code: number;
  reason: string;
  retryInMs: number;
}

export const unconnected: Status = {
  state: "closed",
  transport: null,
  code: 0,
  reason: "",
  retryInMs: 0,
};

export interface Watched {
  room: number;
  kind: string;
  schema: FeedSchema;
  framesPerSecond: number;
  /** That the organiser has set, in seconds. */
  delayS: number;
}

export interface Stats {
  bytesPerSecond: number;
  frameAgeMs: number | null;
  frames: number;
  skippedFrames: number;
  damagedFrames: number;
  jumps: number;
}

export interface ClientEvents {
  status: Status;
  rooms: Room[];
  message: ChannelMessage;
  /** What was said on a channel before this is lost. */
  reset: string;
  over: string;
  watching: Watched;
  frame: Frame;
  event: { tick: number; bytes: Uint8Array };
  state: { tick: number; bytes: Uint8Array };
  skipped: number;
  ended: { room: number; reason: string };
  closed: { code: number; reason: string };
}

export interface ClientOptions {
  name?: string;
  token?: string;
  /** Of a session of before: `EngineNetClient.resumeSecret`. */
  resume?: string;
  webSocket?: (new (url: string) => Socket) | null;
  eventSource?: (new (url: string) => EventStream) | null;
  fetch?: typeof fetch;
  now?: () => number;
  random?: () => number;
}
