import { BridgeError } from "../client";
import type { ChannelMessage, EngineNetClient } from "../client";
import { get, make } from "./dom";

const maxLines = 100;
const recent = 20;

/** The talk about a room. */
export class ChatBox {
  private readonly list = get("chat-lines", HTMLElement);
  private readonly form = get("chat-form", HTMLFormElement);
  private readonly input = get("chat-input", HTMLInputElement);
  private readonly note = get("chat-note", HTMLElement);
  private readonly title = get("chat-channel", HTMLElement);
  private channel = "";

  constructor(private readonly client: EngineNetClient) {
    client.on("message", (message) => this.take(message));
    client.on("reset", (channel) => {
      if (channel === this.channel) this.say("Some of the talk was missed.");
    });
    client.on("over", (channel) => {
      if (channel === this.channel) this.forbid("You are not in this talk any more.");
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
  }

  /** The room's own talk if viewers may hear it, else the lobby's. */
  async open(room: number): Promise<void> {
    await this.close();
    for (const channel of [`room/${room}`, "lobby"]) {
      this.channel = channel;
      this.title.textContent = channel === "lobby" ? "Lobby" : "Room";
      this.allow(true);
      try {
        await this.client.subscribe(channel, { recent });
        return;
      } catch (error) {
        if (this.channel !== channel) return; // another room meanwhile
        const isRefused = error instanceof BridgeError && error.code === "not_allowed";
        if (!isRefused) return;
      }
    }
    this.forbid("Nobody may listen here.");
  }

  async close(): Promise<void> {
    const before = this.channel;
    this.channel = "";
    this.list.replaceChildren();
    if (before) await this.client.unsubscribe(before).catch(() => undefined);
  }

  private async send(): Promise<void> {
    const line = this.input.value.trim();
    if (!line || !this.channel) return;
    try {
      await this.client.chat(this.channel, line);
      this.input.value = "";
      this.note.textContent = "";
      this.put(this.client.self.name || "you", line, "own");
    } catch (error) {
      const code = error instanceof BridgeError ? error.code : "";
      if (code === "not_allowed") this.forbid("You may read here, not write.");
      else this.note.textContent = sentenceOf(code, error);
    }
  }

  private take(message: ChannelMessage): void {
    if (message.channel !== this.channel || message.kind !== "chat") return;
    const isOwn = message.user !== "" && message.user === this.client.self.user;
    const text = typeof message.data === "string" ? message.data : "";
    this.put(message.name || "server", text, isOwn ? "own" : "");
  }

  private put(name: string, text: string, kind: string): void {
    // Scrolls along only for whoever reads the newest lines.
    const { list } = this;
    const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 24;
    list.append(make("li", { class: kind }, make("b", {}, name), ` ${text}`));
    while (list.childElementCount > maxLines) list.firstElementChild?.remove();
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  private say(text: string): void {
    this.list.append(make("li", { class: "notice" }, text));
  }

  private allow(isAllowed: boolean): void {
    this.input.disabled = !isAllowed;
    this.form.classList.toggle("forbidden", !isAllowed);
    this.note.textContent = "";
  }

  private forbid(why: string): void {
    this.allow(false);
    this.note.textContent = why;
  }
}

function sentenceOf(code: string, error: unknown): string {
  switch (code) {
    case "not_connected":
      return "Not connected: try again in a moment.";
    case "too_fast":
      return "Not so fast, please.";
    case "muted":
      return "You can't write at the moment.";
    default:
      return error instanceof Error ? error.message : "It was not sent.";
  }
}
