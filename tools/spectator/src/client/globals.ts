import type { Socket } from "./session";
import type { EventStream } from "./side_stream";

interface Globals {
  WebSocket?: new (url: string) => Socket;
  EventSource?: new (url: string) => EventStream;
  addEventListener?: (name: string, listener: () => void) => void;
  removeEventListener?: (name: string, listener: () => void) => void;
}

/** What a browser has, and node has in part. */
export const globals = globalThis as unknown as Globals;
