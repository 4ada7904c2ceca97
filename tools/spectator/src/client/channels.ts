import type { ChannelMessage } from "./protocol";

export interface SubscribeOptions {
  /** How many of the newest messages to begin with. */
  recent?: number;
  /** By which the game's web backend lets one in. */
  auth?: string;
}

interface Place {
  epoch: string;
  number: number;
}

function placeOf(at: string): Place | null {
  const parts = /^(\d+)-(\d+)$/.exec(at);
  return parts ? { epoch: parts[1] ?? "", number: Number(parts[2]) } : null;
}

interface Subscription {
  options: SubscribeOptions;
  at: string;
}

/**
 * The channels that are wanted, and how far each has been read: whoever comes back goes on there.
 */
export class ChannelBook {
  private readonly wanted = new Map<string, Subscription>();

  add(channel: string, options: SubscribeOptions): void {
    this.wanted.set(channel, { options, at: this.wanted.get(channel)?.at ?? "" });
  }

  remove(channel: string): void {
    this.wanted.delete(channel);
  }

  has(channel: string): boolean {
    return this.wanted.has(channel);
  }

  names(): string[] {
    return [...this.wanted.keys()];
  }

  /** How far each has been read, for a session that is resumed. */
  positions(): { [channel: string]: string } {
    const positions: { [channel: string]: string } = {};
    for (const [channel, { at }] of this.wanted) if (at) positions[channel] = at;
    return positions;
  }

  /** What `subscribe` has to say. */
  question(channel: string): { [name: string]: string | number } {
    const known = this.wanted.get(channel);
    const question: { [name: string]: string | number } = { op: "subscribe", channel };
    if (known?.at) question["after"] = known.at;
    else if (known?.options.recent) question["recent"] = known.options.recent;
    if (known?.options.auth) question["auth"] = known.options.auth;
    return question;
  }

  /** It goes on from there, whatever was before. */
  moveTo(channel: string, at: string): void {
    const known = this.wanted.get(channel);
    if (known && placeOf(at)) known.at = at;
  }

  /** False: it has been told before, or nobody wants it. */
  take(message: ChannelMessage): boolean {
    const known = this.wanted.get(message.channel);
    if (!known) return false;
    const place = placeOf(message.at);
    if (!place || place.number === 0) return true; // who is there has no position
    const last = placeOf(known.at);
    if (last && last.epoch === place.epoch && place.number <= last.number) return false;
    known.at = message.at;
    return true;
  }
}
