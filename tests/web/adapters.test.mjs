// What is said on a real server's channels, passed on to services: another demo server with Pusher,
// read by the unmodified package pusher-js, and stand-ins for AppSync and Firebase.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { ArenaServer, eventually, require } from "./arena_server.mjs";
import { program } from "./demo_server.mjs";
import { AppSync, Firebase } from "./services.mjs";
import { Viewer } from "./viewer.mjs";

const PusherJs = require("pusher-js");
const secret = "0123456789abcdef0123456789abcdef";

function folderOf(t) {
  const folder = mkdtempSync(join(tmpdir(), "engine-net-adapters-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "secret"), `${secret}\n`);
  return folder;
}

/** A server whose channels are passed on. */
async function gameServer(t, folder, adapters) {
  const file = join(folder, "adapters.json");
  const options = { retry_ms: 100, secret_file: undefined };
  writeFileSync(file, JSON.stringify(adapters.map((one) => ({ ...options, ...one }))));
  const server = await ArenaServer.start(["--rooms", "1", "--adapters", file]);
  t.after(() => server.stop());
  return server;
}

async function service(t, Kind, ...options) {
  const started = await Kind.start(...options);
  t.after(() => started.close().catch(() => {}));
  return started;
}

async function metric(server, name) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^engine_net_${name} (\\S+)$`, "m").exec(text)[1]);
}

/** Says {n}, or something else, on a channel that nobody is on, as fast as it may. */
async function say(viewer, channel, n, saying = { event: "goal", data: { n } }) {
  for (;;) {
    const answer = await viewer.ask({ op: "emit", channel, ...saying });
    if (answer.op === "ack") return;
    assert.equal(answer.error, "too_fast");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const numbers = (count) => Array.from({ length: count }, (_, n) => n);
const idOf = ({ channel, at }) => `${channel}@${at}`;

/** Of messages that came, each once, as it came first. */
function once(messages) {
  const byId = new Map();
  for (const message of messages) if (!byId.has(idOf(message))) byId.set(idOf(message), message);
  return [...byId.values()];
}

/** {server, heard}: a Pusher-compatible service, and what a stock client hears there. */
async function pusherService(t, folder, channels) {
  const server = await ArenaServer.start([
    ...["--rooms", "0", "--pusher", "app-key", "--pusher-secret-file", join(folder, "secret")],
  ]);
  t.after(() => server.stop());
  const client = new PusherJs("app-key", {
    ...{ cluster: "x", wsHost: "127.0.0.1", wsPort: server.webPort },
    ...{ forceTLS: false, enabledTransports: ["ws"] },
  });
  t.after(() => client.disconnect());
  const heard = [];
  for (const name of channels) {
    const channel = client.subscribe(name);
    channel.bind_global((event, data) => {
      if (!event.startsWith("pusher:")) heard.push({ ...data, event, on: name });
    });
    await eventually(() => channel.subscribed, `it is on ${name}`);
  }
  return { server, heard };
}

const toPusher = (folder, url) => ({
  ...{ channels: ["room/*", "lobby/chat"], service: "pusher", url, app_id: "engine-net" },
  ...{ key: "app-key", secret_file: "secret", queue: join(folder, "pusher.queue") },
});

test("adapters: a stock Pusher client of another service hears what is said here, in order", async (t) => {
  const folder = folderOf(t);
  const far = await pusherService(t, folder, ["lobby;chat"]);
  const server = await gameServer(t, folder, [toPusher(folder, far.server.url)]);
  const viewer = await Viewer.open(t, server, { name: "Ada" });
  for (const n of numbers(30)) await say(viewer, "lobby/chat", n);
  await say(viewer, "lobby/other", 99);
  await say(viewer, "lobby/chat", null, { kind: "chat", data: "well done" });
  await eventually(() => far.heard.length >= 31, "all is heard", 20_000);
  const goals = far.heard.filter(({ event }) => event === "client-goal");
  assert.deepEqual(goals.map(({ data }) => data.n), numbers(30));
  assert.deepEqual(
    [goals[0].channel, goals[0].on, goals[0].name, goals[0].user],
    ["lobby/chat", "lobby;chat", "Ada", viewer.self.user],
  );
  const chat = far.heard.at(-1);
  assert.deepEqual([chat.event, chat.kind, chat.data], ["client-chat", "chat", "well done"]);
  await eventually(async () => (await metric(server, "adapters_waiting")) === 0, "nothing waits");
  assert.equal(await metric(server, "adapters_delivered_total"), 31);
  assert.equal(await metric(server, "adapter_failures_total"), 0);
});

test("adapters: nothing that was acknowledged is lost when the server is killed", async (t) => {
  const folder = folderOf(t);
  const far = await pusherService(t, folder, ["lobby;chat"]);
  const appsync = await service(t, AppSync, "da2-key", "game");
  writeFileSync(join(folder, "api-key"), "da2-key");
  const server = await gameServer(t, folder, [
    toPusher(folder, far.server.url),
    {
      ...{ channels: ["lobby/chat"], service: "appsync", url: `${appsync.url}/event` },
      ...{ namespace: "game", api_key_file: "api-key", queue: "appsync.queue" },
    },
  ]);
  let said = 0;
  for (const kill of numbers(3)) {
    const viewer = await Viewer.open(t, server);
    if (kill === 1) await appsync.close();
    for (const n of numbers(25)) await say(viewer, "lobby/chat", 100 * kill + n);
    said += 25;
    await server.kill();
    if (kill === 1) await appsync.open();
    await server.run();
  }
  const expected = numbers(3).flatMap((kill) => numbers(25).map((n) => 100 * kill + n));
  for (const [name, heard] of [["Pusher", far.heard], ["AppSync", appsync.events]]) {
    await eventually(() => once(heard).length >= said, `${name} has all`, 30_000);
    assert.deepEqual(once(heard).map(({ data }) => data.n), expected, name);
    assert.ok(heard.length <= said + 3 * 15, `${name} heard ${heard.length} of ${said}`);
  }
  assert.deepEqual(appsync.wrong, []);
});

test("adapters: AppSync gets five at most, and what it failed to take, again", async (t) => {
  const folder = folderOf(t);
  const appsync = await service(t, AppSync, "da2-key", "game");
  process.env.TEST_APPSYNC_KEY = "da2-key";
  const server = await gameServer(t, folder, [
    {
      ...{ channels: ["deck/*"], service: "appsync", url: `${appsync.url}/event` },
      ...{ namespace: "game", api_key_env: "TEST_APPSYNC_KEY", queue: "appsync.queue" },
    },
  ]);
  appsync.fails = [500, 429, 0, 503];
  for (const n of [3, 7, 12]) appsync.failsOnce.add(n);
  const viewer = await Viewer.open(t, server);
  for (const n of numbers(20)) await say(viewer, n % 2 === 0 ? "deck/a" : "deck/b", n);
  await eventually(() => appsync.events.length >= 20, "it has all", 30_000);
  assert.deepEqual(appsync.wrong, []);
  const taken = appsync.events.map(({ data }) => data.n);
  assert.deepEqual([...taken].sort((a, b) => a - b), numbers(20));
  const failed = new Set([3, 7, 12]);
  for (const [channel, parity] of [["/game/deck/a", 0], ["/game/deck/b", 1]]) {
    const order = appsync.events
      .filter(({ on, data }) => on === channel && !failed.has(data.n))
      .map(({ data }) => data.n);
    assert.deepEqual(order, numbers(20).filter((n) => n % 2 === parity && !failed.has(n)));
  }
  assert.ok((await metric(server, "adapter_failures_total")) >= 4);
  assert.equal(await metric(server, "adapters_dropped_total"), 0);
});

test("adapters: Firebase has each message once, by keys that sort, though requests fail", async (t) => {
  const folder = folderOf(t);
  const firebase = await service(t, Firebase, "db secret");
  process.env.TEST_FIREBASE_AUTH = "db secret";
  const server = await gameServer(t, folder, [
    {
      ...{ channels: ["lobby/*"], service: "firebase", url: firebase.url, path: "game/said" },
      ...{ auth_env: "TEST_FIREBASE_AUTH", queue: "firebase.queue" },
    },
  ]);
  firebase.fails = [503, 0, 429];
  const viewer = await Viewer.open(t, server);
  for (const n of numbers(12)) await say(viewer, "lobby/v1.0 [beta]", n);
  const path = "game/said/lobby%2Fv1%2E0%20%5Bbeta%5D";
  await eventually(() => firebase.children(path).length >= 12, "it has all", 30_000);
  assert.deepEqual(firebase.children(path).map(({ data }) => data.n), numbers(12));
  assert.deepEqual(firebase.wrong, []);
});

test("adapters: what a service refuses for good is dropped, and the rest goes on", async (t) => {
  const folder = folderOf(t);
  const firebase = await service(t, Firebase, "right");
  writeFileSync(join(folder, "auth"), "wrong");
  const server = await gameServer(t, folder, [
    {
      ...{ channels: ["lobby/chat"], service: "firebase", url: firebase.url, path: "" },
      ...{ auth_file: "auth", queue: "firebase.queue", max_refusals: 3 },
    },
  ]);
  const viewer = await Viewer.open(t, server);
  for (const n of numbers(2)) await say(viewer, "lobby/chat", n);
  const dropped = () => metric(server, "adapters_dropped_total");
  await eventually(async () => (await dropped()) >= 1, "one is dropped", 20_000);
  firebase.auth = "wrong";
  await eventually(() => firebase.children("lobby%2Fchat").length > 0, "the next comes", 20_000);
  assert.equal(firebase.children("lobby%2Fchat").at(-1).data.n, 1);
  assert.match(server.log, /lobby\/chat@\d+-1 is dropped/);
  assert.doesNotMatch(server.log, /wrong/);
});

test("adapters: a file that can't work is told of: which entry, and what is wrong", (t) => {
  const folder = folderOf(t);
  const file = join(folder, "adapters.json");
  const good = { ...toPusher(folder, "http://127.0.0.1:1") };
  const run = (content) => {
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    const options = ["--port=0", "--web-port=0", "--adapters", file];
    const { status, stderr } = spawnSync(program, options, { encoding: "utf8", timeout: 20_000 });
    assert.equal(status, 1, stderr);
    return stderr;
  };
  assert.match(run("{"), /is no JSON list of adapters/);
  assert.match(run([good, { ...good, service: "kafka" }]), /adapter 2: "service" is "pusher", /);
  assert.match(run([good, good]), /adapter 2: it has the queue of another: give one .* "queue"/);
  assert.match(run([{ ...good, secret: "x" }]), /adapter 1: .* say "secret_file"/);
  assert.match(run([{ ...good, secret_file: "none" }]), /adapter 1: there is no secret in the file/);
  assert.match(run([{ ...good, chanels: [] }]), /adapter 1: there is nothing called "chanels"/);
  assert.match(run([{ ...good, channels: ["a b"] }]), /adapter 1: pusher can't have .* "a b"/);
  assert.match(run([{ ...good, channels: undefined }]), /adapter 1: it needs "channels", a list/);
});
