// Stock Pusher clients, as they are published, against a real server: `pusher-js` in node and in
// Chromium, `pusher` as the game's web backend; and that they and all others hear each other.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { ArenaServer, eventually, require } from "./arena_server.mjs";
import { freePort } from "./demo_server.mjs";
import { Viewer } from "./viewer.mjs";

const PusherJs = require("pusher-js");
const Pusher = require("pusher");
const { WebSocket } = require("ws");
const { EventSource } = require("eventsource");
const { chromium } = require("playwright-core");

const key = "app-key";
const appId = "engine-net";

let folder, server, secret, backend, authPort, authServer;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "engine-net-pusher-"));
  authPort = await freePort();
  const secretFile = join(folder, "pusher.secret");
  server = await ArenaServer.start([
    ...["--rooms", "1", "--pusher", key, "--pusher-secret-file", secretFile],
    ...["--allowed-origin", `http://127.0.0.1:${authPort}`],
  ]);
  secret = readFileSync(secretFile, "utf8").trim();
  backend = new Pusher({ appId, key, secret, host: "127.0.0.1", port: server.webPort, useTLS: false });
  authServer = createServer(answerAuth).listen(authPort, "127.0.0.1");
});

after(async () => {
  authServer?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The game's web backend: whoever asks is who they say. */
async function answerAuth(request, response) {
  if (request.method === "GET") return answerPage(request, response);
  let body = "";
  for await (const piece of request) body += piece;
  const asked = new URLSearchParams(body);
  const user = new URL(request.url, "http://x").searchParams.get("user");
  const answer = request.url.startsWith("/user")
    ? backend.authenticateUser(asked.get("socket_id"), { id: user })
    : backend.authorizeChannel(
        asked.get("socket_id"),
        asked.get("channel_name"),
        asked.get("channel_name").startsWith("presence-")
          ? { user_id: user, user_info: { name: user.toUpperCase(), level: 7 } }
          : undefined,
      );
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(answer));
}

function answerPage(request, response) {
  if (request.url === "/pusher.js") {
    response.setHeader("Content-Type", "text/javascript");
    return response.end(readFileSync(require.resolve("pusher-js/dist/web/pusher.min.js")));
  }
  response.setHeader("Content-Type", "text/html");
  response.end("<!doctype html><title>a game's page</title><script src=/pusher.js></script>");
}

const options = (user = "ada") => ({
  cluster: "x",
  wsHost: "127.0.0.1",
  wsPort: server.webPort,
  forceTLS: false,
  enabledTransports: ["ws"],
  channelAuthorization: { endpoint: `http://127.0.0.1:${authPort}/channel?user=${user}` },
  userAuthentication: { endpoint: `http://127.0.0.1:${authPort}/user?user=${user}` },
});

/** A stock client that is gone after the test. */
function client(t, user) {
  const pusher = new PusherJs(key, options(user));
  pusher.heard = [];
  pusher.bind_global((event, data) => pusher.heard.push({ event, data }));
  t.after(() => pusher.disconnect());
  return pusher;
}

const heard = (pusher, event) =>
  eventually(() => pusher.heard.find((one) => one.event === event), `${event} comes`);

async function subscribed(pusher, name) {
  const channel = pusher.subscribe(name);
  channel.heard = [];
  channel.bind_global((event, data) => channel.heard.push({ event, data }));
  await eventually(() => channel.subscribed, `${name} is subscribed to`);
  return channel;
}

const saidOn = (channel, event) =>
  eventually(() => channel.heard.find((one) => one.event === event), `${event} on ${channel.name}`);

/** A connection of raw text. */
async function raw(t, path = `/app/${key}?protocol=7&client=js&version=8.6.0`) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.webPort}${path}`);
  socket.told = [];
  socket.on("message", (text) => socket.told.push(JSON.parse(text)));
  socket.closed = new Promise((resolve) => socket.on("close", (code) => resolve(code)));
  socket.on("error", () => {});
  t.after(() => socket.terminate());
  await new Promise((resolve) => socket.once("open", resolve));
  socket.hear = (event) =>
    eventually(() => socket.told.find((one) => one.event === event), `${event} comes`);
  return socket;
}

test("pusher-js: it connects, and an event of the backend comes to all on its channel", async (t) => {
  const [ada, grace] = [client(t, "ada"), client(t, "grace")];
  const channels = [await subscribed(ada, "my-channel"), await subscribed(grace, "my-channel")];
  const answer = await backend.trigger("my-channel", "my-event", { message: "hello world" });
  assert.equal(answer.status, 200);
  for (const channel of channels)
    assert.deepEqual((await saidOn(channel, "my-event")).data, { message: "hello world" });
});

test("pusher: an event is not sent to the socket that it names", async (t) => {
  const [ada, grace] = [client(t, "ada"), client(t, "grace")];
  const [hers, graces] = [await subscribed(ada, "quiet"), await subscribed(grace, "quiet")];
  await backend.trigger("quiet", "first", 1, { socket_id: ada.connection.socket_id });
  await backend.trigger("quiet", "second", 2);
  await saidOn(graces, "first");
  await saidOn(hers, "second");
  assert.ok(!hers.heard.some(({ event }) => event === "first"));
});

test("pusher: a batch, and one event for several channels", async (t) => {
  const ada = client(t);
  const [a, b] = [await subscribed(ada, "batch-a"), await subscribed(ada, "batch-b")];
  await backend.trigger(["batch-a", "batch-b"], "both", "x");
  await backend.triggerBatch([
    { channel: "batch-a", name: "for-a", data: { n: 1 } },
    { channel: "batch-b", name: "for-b", data: { n: 2 } },
  ]);
  for (const channel of [a, b]) assert.equal((await saidOn(channel, "both")).data, "x");
  assert.deepEqual((await saidOn(a, "for-a")).data, { n: 1 });
  assert.deepEqual((await saidOn(b, "for-b")).data, { n: 2 });
});

test("pusher-js: on a private channel clients speak to each other, not to themselves", async (t) => {
  const [ada, grace] = [client(t, "ada"), client(t, "grace")];
  const [hers, graces] = [await subscribed(ada, "private-guild"), await subscribed(grace, "private-guild")];
  assert.ok(hers.trigger("client-move", { x: 3 }));
  assert.deepEqual((await saidOn(graces, "client-move")).data, { x: 3 });
  graces.trigger("client-done", {});
  await saidOn(hers, "client-done");
  assert.ok(!hers.heard.some(({ event }) => event === "client-move"));
});

test("pusher-js: on a presence channel all know who is there, one user in two tabs once", async (t) => {
  const [ada, grace, tab] = [client(t, "ada"), client(t, "grace"), client(t, "grace")];
  const hers = await subscribed(ada, "presence-duel");
  assert.deepEqual(hers.members.me, { id: "ada", info: { name: "ADA", level: 7 } });
  const graces = await subscribed(grace, "presence-duel");
  assert.deepEqual(Object.keys(graces.members.members).sort(), ["ada", "grace"]);
  assert.deepEqual(graces.members.get("ada").info, { name: "ADA", level: 7 });
  const added = await saidOn(hers, "pusher:member_added");
  assert.deepEqual(added.data, { id: "grace", info: { name: "GRACE", level: 7 } });
  await subscribed(tab, "presence-duel");
  tab.disconnect();
  const by = new Promise((told) => hers.bind("client-hello", (_, { user_id }) => told(user_id)));
  graces.trigger("client-hello", {});
  assert.equal(await by, "grace");
  assert.equal(hers.heard.filter(({ event }) => event.startsWith("pusher:member")).length, 1);
  grace.disconnect();
  assert.equal((await saidOn(hers, "pusher:member_removed")).data.id, "grace");
  assert.equal(hers.members.count, 1);
});

test("pusher-js: who comes to a cache channel is told the last event, or that there is none", async (t) => {
  const ada = client(t, "ada");
  const empty = await subscribed(ada, "cache-nothing");
  await saidOn(empty, "pusher:cache_miss");
  await subscribed(ada, "cache-score");
  await backend.trigger("cache-score", "score", { red: 1 });
  await backend.trigger("cache-score", "score", { red: 2 });
  const score = await subscribed(client(t, "grace"), "cache-score");
  assert.deepEqual((await saidOn(score, "score")).data, { red: 2 });
});

test("pusher-js: a user who has signed in is spoken to, and sent away", async (t) => {
  const ada = client(t, "ada");
  ada.signin();
  await heard(ada, "pusher:signin_success");
  const told = new Promise((resolve) => ada.user.bind("level-up", resolve));
  await eventually(() => ada.user.serverToUserChannel?.subscribed, "her own channel");
  await backend.sendToUser("ada", "level-up", { level: 8 });
  assert.deepEqual(await told, { level: 8 });
  const answer = await backend.terminateUserConnections("ada");
  assert.equal(answer.status, 200);
  await eventually(() => ada.connection.state === "disconnected", "she does not come back");
});

test("pusher-js: an encrypted channel is passed on as it is", async (t) => {
  const masterKey = Buffer.alloc(32, 7).toString("base64");
  const sealing = new Pusher({
    ...{ appId, key, secret, host: "127.0.0.1", port: server.webPort, useTLS: false },
    encryptionMasterKeyBase64: masterKey,
  });
  const kept = backend;
  backend = sealing; // its answers have the shared secret
  t.after(() => (backend = kept));
  const ada = client(t, "ada");
  const channel = await subscribed(ada, "private-encrypted-gold");
  await sealing.trigger("private-encrypted-gold", "found", { ounces: 3 });
  assert.deepEqual((await saidOn(channel, "found")).data, { ounces: 3 });
});

test("pusher: channels, their users and counts are told", async (t) => {
  const [ada, grace] = [client(t, "ada"), client(t, "grace")];
  await subscribed(ada, "counted");
  await subscribed(ada, "presence-counted");
  await subscribed(grace, "presence-counted");
  const ask = async (path, params) => (await backend.get({ path, params })).json();
  const { channels } = await ask("/channels", {});
  assert.ok("counted" in channels && "presence-counted" in channels);
  const prefixed = { filter_by_prefix: "presence-", info: "user_count,subscription_count" };
  await eventually(async () => {
    const found = (await ask("/channels", { ...prefixed, n: `${Date.now()}` })).channels;
    return found["presence-counted"]?.user_count === 2 && !("counted" in found);
  }, "two users are counted");
  const one = await ask("/channels/counted", { info: "subscription_count" });
  assert.deepEqual(one, { occupied: true, subscription_count: 1 });
  assert.deepEqual(await ask("/channels/nobody", {}), { occupied: false });
  const { users } = await ask("/channels/presence-counted/users", {});
  assert.deepEqual(users.map(({ id }) => id).sort(), ["ada", "grace"]);
});

test("pusher: what is not signed, or seen before, or of another hour, changes nothing", async (t) => {
  const ada = client(t);
  const channel = await subscribed(ada, "guarded");
  const post = (path) =>
    fetch(`${server.url}${path}`, { method: "POST", body: sent, headers: { "Content-Type": "application/json" } });
  const sent = JSON.stringify({ name: "e", channel: "guarded", data: "1" });
  const md5 = require("node:crypto").createHash("md5").update(sent).digest("hex");
  const signed = (time, mine = secret) => {
    const query = `auth_key=${key}&auth_timestamp=${time}&auth_version=1.0&body_md5=${md5}`;
    const text = `POST\n/apps/${appId}/events\n${query}`;
    const signature = createHmac("sha256", mine).update(text).digest("hex");
    return `/apps/${appId}/events?${query}&auth_signature=${signature}`;
  };
  const seconds = Math.floor(Date.now() / 1000);
  assert.equal((await post(`/apps/${appId}/events`)).status, 401);
  assert.equal((await post(signed(seconds, "wrong"))).status, 401);
  assert.equal((await post(signed(seconds - 3600))).status, 401);
  assert.equal((await post(signed(seconds + 3600))).status, 401);
  assert.equal((await post(signed(seconds))).status, 200);
  const again = await post(signed(seconds));
  assert.equal(again.status, 401);
  assert.match((await again.json()).detail, /taken before/);
  await backend.trigger("guarded", "last", {});
  await saidOn(channel, "last");
  assert.equal(channel.heard.filter(({ event }) => event === "e").length, 1);
});

test("pusher: bad requests are answered with what is wrong", async () => {
  const refused = async (send) => (await send.then(() => ({ status: 200 }), (error) => error)).status;
  assert.equal(await refused(backend.post({ path: "/events", body: "not an object" })), 400);
  assert.equal(await refused(backend.post({ path: "/events", body: { name: "a", data: {}, channel: "c" } })), 400);
  assert.equal(await refused(backend.post({ path: "/events", body: { name: "a", data: "1", channel: "no channel" } })), 400);
  assert.equal(await refused(backend.post({ path: "/events", body: { name: "a", data: "x".repeat(10241), channel: "c" } })), 413);
  assert.equal(await refused(backend.post({ path: "/nothing", body: {} })), 404);
  assert.equal(await refused(backend.get({ path: "/channels", params: { info: "user_count" } })), 400);
  const other = new Pusher({ appId: "other", key, secret, host: "127.0.0.1", port: server.webPort });
  assert.equal(await refused(other.trigger("c", "e", {})), 404);
  const long = backend.trigger(["a".repeat(164)], "e".repeat(200), "y".repeat(10240));
  assert.equal(await refused(long), 200);
});

test("pusher: close codes say whether to come back", async (t) => {
  const closed = async (path) => (await raw(t, path)).closed;
  assert.equal(await closed("/app/other?protocol=7"), 4001);
  assert.equal(await closed(`/app/${key}`), 4008);
  assert.equal(await closed(`/app/${key}?protocol=x`), 4006);
  assert.equal(await closed(`/app/${key}?protocol=99`), 4007);
});

test("pusher: a subscription that is not signed, or can't be, is refused, and the connection stays", async (t) => {
  const socket = await raw(t);
  const { socket_id } = JSON.parse((await socket.hear("pusher:connection_established")).data);
  assert.match(socket_id, /^\d+\.\d+$/);
  const ask = async (data) => {
    socket.told.length = 0;
    socket.send(JSON.stringify({ event: "pusher:subscribe", data }));
    return JSON.parse((await socket.hear("pusher:subscription_error")).data).status;
  };
  assert.equal(await ask({ channel: "private-a" }), 401);
  assert.equal(await ask({ channel: "private-a", auth: `${key}:${"0".repeat(64)}` }), 401);
  assert.equal(await ask({ channel: "presence-a", auth: backend.authorizeChannel(socket_id, "private-a").auth }), 401);
  assert.equal(await ask({ channel: "no channel" }), 400);
  assert.equal(await ask({ channel: "#server-to-user-ada" }), 401);
  assert.equal(await ask({ channel: "private;a" }), 400);
  const noUser = createHmac("sha256", secret).update(`${socket_id}:presence-a:{}`).digest("hex");
  assert.equal(await ask({ channel: "presence-a", auth: `${key}:${noUser}`, channel_data: "{}" }), 400);
  socket.send(JSON.stringify({ event: "client-a", channel: "open", data: {} }));
  await eventually(() => socket.told.some((one) => one.data?.code === 4301), "4301");
  for (const bad of ["{", "[]", "1", '{"event":7}', '{"event":"pusher:nothing"}']) socket.send(bad);
  socket.send(JSON.stringify({ event: "pusher:ping", data: {} }));
  await socket.hear("pusher:pong");
});

test("channels: a browser by pusher-js, one by /ws and one by SSE hear each other, each once, at one place", async (t) => {
  const ada = client(t, "ada");
  const hers = await subscribed(ada, "presence-table");
  const viewer = await Viewer.open(t, server, { name: "Ken" });
  await viewer.ask({ op: "subscribe", channel: "presence/table" });
  const stream = new EventSource(
    `${server.url}/api/channels/${encodeURIComponent("presence/table")}/stream?name=Sse`,
  );
  t.after(() => stream.close());
  const streamed = [];
  stream.addEventListener("message", ({ data }) => streamed.push(JSON.parse(data)));
  await eventually(() => Object.keys(hers.members.members).length === 3, "three are there");

  hers.trigger("client-chat", { text: "hello from Pusher" });
  const chat = await viewer.hear((message) => message.kind === "chat");
  assert.deepEqual([chat.data, chat.user, chat.name], ["hello from Pusher", "ada", "ADA"]);
  await viewer.ask({ op: "emit", channel: "presence/table", kind: "chat", data: "hello from /ws" });
  assert.deepEqual((await saidOn(hers, "client-chat")).data, { text: "hello from /ws", name: "Ken" });
  await backend.trigger("presence-table", "dealt", { cards: 5 });
  assert.deepEqual((await saidOn(hers, "dealt")).data, { cards: 5 });
  await eventually(() => streamed.some(({ event }) => event === "dealt"), "SSE hears it");
  const lines = streamed.filter(({ kind }) => kind === "chat" || kind === "message");
  assert.deepEqual(lines.map(({ data }) => data), ["hello from Pusher", "hello from /ws", { cards: 5 }]);
  const dealt = await viewer.hear((message) => message.event === "dealt");
  assert.equal(dealt.at, lines[2].at);
});

test("pusher: what a guest says passes neither for the backend nor for the protocol", async (t) => {
  const ada = client(t, "ada");
  const hers = await subscribed(ada, "presence-forged");
  const viewer = await Viewer.open(t, server, { name: "Eve" });
  await viewer.ask({ op: "subscribe", channel: "presence/forged" });
  const forged = ["pusher_internal:member_removed", "pusher:subscription_error", "prize"];
  for (const event of forged) {
    const said = { op: "emit", channel: "presence/forged", event, data: { user_id: "ada" } };
    assert.equal((await viewer.ask(said)).op, "ack");
  }
  for (const event of forged) await saidOn(hers, `client-${event}`);
  assert.ok(hers.members.get("ada"));
  assert.ok(!hers.heard.some(({ event }) => event === "prize"));
  hers.trigger("client-wave", { hand: "left" });
  const wave = await viewer.hear(({ event }) => event === "wave");
  assert.deepEqual(wave.data, { hand: "left" });
  for (const name of ["pusher:error", "pusher_internal:member_added"]) {
    const refused = await backend.trigger("forged", name, {}).catch((error) => error);
    assert.equal(refused.status, 400);
  }
  const refused = await backend.trigger("lobby;rooms", "rooms", {}).catch((error) => error);
  assert.equal(refused.status, 400);
});

test("pusher-js in Chromium: a page of another origin hears and speaks", async (t) => {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${authPort}/`);
  await page.evaluate(
    ([appKey, settings]) =>
      new Promise((resolve) => {
        globalThis.pusher = new globalThis.Pusher(appKey, settings);
        globalThis.channel = globalThis.pusher.subscribe("private-browser");
        globalThis.channel.bind("pusher:subscription_succeeded", resolve);
        globalThis.told = new Promise((told) => globalThis.channel.bind("from-backend", told));
      }),
    [key, options("ada")],
  );
  const node = await subscribed(client(t, "grace"), "private-browser");
  await backend.trigger("private-browser", "from-backend", { text: "grüße 🚀" });
  assert.deepEqual(await page.evaluate(() => globalThis.told), { text: "grüße 🚀" });
  await page.evaluate(() => globalThis.channel.trigger("client-click", { x: 1 }));
  assert.deepEqual((await saidOn(node, "client-click")).data, { x: 1 });
});

test("pusher-js: it comes back by itself after the server was killed, and is on its channels", async (t) => {
  const own = await ArenaServer.start([
    ...["--rooms", "1", "--pusher", key, "--pusher-secret-file", join(folder, "pusher.secret")],
  ]);
  t.after(() => own.stop());
  const ada = new PusherJs(key, { ...options("ada"), wsPort: own.webPort });
  t.after(() => ada.disconnect());
  const channel = await subscribed(ada, "private-back");
  const before = ada.connection.socket_id;
  await own.kill();
  await own.run();
  await eventually(() => ada.connection.state === "connected" && ada.connection.socket_id !== before, "she is back");
  await eventually(() => channel.subscribed, "she is on her channel");
  const other = new Pusher({ appId, key, secret, host: "127.0.0.1", port: own.webPort, useTLS: false });
  await other.trigger("private-back", "after", {});
  await saidOn(channel, "after");
});
