import { Emote } from "arena/emote";
import { Event as ArenaEvent } from "arena/event";
import { EventKind } from "arena/event-kind";
import { Names } from "arena/names";
import { ByteBuffer } from "flatbuffers";

import type { Point } from "./camera";

/** Nobody's room has more people; bytes from the network may say anything. */
const maxNames = 4096;
const maxNameLength = 64;

export type Happening =
  | { kind: "joined" | "left"; who: number; name: string }
  | {
      kind: "appeared" | "hit" | "destroyed" | "broken";
      who: number;
      whom: number;
      place: Point | null;
    }
  | { kind: "emote"; who: number; words: string };

const words: { readonly [emote: number]: string } = {
  [Emote.hello]: "hello!",
  [Emote.well_played]: "well played",
  [Emote.oops]: "oops",
  [Emote.laugh]: "haha",
};

/** What an event of the Arena says. Null: nothing that we know. */
export function readEvent(bytes: Uint8Array): Happening | null {
  try {
    return happeningOf(ArenaEvent.getRootAsEvent(new ByteBuffer(bytes)));
  } catch {
    return null; // bytes that are no event at all
  }
}

/** The names of a room's people, by presence. Null: the bytes don't say. */
export function readNames(bytes: Uint8Array): Map<number, string> | null {
  try {
    const names = Names.getRootAsNames(new ByteBuffer(bytes));
    const all = new Map<number, string>();
    for (let i = 0; i < Math.min(names.allLength(), maxNames); ++i) {
      const name = names.all(i);
      if (name) all.set(name.player(), short(name.text()));
    }
    return all;
  } catch {
    return null;
  }
}

function short(text: string | null): string {
  return (text ?? "").slice(0, maxNameLength);
}

function happeningOf(event: ArenaEvent): Happening | null {
  const who = event.who();
  const whom = event.whom();
  const at = event.position();
  const place = at && isFinite(at.x()) && isFinite(at.y()) ? { x: at.x(), y: at.y() } : null;
  switch (event.kind()) {
    case EventKind.joined:
      return { kind: "joined", who, name: short(event.name()) };
    case EventKind.left:
      return { kind: "left", who, name: short(event.name()) };
    case EventKind.appeared:
      return { kind: "appeared", who, whom, place };
    case EventKind.hit:
      return { kind: "hit", who, whom, place };
    case EventKind.destroyed:
      return { kind: "destroyed", who, whom, place };
    case EventKind.broken:
      return { kind: "broken", who, whom, place };
    case EventKind.emote:
      return { kind: "emote", who, words: words[event.emote()] ?? "..." };
    default:
      return null;
  }
}
