// Clients that are not ours, against a real server: `ws`, `eventsource`, plain `fetch`; and our own
// client without a browser. What is missed in one transport is fetched by another.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { ArenaServer, eventually, pageFiles, require } from "./arena_server.mjs";
import { Viewer } from "./viewer.mjs";

const { WebSocket } = require("ws");
const { EventSource } = require("eventsource");
const { EngineNetClient } = await import(`file://${pageFiles}/client.js`);

let server;

before(async () => {
  server = await ArenaServer.start(["--rooms", "1", "--bots", "6"]);
});

after(() => server?.stop());

const numberOf = (at) => Number(at.split("-")[1]);
const channelPath = (channel) => `${server.url}/api/channels/${encodeURIComponent(channel)}`;

/** One of `/metrics`. */
async function gauge(name) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^engine_net_${name} (\\S+)$`, "m").exec(text)[1]);
}

async function roomId() {
  const find = async () => (await (await fetch(`${server.url}/api/rooms`)).json()).rooms[0]?.id;
  return eventually(find, "a room is open");
}

test("ws: what one emits all others on the channel get, and the sender an ack", async (t) => {
  const [ada, grace, ken] = await Promise.all(
    ["Ada", "Grace", "Ken"].map((name) => Viewer.open(t, server, { name })),
  );
  for (const one of [ada, grace]) {
    assert.equal((await one.ask({ op: "subscribe", channel: "news" })).op, "ack");
  }
  const data = { score: [3, 1], text: "grüße 🚀" };
  assert.equal((await ada.ask({ op: "emit", channel: "news", event: "goal", data })).op, "ack");
  const heard = await grace.hear((message) => message.event === "goal");
  assert.deepEqual(heard.data, data);
  assert.deepEqual([heard.channel, heard.name, heard.kind], ["news", "Ada", "message"]);
  assert.equal(heard.user, ada.self.user);
  await grace.ask({ op: "ping" });
  await ken.ask({ op: "ping" });
  assert.equal(ada.told.filter(({ op }) => op === "message").length, 0);
  assert.equal(ken.told.filter(({ op }) => op === "message").length, 0);

  assert.equal((await grace.ask({ op: "unsubscribe", channel: "news" })).op, "ack");
  await ada.ask({ op: "emit", channel: "news", event: "second", data: null });
  await grace.ask({ op: "ping" });
  assert.ok(!grace.told.some(({ event }) => event === "second"));
});

test("ws: what can't be is an error with the question's id, and the connection stays", async (t) => {
  const ada = await Viewer.open(t, server);
  const refused = await ada.ask({ op: "subscribe", channel: "private/vault" });
  assert.deepEqual([refused.op, refused.error], ["error", "not_allowed"]);
  assert.equal((await ada.ask({ op: "watch", room: 4_000_000 })).op, "error");
  assert.equal((await ada.ask({ op: "dance" })).op, "error");
  assert.equal((await ada.ask({ op: "call", name: "no such call" })).op, "error");
  assert.equal((await ada.ask({ op: "ping" })).op, "ack");
});

test("ws: a call is answered by the server", async (t) => {
  const ada = await Viewer.open(t, server);
  const answer = await ada.ask({ op: "call", name: "timing", data: null });
  assert.equal(answer.op, "ack", JSON.stringify(answer));
});

test("ws: a room's feed begins with its state and a keyframe, and then comes evenly", async (t) => {
  const ada = await Viewer.open(t, server);
  const watched = await ada.ask({ op: "watch", room: await roomId() });
  assert.equal(watched.op, "ack");
  assert.equal(watched.kind, "arena");
  const isFrame = (message) => message[0] === 1 || message[0] === 2;
  await eventually(() => ada.frames.filter(isFrame).length > 2, "frames");
  const first = ada.frames.find(isFrame);
  assert.equal(first[0], 1, "the first frame is a keyframe");
  await eventually(() => ada.frames.filter(isFrame).length > 40, "two seconds of frames");
  const ticks = ada.frames.filter(isFrame).map((message) => message.readUInt32LE(5));
  assert.ok(ticks.every((tick, i) => i === 0 || tick > ticks[i - 1]));
  // By the game's clock, after the first, which comes at once; a server that is held up leaves
  // some out.
  const most = ((ticks.at(-1) - ticks[0]) * watched.frames_per_second) / watched.tick_rate + 2;
  assert.ok(ticks.length <= most, `${ticks}`);
  const other = await Viewer.open(t, server);
  await other.ask({ op: "watch", room: await roomId() });
  assert.equal((await ada.ask({ op: "unwatch" })).op, "ack");
  const after = ada.frames.length;
  const seen = other.frames.length;
  await eventually(() => other.frames.length > seen + 5, "another viewer's frames");
  assert.equal(ada.frames.length, after);
});

test("ws: who leaves one channel is still on the others", async (t) => {
  const ada = await Viewer.open(t, server, { name: "Ada" });
  for (const channel of ["presence/deck", "presence/hold"])
    assert.equal((await ada.ask({ op: "subscribe", channel })).op, "ack");
  assert.equal((await ada.ask({ op: "unsubscribe", channel: "presence/deck" })).op, "ack");
  const bob = await Viewer.open(t, server, { name: "Bob" });
  await bob.ask({ op: "subscribe", channel: "presence/deck" });
  await bob.ask({ op: "subscribe", channel: "presence/hold" });
  const isAda = (channel) => (told) =>
    told.channel === channel && told.kind === "member" && told.user === ada.self.user;
  await bob.hear(isAda("presence/hold"), "that Ada is in the hold");
  assert.equal(bob.told.find(isAda("presence/deck")), undefined);
});

test("ws: a lost session is resumed by its secret, and is the same user", async (t) => {
  const ada = await Viewer.open(t, server, { name: "Ada" });
  await ada.ask({ op: "subscribe", channel: "harbour" });
  const { resume, user } = ada.self;
  ada.socket.terminate();
  await ada.closed;
  const back = await Viewer.open(t, server, { resume });
  assert.equal(back.self.resumed, true);
  assert.deepEqual([back.self.user, back.self.name], [user, "Ada"]);
  const other = await Viewer.open(t, server, { resume: "0".repeat(resume.length) });
  assert.equal(other.self.resumed, false);
  assert.notEqual(other.self.user, user);
});

test("fetch: a long poll waits for what comes, and goes on where the last one ended", async (t) => {
  const ada = await Viewer.open(t, server, { name: "Ada" });
  await ada.ask({ op: "subscribe", channel: "poll" });
  const path = `${channelPath("poll")}/events`;
  const first = await (await fetch(`${path}?wait=0`)).json();
  assert.deepEqual(first.events, []);
  const asked = Date.now();
  const waiting = fetch(`${path}?after=${first.next}&wait=10`);
  setTimeout(() => ada.ask({ op: "emit", channel: "poll", event: "one", data: 1 }), 300);
  const second = await (await waiting).json();
  assert.ok(Date.now() - asked >= 250, "it waited");
  assert.deepEqual(
    second.events.map(({ event, data }) => [event, data]),
    [["one", 1]],
  );
  for (const data of [2, 3]) await ada.ask({ op: "emit", channel: "poll", event: "more", data });
  const third = await (await fetch(`${path}?after=${second.next}&wait=10`)).json();
  const all = [...third.events];
  if (all.length < 2)
    all.push(...(await (await fetch(`${path}?after=${third.next}&wait=10`)).json()).events);
  assert.deepEqual(
    all.map(({ data }) => data),
    [2, 3],
  );
  const empty = await (await fetch(`${path}?after=${all.at(-1).at}&wait=1`)).json();
  assert.deepEqual([empty.events, empty.reset], [[], false]);
});

test("fetch: the list of rooms has an ETag, and 304 as long as nothing changes", async () => {
  const id = await roomId();
  const path = `${server.url}/api/rooms/${id}`;
  const room = await (await fetch(path)).json();
  assert.equal(room.kind, "arena");
  const isNotModified = async () => {
    const answer = await fetch(`${server.url}/api/rooms`, { cache: "no-store" });
    const etag = answer.headers.get("etag");
    assert.ok(etag);
    await answer.arrayBuffer();
    const headers = { "If-None-Match": etag };
    const again = await fetch(`${server.url}/api/rooms`, { headers, cache: "no-store" });
    await again.arrayBuffer();
    return again.status === 304;
  };
  await eventually(isNotModified, "304");
  const missing = await fetch(`${server.url}/api/rooms/4000000`);
  assert.equal(missing.status, 404);
  assert.equal(typeof (await missing.json()).error, "string");
});

/** The events of a stream until `count` of them have come. */
async function readStream(url, count, headers = {}) {
  const stop = new AbortController();
  const answer = await fetch(url, {
    headers: { Accept: "text/event-stream", ...headers },
    signal: stop.signal,
  });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /^text\/event-stream/);
  const events = [];
  let text = "";
  for await (const bytes of answer.body) {
    text += Buffer.from(bytes).toString();
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const field = (name) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      if (field("data") !== undefined) {
        events.push({ id: field("id"), event: field("event"), data: JSON.parse(field("data")) });
      }
    }
    if (events.length >= count) break;
  }
  stop.abort();
  return events;
}

test("sse: whoever comes back with Last-Event-ID is told what was said meanwhile", async (t) => {
  const ada = await Viewer.open(t, server, { name: "Ada" });
  const url = `${channelPath("stream")}/stream`;
  await ada.ask({ op: "subscribe", channel: "stream" });
  const open = await gauge("web_streams");
  const reading = readStream(url, 1);
  await eventually(async () => (await gauge("web_streams")) > open, "the stream to be open");
  await ada.ask({ op: "emit", channel: "stream", event: "n", data: 0 });
  const [first] = await reading;
  assert.equal(first.data.data, 0);
  assert.equal(first.id, first.data.at);
  for (const data of [1, 2, 3]) await ada.ask({ op: "emit", channel: "stream", event: "n", data });
  const missed = await readStream(url, 3, { "Last-Event-ID": first.id });
  assert.deepEqual(
    missed.map(({ data }) => data.data),
    [1, 2, 3],
  );
  assert.deepEqual(
    missed.map(({ id }) => numberOf(id) - numberOf(first.id)),
    [1, 2, 3],
  );
  const byQuery = await readStream(`${url}?after=${missed[0].id}`, 2);
  assert.deepEqual(
    byQuery.map(({ data }) => data.data),
    [2, 3],
  );
});

test("sse: where the past is gone it says so", async (t) => {
  const ada = await Viewer.open(t, server);
  await ada.ask({ op: "subscribe", channel: "gone" });
  await ada.ask({ op: "emit", channel: "gone", event: "n", data: 0 });
  const events = await readStream(`${channelPath("gone")}/stream?after=1-999999`, 1);
  assert.equal(events[0].event, "reset");
});

test("eventsource: it hears a channel, and the list of rooms", async (t) => {
  const ada = await Viewer.open(t, server, { name: "Ada" });
  const heard = [];
  const source = new EventSource(`${channelPath("radio")}/stream`);
  const rooms = new EventSource(`${channelPath("lobby/rooms")}/stream`);
  t.after(() => (source.close(), rooms.close()));
  source.addEventListener("message", ({ data, lastEventId }) =>
    heard.push([JSON.parse(data).data, lastEventId]),
  );
  const lists = [];
  for (const name of ["message", "rooms"])
    rooms.addEventListener(name, ({ data }) => lists.push(data));
  await eventually(() => source.readyState === 1, "it is open");
  await ada.ask({ op: "emit", channel: "radio", event: "n", data: "hello" });
  await eventually(() => heard.length > 0, "it hears");
  assert.equal(heard[0][0], "hello");
  assert.match(heard[0][1], /^\d+-\d+$/);
  await eventually(() => lists.some((data) => data.includes('"arena"')), "the list comes");
});

test("transports: what is missed in one is fetched by another, by the same positions", async (t) => {
  const ada = await Viewer.open(t, server, { name: "Ada" });
  const grace = await Viewer.open(t, server, { name: "Grace" });
  await ada.ask({ op: "subscribe", channel: "relay" });
  await grace.ask({ op: "subscribe", channel: "relay" });
  await ada.ask({ op: "emit", channel: "relay", event: "n", data: 1 });
  const { at } = await grace.hear(({ event }) => event === "n");
  grace.socket.terminate();
  for (const data of [2, 3, 4]) await ada.ask({ op: "emit", channel: "relay", event: "n", data });
  const poll = async () =>
    await (await fetch(`${channelPath("relay")}/events?after=${at}&wait=5`)).json();
  const polled = await eventually(async () => {
    const { events } = await poll();
    return events.length === 3 && events;
  }, "all three");
  const streamed = await readStream(`${channelPath("relay")}/stream?after=${at}`, 3);
  assert.deepEqual(
    polled.map(({ data }) => data),
    [2, 3, 4],
  );
  assert.deepEqual(
    streamed.map(({ data }) => data),
    polled,
  );
  const back = await Viewer.open(t, server);
  const answer = await back.ask({ op: "subscribe", channel: "relay", after: at });
  assert.deepEqual([answer.op, answer.reset], ["ack", false]);
  await back.hear(({ data }) => data === 4);
  assert.deepEqual(
    back.told.map(({ at: place, data }) => [place, data]),
    polled.map(({ at: place, data }) => [place, data]),
  );
});

test("client: in node, too, it watches a room, talks, and asks", async (t) => {
  const make = (name) => {
    const client = EngineNetClient.connect(server.url, { name, webSocket: WebSocket });
    t.after(() => client.close());
    return client;
  };
  const ada = make("Ada");
  const grace = make("Grace");
  await eventually(() => ada.status.state === "open" && grace.status.state === "open", "open");
  const lines = [];
  grace.on("message", ({ name, data }) => lines.push([name, data]));
  await ada.subscribe("chat");
  await grace.subscribe("chat");
  await ada.chat("chat", "hello there");
  await eventually(() => lines.length > 0, "the line");
  assert.deepEqual(lines, [["Ada", "hello there"]]);
  await assert.rejects(ada.subscribe("private/vault"), { code: "not_allowed" });
  await assert.rejects(ada.call("no such call"), { name: "BridgeError" });

  const frames = [];
  const states = [];
  ada.on("frame", (frame) => frames.push(frame));
  ada.on("state", (state) => states.push(state));
  const watched = await ada.watch(await roomId());
  assert.equal(watched.kind, "arena");
  await eventually(() => frames.length > 20, "frames");
  assert.ok(frames[0].isKeyframe);
  assert.ok(states.length > 0, "the room's state comes with it");
  assert.equal(ada.stats().damagedFrames, 0);
  const scores = frames.at(-1).types.get("arena.Score");
  assert.ok(scores.length > 0 && Number.isInteger(scores[0].fields.points));
  assert.ok(ada.playback.advance(performance.now()).picture);
});

test("client: it comes back by itself, and hears what was said meanwhile", async (t) => {
  const ada = EngineNetClient.connect(server.url, { name: "Ada", webSocket: WebSocket });
  t.after(() => ada.close());
  await eventually(() => ada.status.state === "open", "open");
  const { user } = ada.self;
  const heard = [];
  ada.on("message", ({ data }) => heard.push(data));
  await ada.subscribe("meanwhile");
  const grace = await Viewer.open(t, server, { name: "Grace" });
  await grace.ask({ op: "subscribe", channel: "meanwhile" });
  await grace.ask({ op: "emit", channel: "meanwhile", event: "n", data: 1 });
  await eventually(() => heard.length === 1, "the first");
  ada.session.socket.terminate();
  for (const data of [2, 3])
    await grace.ask({ op: "emit", channel: "meanwhile", event: "n", data });
  await eventually(() => heard.length >= 3, "the rest");
  assert.deepEqual(heard, [1, 2, 3]);
  assert.equal(ada.self.user, user);
});

for (const [transport, eventSource] of [
  ["sse", EventSource],
  ["polling", null],
]) {
  test(`client: without WebSockets it hears a channel by ${transport}, each message once`, async (t) => {
    const ada = EngineNetClient.connect(server.url, { webSocket: null, eventSource });
    t.after(() => ada.close());
    const heard = [];
    const lists = [];
    ada.on("message", ({ data }) => heard.push(data));
    ada.on("rooms", (rooms) => lists.push(rooms));
    ada.watchRooms();
    await ada.subscribe(`side ${transport}`);
    const grace = await Viewer.open(t, server, { name: "Grace" });
    const say = (data) => grace.ask({ op: "emit", channel: `side ${transport}`, event: "n", data });
    await say(1);
    await eventually(() => heard.length === 1, "the first");
    assert.equal(ada.status.transport, transport);
    for (const data of [2, 3]) await say(data);
    await eventually(() => heard.length >= 3, "the rest");
    assert.deepEqual(heard, [1, 2, 3]);
    await eventually(() => lists.at(-1)?.[0]?.kind === "arena", "the list of rooms");
    await assert.rejects(ada.chat("lobby", "hello"), { code: "not_connected" });
  });
}
