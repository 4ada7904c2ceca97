import type { Line } from "./arena_model";
import { css } from "./colours";
import { make, setText } from "./dom";

interface Row {
  row: HTMLTableRowElement;
  button: HTMLButtonElement;
  points: HTMLElement;
  kills: HTMLElement;
  deaths: HTMLElement;
}

/** The players, best first. A click on one follows it. */
export class ScoreBoard {
  private readonly rows = new Map<number, Row>();
  private order = "";

  constructor(
    private readonly body: HTMLTableSectionElement,
    private readonly follow: (player: number) => void,
  ) {}

  show(lines: readonly Line[], followed: number): void {
    for (const line of lines) this.fill(this.rowOf(line), line, line.player === followed);
    const order = lines.map((line) => line.player).join();
    if (order === this.order) return;
    this.order = order;
    const present = new Set(lines.map((line) => line.player));
    for (const player of this.rows.keys()) if (!present.has(player)) this.rows.delete(player);
    // Who has the keyboard's focus keeps it when its row moves.
    const focused = document.activeElement;
    this.body.replaceChildren(...lines.map((line) => this.rowOf(line).row));
    if (focused instanceof HTMLElement && this.body.contains(focused)) focused.focus();
  }

  clear(): void {
    this.rows.clear();
    this.order = "";
    this.body.replaceChildren();
  }

  private rowOf(line: Line): Row {
    const known = this.rows.get(line.player);
    if (known) return known;
    const click = (): void => this.follow(line.player);
    const button = make("button", { type: "button", class: "player", click });
    const [points, kills, deaths] = [make("td"), make("td"), make("td")];
    const row = make("tr", {}, make("td", {}, button), points, kills, deaths);
    const made = { row, button, points, kills, deaths };
    this.rows.set(line.player, made);
    return made;
  }

  private fill(row: Row, line: Line, isFollowed: boolean): void {
    setText(row.button, line.name);
    setText(row.points, String(line.points));
    setText(row.kills, String(line.kills));
    setText(row.deaths, String(line.deaths));
    row.row.style.setProperty("--colour", css(line.colour));
    row.row.classList.toggle("followed", isFollowed);
    row.button.setAttribute("aria-pressed", String(isFollowed));
  }
}
