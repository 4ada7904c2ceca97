// Webhooks of a real server, taken by a backend that has nothing but the stock package `pusher`:
// nothing is missed whatever is down meanwhile, and each event is known by its id.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { ArenaServer, eventually, require } from "./arena_server.mjs";
import { Backend } from "./backend.mjs";
import { Viewer } from "./viewer.mjs";

const PusherJs = require("pusher-js");
const key = "app-key";
const secret = "0123456789abcdef0123456789abcdef";

/** {backend, server} that are gone after the test. */
async function stage(t, { tls = null, options = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "engine-net-webhooks-"));
  const backend = await Backend.start(tls);
  const secretFile = join(folder, "pusher.secret");
  writeFileSync(secretFile, `${secret}\n`);
  backend.trust(key, secret);
  const server = await ArenaServer.start([
    ...["--rooms", "1", "--pusher", key, "--pusher-secret-file", secretFile],
    ...["--webhook", backend.url, "--webhook-queue", join(folder, "queue")],
    ...options,
  ]);
  t.after(async () => {
    await server.stop();
    await backend.close().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  });
  return { backend, server };
}

const subscribe = async (viewer, channel) =>
  assert.equal((await viewer.ask({ op: "subscribe", channel })).op, "ack");

/** What of a channel is told, in order. */
const named = (events, channel) =>
  events.filter((one) => one.channel === channel).map(({ name }) => name);

async function metric(server, name) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^engine_net_${name} (\\S+)$`, "m").exec(text)[1]);
}

/** A stock client whose backend lets it in everywhere. */
function pusherClient(t, server, user) {
  const sign = ({ socketId, channelName }, callback) => {
    const isPresence = channelName.startsWith("presence-");
    const data = isPresence ? JSON.stringify({ user_id: user }) : undefined;
    const text = [socketId, channelName, ...(data ? [data] : [])].join(":");
    const auth = `${key}:${createHmac("sha256", secret).update(text).digest("hex")}`;
    callback(null, { auth, channel_data: data });
  };
  const pusher = new PusherJs(key, {
    ...{ cluster: "x", wsHost: "127.0.0.1", wsPort: server.webPort },
    ...{ forceTLS: false, enabledTransports: ["ws"] },
    channelAuthorization: { customHandler: sign },
  });
  t.after(() => pusher.disconnect());
  return pusher;
}

test("webhooks: rooms, channels, members, counts and client events are told, signed", async (t) => {
  const { backend, server } = await stage(t);
  await eventually(() => backend.named("room_started").length > 0, "the room is told");
  const [created] = backend.named("room_created");
  const [room] = (await (await fetch(`${server.url}/api/rooms`)).json()).rooms;
  assert.deepEqual(
    [created.room.id, created.room.kind, created.room.name],
    [room.id, room.kind, room.name],
  );

  const ada = pusherClient(t, server, "ada");
  const deck = ada.subscribe("presence-deck");
  const cache = ada.subscribe("cache-news");
  await eventually(() => deck.subscribed && cache.subscribed, "Ada is on both");
  deck.trigger("client-wave", { hand: "left" });
  const [wave] = await eventually(() => {
    const said = backend.named("client_event");
    return said.length > 0 && said;
  }, "the client event is told");
  assert.deepEqual(
    [wave.channel, wave.event, JSON.parse(wave.data), wave.user_id, wave.socket_id],
    ["presence-deck", "client-wave", { hand: "left" }, "ada", ada.connection.socket_id],
  );
  assert.match(wave.id, /^presence\/deck@\d+-2$/);
  await eventually(() => backend.named("cache_miss").length > 0, "the miss is told");
  await eventually(() => backend.named("subscription_count").length > 0, "the count is told");
  const [count] = backend.named("subscription_count");
  assert.deepEqual([count.channel, count.subscription_count], ["cache-news", 1]);
  ada.unsubscribe("presence-deck");
  ada.disconnect();
  await eventually(() => backend.named("channel_vacated").length >= 2, "both are vacated");
  const ofDeck = backend.events().filter(({ channel }) => channel === "presence-deck");
  assert.deepEqual(ofDeck.map(({ name }) => name).sort(), [
    "channel_occupied",
    "channel_vacated",
    "client_event",
    "member_added",
    "member_removed",
  ]);
  const members = ofDeck.filter(({ name }) => name.startsWith("member"));
  assert.deepEqual(
    members.map(({ name, user_id }) => [name, user_id]),
    [
      ["member_added", "ada"],
      ["member_removed", "ada"],
    ],
  );
  assert.equal(backend.forged, 0);
  assert.equal(await metric(server, "webhooks_waiting"), 0);
});

test("webhooks: what happens while the backend is down comes when it is back", async (t) => {
  const { backend, server } = await stage(t);
  await eventually(() => backend.named("room_created").length > 0, "the start is told");
  await backend.close();
  const viewer = await Viewer.open(t, server);
  const marks = Array.from({ length: 20 }, (_, i) => `mark-${i}`);
  for (const mark of marks) {
    await subscribe(viewer, "news");
    await viewer.ask({ op: "unsubscribe", channel: "news" });
    await subscribe(viewer, mark); // which the server does later
  }
  await eventually(async () => (await metric(server, "webhook_failures_total")) > 0, "it fails");
  await backend.open();
  const waiting = () => metric(server, "webhooks_waiting");
  await eventually(async () => (await waiting()) === 0, "all came", 30_000);
  const told = named(backend.events(), "news").filter((name) => name !== "subscription_count");
  assert.deepEqual(told, marks.flatMap(() => ["channel_occupied", "channel_vacated"]));
  const occupied = backend.named("channel_occupied").map(({ channel }) => channel);
  assert.deepEqual(
    occupied.filter((channel) => marks.includes(channel)),
    marks,
  );
});

test("webhooks: what was queued by a server that is killed comes once it is back", async (t) => {
  const { backend, server } = await stage(t);
  await eventually(() => backend.named("room_created").length > 0, "the start is told");
  backend.mood = "hangs";
  const viewer = await Viewer.open(t, server);
  const channels = Array.from({ length: 30 }, (_, i) => `deck-${i}`);
  for (const channel of channels) await subscribe(viewer, channel);
  await eventually(
    () => backend.requests.some(({ events }) => named(events, "deck-0").length > 0),
    "the first of them was tried",
  );
  await eventually(async () => (await metric(server, "webhooks_waiting")) >= 30, "all wait");
  await server.kill();
  const tried = backend.requests.filter(({ answered }) => answered === 0);
  backend.mood = "takes";
  await server.run();
  const occupied = () => backend.named("channel_occupied").map(({ channel }) => channel);
  await eventually(() => occupied().length >= 30, "all came");
  assert.deepEqual(occupied(), channels);
  await eventually(() => backend.named("server_started").length === 2, "both starts are told");
  const ids = new Set(backend.events().map(({ id }) => id));
  for (const { events } of tried) for (const { id } of events) assert.ok(ids.has(id), id);
});

test("webhooks: an answer that is none, too late or too long is a failure", async (t) => {
  const { backend, server } = await stage(t);
  await eventually(() => backend.named("room_created").length > 0, "the start is told");
  const viewer = await Viewer.open(t, server);
  for (const mood of ["refuses", "floods", "slow", "hangs"]) {
    backend.mood = mood;
    const failures = await metric(server, "webhook_failures_total");
    const before = backend.requests.length;
    await subscribe(viewer, mood);
    await eventually(
      async () => (await metric(server, "webhook_failures_total")) > failures,
      `it fails when it ${mood}`,
      20_000,
    );
    backend.mood = "takes";
    await eventually(() => named(backend.events(), mood).length > 0, `${mood} comes`, 20_000);
    const tries = backend.requests
      .slice(before)
      .filter(({ events }) => named(events, mood).includes("channel_occupied"));
    assert.ok(tries.length >= 2);
    const [first, second] = tries.map(({ events }) =>
      events.find(({ channel }) => channel === mood),
    );
    assert.equal(first.id, second.id);
    assert.ok(tries[1].at - tries[0].at >= 450, `it waited ${tries[1].at - tries[0].at} ms`);
  }
  assert.equal(backend.forged, 0);
});

test("webhooks: over TLS only a backend whose certificate is good is told", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "engine-net-tls-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-keyout", keyFile, "-out", certFile, "-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost"],
  ]);
  const tls = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
  const stranger = await stage(t, { tls });
  await eventually(
    async () => (await metric(stranger.server, "webhook_failures_total")) > 0,
    "it is not trusted",
  );
  assert.equal(stranger.backend.requests.length, 0);
  const friend = await stage(t, { tls, options: ["--webhook-ca-file", certFile] });
  await eventually(() => friend.backend.named("room_created").length > 0, "it is told");
});
