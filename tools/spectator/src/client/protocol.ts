// What the web bridge says in JSON: see engine-net/BRIDGE.md. What comes from there is checked
// here, once: nothing behind this file meets a field that has another type than it should.

/** A line of the list of rooms. */
export interface Room {
  id: number;
  kind: string;
  name: string;
  players: number;
  capacity: number;
  spectators: number;
  viewers: number;
  phase: string;
  locked: boolean;
  password: boolean;
  age: number; // seconds
  node: string; // the server of a cluster that has it
  uncertain: boolean; // that server is not heard
  metadata: string; // base64
}

/** Something said on a channel. */
export interface ChannelMessage {
  channel: string;
  at: string; // its position, "EPOCH-NUMBER"
  kind: string; // "message", "chat", "joined", "left" or "member"
  user: string;
  name: string;
  event: string;
  data: unknown;
}

export type Json = { readonly [key: string]: unknown };

export function asJson(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

/** What a text says, or an empty object: bytes that are no JSON object are nobody's crash. */
export function parseJson(text: string): Json {
  try {
    return asJson(JSON.parse(text));
  } catch {
    return {};
  }
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

export function roomOf(value: unknown): Room {
  const json = asJson(value);
  return {
    id: numberOf(json["id"]),
    kind: textOf(json["kind"]),
    name: textOf(json["name"]),
    players: numberOf(json["players"]),
    capacity: numberOf(json["capacity"]),
    spectators: numberOf(json["spectators"]),
    viewers: numberOf(json["viewers"]),
    phase: textOf(json["phase"]),
    locked: json["locked"] === true,
    password: json["password"] === true,
    age: numberOf(json["age"]),
    node: textOf(json["node"]),
    uncertain: json["uncertain"] === true,
    metadata: textOf(json["metadata"]),
  };
}

export function roomsOf(value: unknown): Room[] {
  const rooms = asJson(value)["rooms"];
  return Array.isArray(rooms) ? rooms.map(roomOf) : [];
}

export function messageOf(value: unknown): ChannelMessage {
  const json = asJson(value);
  return {
    channel: textOf(json["channel"]),
    at: textOf(json["at"]),
    kind: textOf(json["kind"]),
    user: textOf(json["user"]),
    name: textOf(json["name"]),
    event: textOf(json["event"]),
    data: json["data"],
  };
}

/** The bridge refused something, or could not be asked. `code` is the bridge's word, or ours. */
export class BridgeError extends Error {
  constructor(
    readonly code: string,
    detail = "",
  ) {
    super(detail || code);
    this.name = "BridgeError";
  }
}
