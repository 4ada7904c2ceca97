// Three servers beside a Redis, as those see them who come by the web: whichever they come to, they
// see the same rooms, matches and channels.
import assert from "node:assert/strict";
import { test } from "node:test";

import { eventually, pageFiles, require } from "./arena_server.mjs";
import { Cluster, Stream, roomsOf } from "./cluster_stage.mjs";
import { Viewer } from "./viewer.mjs";

const { WebSocket } = require("ws");
const { EngineNetClient } = await import(`file://${pageFiles}/client.js`);

/** Kinds of a feed's pieces. */
const keyframe = 1;
const frame = 2;
const end = 5;

const isFrame = (piece) => piece[0] === keyframe || piece[0] === frame;
const tickOf = (piece) => piece.readUInt32LE(5);
const numberOf = (at) => Number(at.split("-")[1]);

/** Three, and the third one's room. */
async function stage(t) {
  const cluster = await Cluster.start(t, [], [], []);
  const [a, b, c] = cluster.nodes;
  const room = (await roomsOf(a)).find(({ node }) => node === c.name);
  return { cluster, a, b, c, room };
}

/** A client of ours that watches, and what it decodes. */
async function watch(t, server, room) {
  const client = EngineNetClient.connect(server.url, { webSocket: WebSocket });
  t.after(() => client.close());
  const frames = [];
  client.on("frame", (one) => frames.push(one));
  await eventually(() => client.status.state === "open", "it is connected");
  await client.watch(room.id);
  return { client, frames };
}

async function subscribe(viewer, channel, more = {}) {
  const answer = await viewer.ask({ op: "subscribe", channel, ...more });
  assert.equal(answer.op, "ack", JSON.stringify(answer));
  return answer;
}

const emit = async (viewer, channel, data) => {
  const answer = await viewer.ask({ op: "emit", channel, event: "n", data });
  assert.equal(answer.op, "ack", JSON.stringify(answer));
};

const dataOf = (messages) => messages.map(({ data }) => data);

const heardBy = (viewer, channel) =>
  viewer.told.filter((one) => one.channel === channel && one.event === "n");

test("cluster: every server lists the rooms of all, with whose they are", async (t) => {
  const { cluster } = await stage(t);
  for (const server of cluster.nodes) {
    const rooms = await roomsOf(server);
    assert.deepEqual(
      rooms.map(({ node }) => node).sort(),
      cluster.nodes.map(({ name }) => name),
    );
    assert.ok(rooms.every(({ uncertain }) => uncertain === false));
  }
});

test("cluster: a match is watched by any server, from a keyframe on", async (t) => {
  const { a, b, c, room } = await stage(t);
  const first = await Viewer.open(t, a);
  assert.equal((await first.ask({ op: "watch", room: room.id })).op, "ack");
  await eventually(() => first.frames.filter(isFrame).length > 20, "frames come");

  const second = await Viewer.open(t, b);
  assert.equal((await second.ask({ op: "watch", room: room.id })).op, "ack");
  const beside = await Viewer.open(t, c);
  assert.equal((await beside.ask({ op: "watch", room: room.id })).op, "ack");
  for (const viewer of [second, beside])
    await eventually(() => viewer.frames.filter(isFrame).length > 20, "frames come there too");
  for (const viewer of [first, second, beside]) {
    const frames = viewer.frames.filter(isFrame);
    assert.equal(frames[0][0], keyframe);
    assert.ok(frames.every((piece, i) => i === 0 || tickOf(piece) > tickOf(frames[i - 1])));
  }

  const decoded = await watch(t, a, room);
  await eventually(() => decoded.frames.length > 20, "frames can be read");
  assert.equal(decoded.client.stats().damagedFrames, 0);
});

test("cluster: a match that goes on at another server is watched on at all of them", async (t) => {
  const cluster = await Cluster.start(t, ["--bots", "4", "--drain-seconds", "1"], [], []);
  const [a, b, c] = cluster.nodes;
  const room = (await roomsOf(b)).find(({ node }) => node === a.name);
  const viewers = [await watch(t, b, room), await watch(t, c, room)];
  const ends = [];
  for (const { client, frames } of viewers) {
    client.on("ended", (one) => ends.push(one));
    await eventually(() => frames.length > 20, "frames come");
  }
  a.child.kill("SIGTERM");
  await eventually(async () => {
    const [at] = (await roomsOf(b)).filter(({ id }) => id === room.id);
    assert.ok(at, "it is never out of the list");
    return at.node !== a.name;
  }, "it goes on elsewhere");
  for (const { client, frames } of viewers) {
    const before = frames.length;
    await eventually(() => frames.length > before + 20, "frames go on");
    assert.equal(client.stats().damagedFrames, 0);
  }
  assert.equal(await a.ended, 0);
  assert.deepEqual(ends, []);
});

test("cluster: what is late for all comes to viewers of other servers once", async (t) => {
  const cluster = await Cluster.start(t, [], [], ["--spectator-delay", "1000"]);
  const [a, b, c] = cluster.nodes;
  const room = (await roomsOf(a)).find(({ node }) => node === c.name);
  const viewers = [];
  for (const server of [a, b, c]) {
    const viewer = await Viewer.open(t, server);
    assert.equal((await viewer.ask({ op: "watch", room: room.id })).op, "ack");
    await eventually(() => viewer.frames.filter(isFrame).length > 20, "frames come");
    viewers.push(viewer);
  }
  for (const viewer of viewers) {
    const frames = viewer.frames.filter(isFrame);
    assert.equal(frames[0][0], keyframe);
    assert.ok(frames.every((piece, i) => i === 0 || tickOf(piece) > tickOf(frames[i - 1])));
  }
});

test("cluster: what is said at one server is heard at all, once, at one position", async (t) => {
  const { a, b, c } = await stage(t);
  const [ada, beside, bob, cleo] = await Promise.all([a, a, b, c].map((at) => Viewer.open(t, at)));
  for (const viewer of [ada, beside, bob, cleo]) await subscribe(viewer, "news");
  const streams = await Promise.all([a, b, c].map((server) => Stream.open(t, server, "news")));
  const said = Array.from({ length: 20 }, (_, i) => i);
  for (const data of said) await emit(ada, "news", data);
  await emit(cleo, "news", "last");

  const hasLast = (messages) => messages.some(({ data }) => data === "last");
  for (const viewer of [ada, beside, bob])
    await eventually(() => hasLast(heardBy(viewer, "news")), "the last is heard");
  for (const stream of streams) await eventually(() => hasLast(stream.messages), "by a stream too");
  const log = streams[0].messages.map(({ at, data, user }) => [at, data, user]);
  assert.deepEqual(
    log.map(([, data]) => data),
    [...said, "last"],
  );
  for (const one of [beside, bob].map((viewer) => heardBy(viewer, "news")))
    assert.deepEqual(
      one.map(({ at, data, user }) => [at, data, user]),
      log,
    );
  for (const { messages } of streams)
    assert.deepEqual(
      messages.map(({ at, data, user }) => [at, data, user]),
      log,
    );
  assert.deepEqual(dataOf(heardBy(cleo, "news")), said);
  assert.deepEqual(dataOf(heardBy(ada, "news")), ["last"]);
});

test("cluster: who is on a channel by two servers is one member of it", async (t) => {
  const open = ["--auth", "token"];
  const cluster = await Cluster.start(t, open, open);
  const [a, b] = cluster.nodes;
  const bob = await Viewer.open(t, b, { name: "Bob" });
  await subscribe(bob, "presence/deck");
  const here = await Viewer.open(t, a, { name: "Ada", token: cluster.tokenFor(a, "ada") });
  const there = await Viewer.open(t, b, { name: "Ada", token: cluster.tokenFor(b, "ada") });
  assert.deepEqual([here.self.user, there.self.user], ["ada", "ada"]);
  await subscribe(here, "presence/deck");
  await subscribe(there, "presence/deck");

  const changes = () => bob.told.filter(({ user }) => user === "ada").map(({ kind }) => kind);
  await eventually(() => changes().length > 0, "Bob is told");
  const late = await Viewer.open(t, a, { name: "Cleo" });
  await subscribe(late, "presence/deck");
  await late.hear(({ user }) => user === bob.self.user, "that Bob is there");
  await late.hear(({ user }) => user === "ada", "that Ada is there");
  assert.equal(late.told.filter(({ kind, user }) => kind === "member" && user === "ada").length, 1);
  here.socket.close(1000);
  await emit(late, "presence/deck", "here is closed");
  await bob.hear(({ event }) => event === "n");
  assert.deepEqual(changes(), ["joined"]);
  there.socket.close(1000);
  await bob.hear(({ kind, user }) => kind === "left" && user === "ada", "that Ada is gone");
  assert.deepEqual(changes(), ["joined", "left"]);
});

test("cluster: a stream that broke at one server goes on at another", async (t) => {
  const { a, b, c } = await stage(t);
  const ada = await Viewer.open(t, a);
  const cleo = await Viewer.open(t, c);
  await subscribe(cleo, "relay");
  const stream = await Stream.open(t, a, "relay");
  await emit(ada, "relay", 0);
  await eventually(() => stream.messages.length === 1, "the first");
  await cleo.hear(({ event }) => event === "n");
  const { id } = stream.events[0];
  const { at } = heardBy(cleo, "relay")[0];
  assert.equal(id, at);
  stream.close();
  cleo.socket.terminate();
  for (const data of [1, 2, 3]) await emit(ada, "relay", data);

  const next = await Stream.open(t, b, "relay", { after: id });
  const back = await Viewer.open(t, b);
  assert.equal((await subscribe(back, "relay", { after: at })).reset, false);
  const poll = await eventually(async () => {
    const path = `/api/channels/relay/events?after=${id}&wait=5`;
    const answer = await (await fetch(c.url + path)).json();
    return answer.events.length === 3 && answer;
  }, "a poll has all three");
  await eventually(() => next.messages.length >= 3, "the stream has them");
  await eventually(() => heardBy(back, "relay").length >= 3, "the WebSocket has them");
  await emit(ada, "relay", 4);
  await eventually(() => next.messages.length >= 4, "it goes on");
  await eventually(() => heardBy(back, "relay").length >= 4, "and it");
  assert.ok(next.events.every(({ event }) => event === "message"));
  assert.equal(poll.reset, false);
  assert.deepEqual(dataOf(poll.events), [1, 2, 3]);
  for (const messages of [next.messages, heardBy(back, "relay")])
    assert.deepEqual(
      messages.map((one) => [numberOf(one.at) - numberOf(at), one.data]),
      [1, 2, 3, 4].map((data) => [data, data]),
    );
});

test("cluster: of a server that is killed the rooms are gone, and all are told", async (t) => {
  const { a, b, c, room } = await stage(t);
  const viewer = await Viewer.open(t, a);
  await viewer.ask({ op: "watch", room: room.id });
  await eventually(() => viewer.frames.some(isFrame), "frames come");
  const cleo = await Viewer.open(t, b);
  await subscribe(cleo, "presence/hold");
  const gone = await Viewer.open(t, c);
  await subscribe(gone, "presence/hold");
  await cleo.hear(({ kind, user }) => kind === "joined" && user === gone.self.user);

  await c.kill();
  const lease = 15_000;
  for (const server of [a, b])
    await eventually(
      async () => (await roomsOf(server)).every(({ node }) => node !== c.name),
      "its rooms are in no list",
      lease,
    );
  await eventually(() => viewer.frames.some((piece) => piece[0] === end), "the feed ends");
  const isGone = ({ kind, user }) => kind === "left" && user === gone.self.user;
  await cleo.hear(isGone, "who was there left");
  assert.equal((await roomsOf(a)).length, 2);
  assert.equal((await viewer.ask({ op: "watch", room: room.id })).op, "error");
});

test("cluster: it goes on with a Redis that was killed, and has nothing then", async (t) => {
  const { cluster, a, b, c, room } = await stage(t);
  const ada = await Viewer.open(t, a);
  const bob = await Viewer.open(t, b);
  await subscribe(ada, "news");
  await subscribe(bob, "news");
  await subscribe(bob, "presence/deck");
  const stream = await Stream.open(t, c, "news");
  const watched = await watch(t, a, room);
  for (const data of [1, 2]) await emit(ada, "news", data);
  await eventually(() => heardBy(bob, "news").length === 2, "both are heard");
  await eventually(() => stream.messages.length === 2, "by the stream too");
  await eventually(() => watched.frames.length > 5, "frames come");

  await cluster.redis.kill();
  await eventually(async () => (await roomsOf(a)).some((one) => one.uncertain), "it is noticed");
  await emit(ada, "news", 3);
  const seen = watched.frames.length;
  await cluster.redis.start(cluster.folder);
  const begun = Date.now();
  const hears = (messages) => messages.some(({ data }) => data === 4);
  await emit(ada, "news", 4);
  const hearAll = () => hears(heardBy(bob, "news")) && hears(stream.messages);
  await eventually(hearAll, "channels work again");
  t.diagnostic(`channels work again after ${Date.now() - begun} ms`);
  await eventually(() => watched.frames.length > seen + 20, "frames come again");
  t.diagnostic(`frames come again after ${Date.now() - begun} ms`);
  await eventually(
    async () => (await roomsOf(a)).filter((one) => !one.uncertain).length === 3,
    "all rooms are known again",
  );

  assert.deepEqual(dataOf(heardBy(bob, "news")), [1, 2, 3, 4]);
  assert.deepEqual(dataOf(stream.messages), [1, 2, 3, 4]);
  const isReset = ({ op, channel }) => op === "reset" && channel === "news";
  assert.equal(bob.told.filter(isReset).length, 1);
  assert.equal(stream.events.filter(({ event }) => event === "reset").length, 1);
  const places = stream.messages.map(({ at }) => at);
  assert.equal(new Set(places).size, places.length);
  const late = await Viewer.open(t, c);
  await subscribe(late, "presence/deck");
  const isBob = ({ kind, user }) => kind === "member" && user === bob.self.user;
  await late.hear(isBob, "Bob is there still");
});

test("cluster: with a Redis that was out of reach channels go on without a gap", async (t) => {
  const { cluster, a, b, c } = await stage(t);
  const ada = await Viewer.open(t, a);
  const bob = await Viewer.open(t, b);
  await subscribe(bob, "news");
  const stream = await Stream.open(t, c, "news");
  await emit(ada, "news", 1);
  await eventually(() => stream.messages.length === 1, "the first is heard");
  cluster.redis.stun();
  await eventually(
    async () => {
      const lists = await Promise.all([a, b, c].map(roomsOf));
      return lists.every((rooms) => rooms.some(({ uncertain }) => uncertain));
    },
    "all notice it",
    30_000,
  );
  for (const data of [2, 3]) await emit(ada, "news", data);
  cluster.redis.wake();
  await emit(ada, "news", 4);
  await eventually(() => dataOf(stream.messages).includes(4), "the last is heard");
  await eventually(() => dataOf(heardBy(bob, "news")).includes(4), "by the other, too");
  assert.deepEqual(dataOf(stream.messages), [1, 2, 3, 4]);
  assert.deepEqual(dataOf(heardBy(bob, "news")), [1, 2, 3, 4]);
  assert.ok(stream.events.every(({ event }) => event === "message"));
  assert.ok(bob.told.every(({ op }) => op === "message"));
  await eventually(async () => {
    const lists = await Promise.all([a, b, c].map(roomsOf));
    return lists.every((rooms) => rooms.filter(({ uncertain }) => !uncertain).length === 3);
  }, "all rooms are known again");
});
