import type { Room } from "../client";
import { make, setText } from "./dom";
import { writePlace } from "./link";

function ageOf(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "new";
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

interface Card {
  card: HTMLElement;
  name: HTMLElement;
  phase: HTMLElement;
  facts: HTMLElement;
  fill: HTMLElement;
}

/** The live rooms; each is a link. */
export class RoomList {
  private readonly cards = new Map<number, Card>();

  constructor(
    private readonly list: HTMLElement,
    private readonly summary: HTMLElement,
  ) {}

  show(rooms: readonly Room[]): void {
    // The fullest first, and those of one size where they were.
    const sorted = [...rooms].sort((a, b) => b.players - a.players || a.id - b.id);
    const present = new Set(sorted.map((room) => room.id));
    for (const [id, { card }] of this.cards) {
      if (present.has(id)) continue;
      card.remove();
      this.cards.delete(id);
    }
    sorted.forEach((room, i) => {
      const { card } = this.fill(room);
      const here = this.list.children[i];
      if (here !== card) this.list.insertBefore(card, here ?? null);
    });
    const players = rooms.reduce((sum, room) => sum + room.players, 0);
    const text =
      rooms.length === 0
        ? "No room is open at the moment. This list is live."
        : `${counted(rooms.length, "room", "rooms")}, ${counted(players, "player", "players")}`;
    setText(this.summary, text);
  }

  private fill(room: Room): Card {
    const card = this.cards.get(room.id) ?? this.make(room.id);
    const viewers = room.viewers + room.spectators;
    setText(card.name, room.name || `Room ${room.id}`);
    setText(card.phase, room.locked ? `${room.phase}, locked` : room.phase);
    card.phase.dataset["phase"] = room.phase;
    const seats = `${room.players} of ${room.capacity} playing`;
    const watching = `${counted(viewers, "viewer", "viewers")}`;
    const facts = [room.kind, seats, watching, ageOf(room.age)];
    if (room.node) facts.push(`on ${room.node}`);
    if (room.uncertain) facts.push("may be gone");
    setText(card.facts, facts.join(" · "));
    const share = room.capacity > 0 ? Math.min(room.players / room.capacity, 1) : 0;
    card.fill.style.width = `${(100 * share).toFixed(1)}%`;
    return card;
  }

  private make(id: number): Card {
    const name = make("span", { class: "room-name" });
    const phase = make("span", { class: "phase" });
    const facts = make("span", { class: "facts" });
    const fill = make("span", {});
    const href = writePlace({ room: id, follow: "leader" });
    const link = make(
      "a",
      { href, class: "room" },
      make("span", { class: "room-head" }, name, phase),
      facts,
      make("span", { class: "seats", "aria-hidden": "true" }, fill),
    );
    const card = make("li", {}, link);
    const made = { card, name, phase, facts, fill };
    this.cards.set(id, made);
    return made;
  }
}
