import type { EngineNetClient, MatchEvent, Picture, Watched } from "../client";
import { blendTypesOf } from "../client";
import { readEvent, readNames } from "./arena_messages";
import { ArenaModel } from "./arena_model";
import { ArenaScene } from "./arena_scene";
import { ChatBox } from "./chat_box";
import { get, setText } from "./dom";
import { EventFeed } from "./event_feed";
import { readPlace, writePlace } from "./link";
import type { Place } from "./link";
import { LinkLight, noticeOf } from "./link_light";
import { LiveBar } from "./live_bar";
import { MatchView } from "./match_view";
import type { Follow } from "./match_view";
import { PlainScene } from "./plain_scene";
import { RoomList } from "./room_list";
import { ScoreBoard } from "./score_board";
import { Tabs } from "./tabs";

const figuresEveryMs = 250;
const arenaShip = "arena.Ship";

/** The page: the list of rooms, or one room's match. */
export class App {
  readonly view: MatchView;
  readonly model = new ArenaModel();
  private readonly rooms = new RoomList(get("rooms", HTMLElement), get("summary", HTMLElement));
  private readonly scores: ScoreBoard;
  private readonly feed = new EventFeed(get("event-lines", HTMLElement));
  private readonly chat: ChatBox;
  private readonly light = new LinkLight(get("light", HTMLElement), get("figures", HTMLElement));
  private readonly live: LiveBar;
  private readonly title = get("room-title", HTMLElement);
  private arena: ArenaScene | null = null;
  private watched: Watched | null = null;
  private isListed = false;
  private isAsking = false;
  private place: Place = { room: null, follow: "leader" };
  private names = new Map<number, string>(); // of rooms
  private calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  constructor(readonly client: EngineNetClient) {
    this.view = new MatchView(get("field", HTMLCanvasElement), {
      shown: (picture, events, now) => this.shown(picture, events, now),
      followed: (follow) => this.followBy(follow),
      leader: () => this.model.lines[0]?.player ?? 0,
    });
    const body = document.querySelector<HTMLTableSectionElement>("#scores tbody");
    if (!body) throw new Error("the page has no score board");
    this.scores = new ScoreBoard(body, (player) => this.followBy(player));
    this.chat = new ChatBox(client);
    this.live = new LiveBar(client, (missed) => this.noteAll(missed, performance.now(), false));
    new Tabs(get("tabs", HTMLElement), get("match", HTMLElement));
    this.listen();
  }

  start(): void {
    this.client.watchRooms();
    this.goTo(readPlace(location.hash));
    window.setInterval(() => this.showFigures(), figuresEveryMs);
  }

  private listen(): void {
    this.client.on("rooms", (rooms) => {
      this.names = new Map(rooms.map((room) => [room.id, room.name]));
      this.rooms.show(rooms);
      this.showTitle();
      this.noteListed(rooms.some((room) => room.id === this.place.room));
    });
    this.client.on("status", (status) => {
      // Each connection asks for what is watched itself; this is for the first one.
      if (status.state === "open" && this.place.room !== null && !this.watched) this.watch();
      this.showFigures();
    });
    this.client.on("watching", (watched) => this.begin(watched));
    this.client.on("state", ({ bytes }) => {
      const names = this.arena ? readNames(bytes) : null;
      if (names) this.model.setNames(names);
    });
    this.client.on("skipped", (frames) => {
      this.feed.say(`The connection was slow: ${frames} frames were left out.`);
    });
    this.client.on("ended", ({ room, reason }) => this.end(room, reason));
    window.addEventListener("hashchange", () => this.goTo(readPlace(location.hash)));
    get("follow", HTMLSelectElement).addEventListener("change", (event) => {
      const { value } = event.target as HTMLSelectElement;
      this.followBy(value === "leader" || value === "free" ? value : Number(value));
    });
  }

  private goTo(place: Place): void {
    const isOther = place.room !== this.place.room;
    this.place = place;
    this.view.follow = place.follow;
    document.body.dataset["shows"] = place.room === null ? "rooms" : "match";
    this.showTitle();
    if (!isOther) return;
    this.forget();
    if (place.room !== null) {
      this.watch();
    } else {
      void this.client.unwatch().catch(() => undefined);
      void this.chat.close();
    }
  }

  private forget(): void {
    this.watched = null;
    this.arena = null;
    this.view.close();
    this.scores.clear();
    this.feed.clear();
    this.model.setNames(new Map());
    this.live.clear();
    this.say("");
  }

  /** A room that comes into the list again is watched again. */
  private noteListed(isListed: boolean): void {
    const isNew = isListed && !this.isListed;
    this.isListed = isListed;
    if (isNew && !this.watched && !this.isAsking) this.watch();
  }

  private watch(): void {
    const room = this.place.room;
    if (room === null) return;
    this.say("Waiting for the match …");
    this.isAsking = true;
    const asked = this.client.watch(room);
    void asked.catch(() => undefined).then(() => (this.isAsking = false));
    asked.catch((error: unknown) => {
      if (this.place.room !== room || this.client.status.state !== "open") return;
      this.end(room, error instanceof Error ? error.message : "");
    });
  }

  private begin(watched: Watched): void {
    const playback = this.client.playback;
    if (!playback || watched.room !== this.place.room) return;
    const isSame = this.watched?.room === watched.room;
    this.watched = watched;
    this.say("");
    if (!isSame || !this.arena) {
      const knowsIt = watched.schema.types.some(({ name }) => name === arenaShip);
      this.arena = knowsIt ? new ArenaScene(this.model, () => this.calm.matches) : null;
    }
    this.view.open(playback, this.arena ?? new PlainScene(blendTypesOf(watched.schema)));
    this.live.open(watched);
    if (!isSame) void this.chat.open(watched.room);
  }

  private end(room: number, reason: string): void {
    if (room !== this.place.room) return;
    this.watched = null;
    this.say(`This match is over${reason ? `: ${reason}` : ""}.`);
    this.feed.say("The match is over.");
  }

  private shown(picture: Picture, events: MatchEvent[], now: number): void {
    this.model.update(picture);
    if (!this.client.playback?.isPaused) this.noteAll(events, now, true);
  }

  /** `isSeen`: it happens in the picture now, so sparks fly. */
  private noteAll(events: readonly MatchEvent[], now: number, isSeen: boolean): void {
    if (!this.arena) return;
    const playback = this.client.playback;
    const tick = this.view.picture?.tick ?? 0;
    for (const event of events) {
      const happening = readEvent(event.bytes);
      if (!happening) continue;
      if (isSeen && !playback?.isStale(event, tick)) this.arena.note(happening);
      const news = this.model.note(happening, now);
      if (news) this.feed.add(news);
    }
  }

  private followBy(follow: Follow): void {
    this.place = { ...this.place, follow };
    this.view.follow = follow;
    history.replaceState(null, "", writePlace(this.place));
    this.showFollowed();
  }

  /** What need not be new for each picture. */
  private showFigures(): void {
    const isWatching = this.place.room !== null;
    const { status } = this.client;
    this.light.show(status, this.client.stats(), isWatching);
    setText(get("notice", HTMLElement), noticeOf(status, isWatching));
    if (!isWatching) return;
    this.live.show(this.view.behindMs);
    this.showFollowed();
  }

  private showFollowed(): void {
    const { lines } = this.model;
    const followed = this.view.follow === "leader" ? lines[0]?.player : this.view.follow;
    this.scores.show(lines, typeof followed === "number" ? followed : 0);
    const select = get("follow", HTMLSelectElement);
    const wanted: [string, string][] = [
      ["leader", "Leader"],
      ["free", "Free camera"],
      ...lines.map((line): [string, string] => [String(line.player), line.name]),
    ];
    const { follow } = this.view;
    if (typeof follow === "number" && !lines.some((line) => line.player === follow)) {
      wanted.push([String(follow), this.model.nameOf(follow)]);
    }
    const key = wanted.map(([value, text]) => `${value} ${text}`).join("\n");
    if (select.dataset["key"] !== key) {
      select.dataset["key"] = key;
      select.replaceChildren(...wanted.map(([value, text]) => new Option(text, value)));
    }
    select.value = String(follow);
  }

  private showTitle(): void {
    const { room } = this.place;
    const name = room === null ? "" : this.names.get(room) || `Room ${room}`;
    setText(this.title, name);
    document.title = name ? `${name} · engine-net` : "Live matches · engine-net";
  }

  /** Over the field. */
  private say(text: string): void {
    setText(get("curtain", HTMLElement), text);
  }
}
