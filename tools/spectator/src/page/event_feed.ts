import type { News } from "./arena_model";
import { css } from "./colours";
import type { Colour } from "./colours";
import { make } from "./dom";

const maxLines = 40;

function named(name: string, colour: Colour): HTMLElement {
  return make("b", { style: `color:${css(colour)}` }, name);
}

/** Who did what to whom; a screen reader reads it out. */
export class EventFeed {
  constructor(private readonly list: HTMLElement) {}

  add(news: News): void {
    const line = make("li", {}, named(news.who, news.whoColour), ` ${news.text}`);
    if (news.whom) line.append(" ", named(news.whom, news.whomColour));
    this.put(line);
  }

  /** Of the connection, not of the match. */
  say(text: string): void {
    this.put(make("li", { class: "notice" }, text));
  }

  clear(): void {
    this.list.replaceChildren();
  }

  private put(line: HTMLElement): void {
    this.list.prepend(line);
    while (this.list.childElementCount > maxLines) this.list.lastElementChild?.remove();
  }
}
