// A game's web backend, which is told by webhooks what happens, and is broken in whichever way a
// test wants.
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";

import { require } from "./arena_server.mjs";
import { freePort } from "./demo_server.mjs";

const Pusher = require("pusher");

export class Backend {
  constructor(port, tls) {
    this.port = port;
    this.tls = tls;
    /** All that came with a good signature: {at, events, answered}. */
    this.requests = [];
    this.forged = 0;
    /** What it does with each: "takes" it, or "refuses", "hangs", is "slow" or "floods". */
    this.mood = "takes";
  }

  /** `tls`: {key, cert}, as PEM. */
  static async start(tls = null) {
    const backend = new Backend(await freePort(), tls);
    await backend.open();
    return backend;
  }

  get url() {
    return `${this.tls ? "https" : "http"}://localhost:${this.port}/hooks`;
  }

  /** Who signs: the stock package tells whether a request is theirs. */
  trust(key, secret) {
    this.pusher = new Pusher({ appId: "engine-net", key, secret, host: "127.0.0.1" });
  }

  open() {
    const answer = (request, response) => this.#answer(request, response);
    this.server = this.tls ? createTlsServer(this.tls, answer) : createServer(answer);
    return new Promise((resolve) => this.server.listen(this.port, "localhost", resolve));
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** The events it has taken, those that came more than once but once. */
  events() {
    const byId = new Map();
    const taken = this.requests.filter(({ answered }) => answered === 200);
    for (const event of taken.flatMap(({ events }) => events))
      if (!byId.has(event.id)) byId.set(event.id, event);
    return [...byId.values()];
  }

  named(...names) {
    return this.events().filter(({ name }) => names.includes(name));
  }

  async #answer(request, response) {
    let rawBody = "";
    for await (const piece of request) rawBody += piece;
    const webhook = this.pusher.webhook({ headers: request.headers, rawBody });
    if (request.method !== "POST" || !webhook.isValid()) {
      this.forged += 1;
      return response.writeHead(401).end();
    }
    const entry = { at: Date.now(), events: webhook.getEvents(), answered: 0 };
    this.requests.push(entry);
    switch (this.mood) {
      case "hangs":
        return;
      case "slow":
        response.writeHead(200);
        for (let i = 0; i < 600 && !response.destroyed; ++i) {
          response.write(" ");
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return;
      case "floods":
        return response.end("x".repeat(4 << 20));
      case "refuses":
        entry.answered = 500;
        return response.writeHead(500).end("no");
      default:
        entry.answered = 200;
        return response.end("{}");
    }
  }
}
