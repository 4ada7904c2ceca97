import { SideStream } from "./side_stream";
import type { SideListener, Web } from "./side_stream";

/** All channels that come beside a WebSocket that is blocked, each by a stream of its own. */
export class SideStreams {
  private readonly streams = new Map<string, SideStream>();

  constructor(
    private readonly web: Web,
    private readonly listener: SideListener,
  ) {}

  get areOpen(): boolean {
    return this.streams.size > 0;
  }

  open(base: string, channel: string): void {
    if (this.streams.has(channel)) return;
    this.streams.set(channel, new SideStream(base, channel, this.web, this.listener));
  }

  close(channel: string): void {
    this.streams.get(channel)?.close();
    this.streams.delete(channel);
  }

  closeAll(): void {
    for (const channel of [...this.streams.keys()]) this.close(channel);
  }
}
