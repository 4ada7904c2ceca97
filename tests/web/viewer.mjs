import { eventually, require } from "./arena_server.mjs";

const { WebSocket } = require("ws");

/** A WebSocket that speaks the bridge's JSON. */
export class Viewer {
  static async open(t, server, hello = {}) {
    const viewer = new Viewer();
    viewer.socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`);
    viewer.told = [];
    viewer.frames = [];
    viewer.requests = new Map();
    viewer.lastId = 0;
    viewer.socket.on("message", (bytes, isBinary) => viewer.take(bytes, isBinary));
    viewer.closed = new Promise((resolve) => viewer.socket.on("close", resolve));
    t.after(() => viewer.socket.terminate());
    await new Promise((resolve, reject) => viewer.socket.on("open", resolve).on("error", reject));
    viewer.self = await viewer.ask({ op: "hello", ...hello });
    return viewer;
  }

  take(bytes, isBinary) {
    if (isBinary) return this.frames.push(bytes);
    const message = JSON.parse(bytes.toString());
    if (message.op !== "ack" && message.op !== "error") return this.told.push(message);
    this.requests.get(message.id)?.(message);
    return this.requests.delete(message.id);
  }

  /** The answer, be it an ack or an error. */
  ask(question) {
    const id = ++this.lastId;
    this.socket.send(JSON.stringify({ ...question, id }));
    return new Promise((resolve) => this.requests.set(id, resolve));
  }

  hear(filter, what = "a message") {
    return eventually(() => this.told.find(filter), what);
  }
}
