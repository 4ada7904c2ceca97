// Stand-ins for services that adapters pass messages on to, strict as the real ones: they check
// what the published wire says of addresses, headers and limits, and fail when a test wants it.
import { createServer } from "node:http";

import { freePort } from "./demo_server.mjs";

class Service {
  constructor(port) {
    this.port = port;
    this.requests = 0;
    /** What was wrong with requests. */
    this.wrong = [];
    /** Statuses that the next requests are answered with; 0 hangs up without an answer. */
    this.fails = [];
  }

  static async start(...options) {
    const service = new this(await freePort(), ...options);
    await service.open();
    return service;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  open() {
    this.server = createServer(async (request, response) => {
      let body = "";
      for await (const piece of request.setEncoding("utf8")) body += piece;
      this.requests += 1;
      const [status, answer] = this.#answer(request, body);
      if (status === 0) return response.destroy();
      response.writeHead(status, { "content-type": "application/json" });
      return response.end(answer === undefined ? undefined : JSON.stringify(answer));
    });
    return new Promise((resolve) => this.server.listen(this.port, "127.0.0.1", resolve));
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  #answer(request, body) {
    try {
      const taken = this.check(request, body);
      if (this.fails.length > 0) return [this.fails.shift(), { error: "later" }];
      return this.take(taken);
    } catch (error) {
      this.wrong.push(error.message);
      return [400, { error: error.message }];
    }
  }
}

function must(holds, what) {
  if (!holds) throw new Error(what);
}

/** AWS AppSync Events, by HTTP. */
export class AppSync extends Service {
  constructor(port, apiKey, namespace) {
    super(port);
    Object.assign(this, { apiKey, namespace, events: [] });
    /** Whether of the next events one is to fail, by what is said. */
    this.failsOnce = new Set();
  }

  check(request, text) {
    must(request.method === "POST" && request.url === "/event", `${request.method} ${request.url}`);
    must(request.headers["content-type"]?.startsWith("application/json"), "the content type");
    must(request.headers["x-api-key"] === this.apiKey, "the API key");
    const body = JSON.parse(text);
    must(Object.keys(body).sort().join() === "channel,events", "the keys of the body");
    const segment = "[A-Za-z0-9]([A-Za-z0-9-]{0,48}[A-Za-z0-9])?";
    must(new RegExp(`^/${segment}(/${segment}){0,4}$`).test(body.channel), body.channel);
    must(body.channel.split("/")[1] === this.namespace, "the namespace");
    must(Array.isArray(body.events) && body.events.length >= 1, "no events");
    must(body.events.length <= 5, "more than five events");
    must(body.events.every((event) => typeof event === "string"), "an event is no text");
    must(body.events.join("").length <= 240 * 1024, "more than 240 kB");
    return { channel: body.channel, messages: body.events.map((event) => JSON.parse(event)) };
  }

  take({ channel, messages }) {
    const [failed, successful] = [[], []];
    messages.forEach((message, index) => {
      const identifier = `${this.requests}-${index}`;
      if (this.failsOnce.delete(message.data?.n))
        return failed.push({ identifier, index, code: 500, message: "internal" });
      this.events.push({ channel, ...message, on: channel });
      return successful.push({ identifier, index });
    });
    return [200, { failed, successful }];
  }
}

/** Firebase Realtime Database, by REST. */
export class Firebase extends Service {
  constructor(port, auth) {
    super(port);
    Object.assign(this, { auth, tree: new Map(), writes: 0 });
  }

  check(request, text) {
    const url = new URL(request.url, this.url);
    must(request.method === "PUT", request.method);
    if (url.searchParams.get("auth") !== this.auth) throw new Error("Permission denied");
    must(url.pathname.endsWith(".json"), "no .json");
    const keys = url.pathname.slice(1, -".json".length).split("/").map(decodeURIComponent);
    for (const key of keys) {
      must(key !== "" && Buffer.byteLength(key) <= 768, "a key's length");
      must(!/[.$#[\]/\x00-\x1f\x7f]/.test(key), `a key with what is forbidden: ${key}`);
    }
    return { keys, value: JSON.parse(text), silent: url.searchParams.get("print") === "silent" };
  }

  take({ keys, value, silent }) {
    this.writes += 1;
    this.tree.set(keys.join("/"), value);
    return silent ? [204] : [200, value];
  }

  /** The values under a path, by the order of their keys. */
  children(path) {
    return [...this.tree]
      .filter(([key]) => key.startsWith(`${path}/`))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => value);
  }
}
