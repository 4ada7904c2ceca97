import type { Picture, State } from "../client";
import type { Happening } from "./arena_messages";
import type { Point } from "./camera";
import { pale, playerColour } from "./colours";
import type { Colour } from "./colours";

/** One player on the score board. */
export interface Line {
  player: number;
  name: string;
  colour: Colour;
  points: number;
  kills: number;
  deaths: number;
}

/** A line of the event feed: who did what to whom. */
export interface News {
  who: string;
  whoColour: Colour;
  text: string;
  whom: string;
  whomColour: Colour;
}

/** What of a state's field is a number; what is not there is 0. */
export function numberIn(state: State, name: string): number {
  const value = state[name];
  return typeof value === "number" ? value : 0;
}

/** What of a state's field is a place. */
export function pointIn(state: State, name: string): Point {
  const value = state[name];
  if (typeof value !== "object" || value === null) return { x: 0, y: 0 };
  const point = value as State;
  return { x: numberIn(point, "x"), y: numberIn(point, "y") };
}

const wordsLifeMs = 2_500;

/** Who plays, how they stand, and what is told of them. */
export class ArenaModel {
  private names: ReadonlyMap<number, string> = new Map();
  private readonly words = new Map<number, { text: string; until: number }>();
  private known: Line[] = [];

  /** Best first. */
  get lines(): readonly Line[] {
    return this.known;
  }

  setNames(names: ReadonlyMap<number, string>): void {
    this.names = names;
  }

  update(picture: Picture): void {
    const scores = picture.types.get("arena.Score") ?? [];
    this.known = scores.map(({ fields }) => {
      const player = numberIn(fields, "player");
      return {
        player,
        name: this.nameOf(player),
        colour: playerColour(numberIn(fields, "colour")),
        points: numberIn(fields, "points"),
        kills: numberIn(fields, "kills"),
        deaths: numberIn(fields, "deaths"),
      };
    });
    this.known.sort((a, b) => b.points - a.points || a.player - b.player);
  }

  nameOf(player: number): string {
    return this.names.get(player) ?? `player ${player}`;
  }

  colourOf(player: number): Colour {
    return this.known.find((line) => line.player === player)?.colour ?? pale;
  }

  /** What to write of it; null: nothing. */
  note(happening: Happening, now: number): News | null {
    switch (happening.kind) {
      case "joined":
      case "left":
        return this.news(happening.who, happening.name, `has ${happening.kind}`);
      case "emote":
        this.words.set(happening.who, { text: happening.words, until: now + wordsLifeMs });
        return this.news(happening.who, "", `says “${happening.words}”`);
      case "destroyed":
        if (happening.who === 0) return this.news(happening.whom, "", "crashed");
        return {
          ...this.news(happening.who, "", "destroyed"),
          whom: this.nameOf(happening.whom),
          whomColour: this.colourOf(happening.whom),
        };
      default:
        return null;
    }
  }

  /** What a player says now. */
  wordsOf(player: number, now: number): string | null {
    const said = this.words.get(player);
    if (said && said.until <= now) this.words.delete(player);
    return said && said.until > now ? said.text : null;
  }

  private news(who: number, name: string, text: string): News {
    return {
      who: name || this.nameOf(who),
      whoColour: this.colourOf(who),
      text,
      whom: "",
      whomColour: pale,
    };
  }
}
