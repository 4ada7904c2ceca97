import type { Stats, Status } from "../client";
import { setText } from "./dom";

export type Light = "good" | "fair" | "bad";

/** Frames come twenty times a second or so; older than this is worth a look. */
const fairAgeMs = 400;
const badAgeMs = 2_000;

export function lightOf(status: Status, stats: Stats, isWatching: boolean): Light {
  if (status.state !== "open") return status.transport ? "fair" : "bad";
  if (!isWatching) return "good";
  const age = stats.frameAgeMs ?? 0;
  if (age > badAgeMs) return "bad";
  return age > fairAgeMs ? "fair" : "good";
}

/** What is to be said of the connection; "": nothing, it is as it should be. */
export function noticeOf(status: Status, isWatching: boolean): string {
  const sideways = status.transport === "sse" || status.transport === "polling";
  if (sideways && status.state !== "open") {
    const by = status.transport === "sse" ? "server-sent events" : "polling";
    const what = isWatching ? "Matches can't be shown" : "The list of rooms comes";
    return isWatching
      ? `${what}: something on the way blocks WebSockets. Trying again …`
      : `${what} by ${by}: something on the way blocks WebSockets.`;
  }
  switch (status.state) {
    case "open":
      return "";
    case "connecting":
      return status.code ? "Reconnecting …" : "Connecting …";
    case "waiting":
      return `${whyOf(status)} Reconnecting in ${Math.ceil(status.retryInMs / 1000)} s …`;
    case "offline":
      return "You are offline. It goes on as soon as the network is back.";
    case "closed":
      return `${whyOf(status)} Reload the page to connect again.`;
  }
}

function whyOf(status: Status): string {
  switch (status.code) {
    case 1001:
    case 1012:
      return "The server restarts.";
    case 4001:
      return "You are not allowed to watch here.";
    case 4004:
      return "The connection was too slow.";
    case 4005:
      return "It goes on in another window.";
    default:
      return status.reason === "offline" ? "You were offline." : "The connection was lost.";
  }
}

function agePart(age: number | null): string {
  return age === null ? "no frame yet" : `frame ${Math.round(age)} ms old`;
}

/** A light that says how the connection is, with its figures. */
export class LinkLight {
  constructor(
    private readonly light: HTMLElement,
    private readonly figures: HTMLElement,
  ) {}

  show(status: Status, stats: Stats, isWatching: boolean): void {
    const light = lightOf(status, stats, isWatching);
    this.light.dataset["light"] = light;
    const words = { good: "connection good", fair: "connection fair", bad: "no connection" };
    this.light.setAttribute("aria-label", words[light]);
    this.light.title = words[light];
    const rate = `${(stats.bytesPerSecond / 1000).toFixed(1)} kB/s`;
    const skipped = `${stats.skippedFrames} skipped`;
    const all = [rate, agePart(stats.frameAgeMs), skipped];
    setText(this.figures, isWatching ? all.join(" · ") : "");
  }
}
