// Stock Pusher clients, as they are published, against a real server: `pusher-js` in node and in
// Chromium; and that they and all others hear each other.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";

import { ArenaServer, eventually, require } from "./arena_server.mjs";
import {
  answerBy,
  appId,
  authPort,
  backend,
  client,
  close,
  heard,
  key,
  open,
  options,
  raw,
  saidOn,
  secret,
  secretFile,
  server,
  subscribed,
} from "./pusher_stage.mjs";
import { Viewer } from "./viewer.mjs";

const PusherJs = require("pusher-js");
const Pusher = require("pusher");
const { EventSource } = require("eventsource");
const { chromium } = require("playwright-core");

before(open);
after(close);

test("pusher-js: it connects, and an event of the backend comes to all on its channel", async (t) => {
  const [ada, grace] = [client(t, "ada"), client(t, "grace")];
  const channels = [await subscribed(ada, "my-channel"), await subscribed(grace, "my-channel")];
  const answer = await backend.trigger("my-channel", "my-event", { message: "hello world" });
  assert.equal(answer.status, 200);
  for (const channel of channels)
    assert.deepEqual((await saidOn(channel, "my-event")).data, { message: "hello world" });
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
  answerBy(t, sealing); // its answers have the shared secret
  const ada = client(t, "ada");
  const channel = await subscribed(ada, "private-encrypted-gold");
  await sealing.trigger("private-encrypted-gold", "found", { ounces: 3 });
  assert.deepEqual((await saidOn(channel, "found")).data, { ounces: 3 });
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
    ...["--rooms", "1", "--pusher", key, "--pusher-secret-file", secretFile],
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
