// Servers of one cluster beside a Redis of their own, of which a test may kill each.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { ArenaServer, eventually } from "./arena_server.mjs";
import { freePort, program } from "./demo_server.mjs";

/** Whether a Redis answers there. */
function answersPing(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    const done = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("data", (bytes) => done(bytes.toString().startsWith("+PONG")));
    socket.on("error", () => done(false));
    socket.on("close", () => done(false));
  });
}

/** An empty one, each time that it is started. */
class Redis {
  async start(folder) {
    this.port ??= await freePort();
    const options = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--dir", folder];
    const keepsNothing = ["--save", "", "--appendonly", "no"];
    this.child = spawn("redis-server", [...options, ...keepsNothing], { stdio: "ignore" });
    this.ended = new Promise((resolve) => this.child.once("exit", resolve));
    await eventually(() => answersPing(this.port), "Redis answers");
  }

  /** As one that is out of reach does, it says nothing until `wake`. */
  stun() {
    this.child.kill("SIGSTOP");
  }

  wake() {
    this.child.kill("SIGCONT");
  }

  async kill() {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}

/** `nodes`, in the order in which they were started. */
export class Cluster {
  nodes = [];
  redis = new Redis();

  static async start(t, ...options) {
    const cluster = new Cluster();
    cluster.folder = mkdtempSync(join(tmpdir(), "engine-net-cluster-"));
    t.after(() => cluster.stop());
    await cluster.redis.start(cluster.folder);
    for (const one of options) await cluster.add(one);
    await cluster.isWhole();
    return cluster;
  }

  isWhole() {
    return eventually(async () => {
      const lists = await Promise.all(this.nodes.map(roomsOf));
      return lists.every((rooms) => rooms.length === this.nodes.length);
    }, "all know the rooms of all");
  }

  /** One more, with one room. */
  async add(options = []) {
    const name = `node-${this.nodes.length + 1}`;
    const file = (key) => join(this.folder, key);
    const node = await ArenaServer.start([
      ...["--bind", "127.0.0.1", "--rooms", "1", "--node-name", name],
      ...["--backplane", `redis://127.0.0.1:${this.redis.port}`],
      ...["--cluster-key-file", file("cluster.key"), "--admin-key-file", file("admin.key")],
      ...["--token-key-file", file("token.key"), "--identity-file", file(`${name}.key`)],
      ...options,
    ]);
    node.name = name;
    this.nodes.push(node);
    return node;
  }

  /** A connect token for that server, by which its holder is this user. */
  tokenFor(node, user) {
    const keyFile = join(this.folder, "token.key");
    const [, serverKey] = /--server-key ([0-9a-f]{64})/.exec(node.log);
    const [, port] = /port (\d+) \(UDP\)/.exec(node.log);
    const options = ["--key-file", keyFile, "--user", user, "--server-key", serverKey];
    const address = ["--address", `127.0.0.1:${port}`];
    const output = execFileSync(join(dirname(program), "token"), ["make", ...options, ...address]);
    return output.toString().trim().split(/\s/)[0];
  }

  async stop() {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.redis.kill();
    rmSync(this.folder, { recursive: true });
  }
}

/** What the list of a server has. */
export async function roomsOf(server) {
  return (await (await fetch(`${server.url}/api/rooms`)).json()).rooms;
}

/** A channel's events as they come, in `events`, until the test is over or `close` is called. */
export class Stream {
  static async open(t, server, channel, { after, query = "" } = {}) {
    const stream = new Stream();
    stream.events = [];
    const stop = new AbortController();
    stream.close = () => stop.abort();
    t.after(stream.close);
    const path = `/api/channels/${encodeURIComponent(channel)}/stream${query}`;
    const headers = after ? { "Last-Event-ID": after } : {};
    const answer = await fetch(server.url + path, { headers, signal: stop.signal });
    if (answer.status !== 200) throw new Error(`the stream was answered with ${answer.status}`);
    stream.ended = stream.read(answer.body).catch(() => {});
    return stream;
  }

  async read(body) {
    let text = "";
    for await (const bytes of body.pipeThrough(new TextDecoderStream())) {
      const parts = (text + bytes).split("\n\n");
      text = parts.pop();
      for (const part of parts) this.take(part);
    }
  }

  take(part) {
    const fields = new Map();
    for (const [, name, value] of part.matchAll(/^(\w+): (.*)$/gm)) fields.set(name, value);
    if (!fields.has("data")) return; // a comment, or when to come back
    const data = JSON.parse(fields.get("data"));
    this.events.push({ id: fields.get("id"), event: fields.get("event"), data });
  }

  /** What was said, without resets. */
  get messages() {
    return this.events.filter(({ event }) => event === "message").map(({ data }) => data);
  }
}
