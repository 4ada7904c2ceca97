import type { EngineNetClient, MatchEvent, Watched } from "../client";
import { get, setText } from "./dom";

/** "LIVE −2.0 s", and what holds the match and lets it go on. */
export class LiveBar {
  private readonly badge = get("badge", HTMLElement);
  private readonly pause = get("pause", HTMLButtonElement);
  private readonly past = get("past", HTMLElement);
  private readonly slider = get("moment", HTMLInputElement);
  private delayS = 0;

  /** `missed`: what happened while it was paused. */
  constructor(
    private readonly client: EngineNetClient,
    private readonly missed: (events: MatchEvent[]) => void,
  ) {
    this.pause.addEventListener("click", () => this.toggle());
    get("live", HTMLButtonElement).addEventListener("click", () => this.goLive());
    this.slider.addEventListener("input", () => {
      this.client.playback?.seek(Number(this.slider.value));
    });
    document.addEventListener("keydown", (event) => {
      const isTyping =
        event.target instanceof HTMLElement &&
        /^(INPUT|SELECT|BUTTON|A)$/.test(event.target.tagName);
      if (event.key !== " " || isTyping || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      this.toggle();
    });
  }

  open(watched: Watched): void {
    this.delayS = watched.delayS;
    this.pause.disabled = false;
  }

  clear(): void {
    this.pause.disabled = true;
    this.turn(false);
  }

  show(behindMs: number): void {
    const isPaused = this.client.playback?.isPaused ?? false;
    const seconds = this.delayS + Math.max(behindMs, 0) / 1000;
    setText(this.badge, `${isPaused ? "PAUSED" : "LIVE"} −${seconds.toFixed(1)} s`);
    this.badge.dataset["state"] = isPaused ? "paused" : "live";
    this.showPaused(isPaused);
  }

  private toggle(): void {
    const playback = this.client.playback;
    if (!playback) return;
    if (playback.isPaused) this.goLive();
    else this.hold();
  }

  private hold(): void {
    const playback = this.client.playback;
    playback?.pause(performance.now());
    const range = playback?.pausedRange();
    if (!range) return;
    this.slider.min = String(range.oldest);
    this.slider.max = String(range.newest);
    this.slider.value = String(range.shown);
    this.turn(true);
  }

  private goLive(): void {
    const missed = this.client.playback?.resume(performance.now());
    if (missed) this.missed(missed);
    this.turn(false);
  }

  /** Answers at once; the seconds follow. */
  private turn(isPaused: boolean): void {
    setText(this.badge, isPaused ? "PAUSED" : "LIVE");
    this.badge.dataset["state"] = isPaused ? "paused" : "live";
    this.showPaused(isPaused);
  }

  private showPaused(isPaused: boolean): void {
    this.past.hidden = !isPaused;
    get("controls", HTMLElement).dataset["paused"] = String(isPaused);
    setText(this.pause, isPaused ? "Paused" : "Pause");
    this.pause.setAttribute("aria-pressed", String(isPaused));
  }
}
