import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

const { ReconnectPolicy, mayComeBack } = await load("client/reconnect.ts");
const { ChannelBook } = await load("client/channels.ts");
const { RateMeter } = await load("client/rate_meter.ts");
const { Playback } = await load("client/playback.ts");
const { Session } = await load("client/session.ts");
const protocol = await load("client/protocol.ts");

test("reconnect: each failure doubles the wait, half of it by lot, up to 15 s", () => {
  const policy = new ReconnectPolicy();
  const least = Array.from({ length: 8 }, () => policy.nextWait(0, 0));
  assert.deepEqual(least, [200, 400, 800, 1600, 3200, 6400, 7500, 7500]);
  const other = new ReconnectPolicy();
  assert.ok(other.nextWait(0, 0.999) < 400 && other.nextWait(0, 0.999) < 800);
});

test("reconnect: a connection that held makes the next wait a short one, one that did not, not", () => {
  const policy = new ReconnectPolicy();
  for (let i = 0; i < 4; ++i) policy.nextWait(0, 0);
  policy.noteOpen(1_000);
  assert.equal(policy.nextWait(1_500, 0), 3200);
  policy.noteOpen(10_000);
  assert.equal(policy.nextWait(15_000, 0), 200);
  policy.nextWait(15_000, 0);
  policy.reset();
  assert.equal(policy.nextWait(16_000, 0), 200);
});

test("reconnect: it goes by the close code whether it comes back", () => {
  for (const code of [1001, 1006, 1012, 1013, 4004]) assert.ok(mayComeBack(code), `${code}`);
  for (const code of [1000, 1002, 1003, 1007, 1009, 4001, 4002, 4003, 4005]) {
    assert.ok(!mayComeBack(code), `${code}`);
  }
});

const said = (at, channel = "lobby") => ({
  channel,
  at,
  kind: "chat",
  user: "",
  name: "",
  event: "",
  data: "",
});

test("channels: who comes back goes on where it was, and hears nothing twice", () => {
  const book = new ChannelBook();
  assert.equal(book.take(said("7-1")), false, "nobody wants it");
  book.add("lobby", { recent: 20, auth: "ab" });
  assert.deepEqual(book.question("lobby"), {
    op: "subscribe",
    channel: "lobby",
    recent: 20,
    auth: "ab",
  });
  assert.ok(book.take(said("7-4")));
  assert.ok(!book.take(said("7-4")) && !book.take(said("7-3")));
  assert.ok(book.take(said("7-5")));
  assert.deepEqual(book.question("lobby"), {
    op: "subscribe",
    channel: "lobby",
    after: "7-5",
    auth: "ab",
  });
  assert.ok(book.take(said("8-1")), "another epoch begins anew");
  assert.ok(book.take(said("8-0")) && book.take(said("")), "who is there has no position");
  book.moveTo("lobby", "9-30");
  assert.ok(!book.take(said("9-30")) && book.take(said("9-31")));
  assert.deepEqual(book.positions(), { lobby: "9-31" });
  book.remove("lobby");
  assert.deepEqual(book.names(), []);
});

test("rate meter: it knows the last two seconds", () => {
  const meter = new RateMeter();
  for (let now = 0; now <= 5_000; now += 100) meter.add(50, now);
  assert.ok(Math.abs(meter.perSecond(5_000) - 525) < 1);
  assert.equal(meter.perSecond(9_000), 0);
});

test("protocol: what has another type than it should is as if it were not there", () => {
  assert.deepEqual(protocol.roomsOf({ rooms: 3 }), []);
  const [room] = protocol.roomsOf({ rooms: [{ id: "x", name: null, players: 2, locked: 1 }] });
  assert.deepEqual([room.id, room.name, room.players, room.locked], [0, "", 2, false]);
  assert.deepEqual([room.node, room.uncertain], ["", false]);
  for (const text of ["", "null", "[]", "3", "{", '"x"'])
    protocol.messageOf(protocol.parseJson(text));
});

const type = {
  name: "Dot",
  fields: [
    {
      kind: "number",
      leaves: [{ path: ["x"], lo: -1e12, hi: 1e12, step: 1, wraps: false, isWhole: false }],
      velocity: null,
    },
  ],
  teleports: [],
};
const dotAt = (x) => new Map([["Dot", [{ id: 1, incarnation: 1, fields: { x } }]]]);

function playing(firstTick = 0) {
  const playback = new Playback([type], 60);
  const state = { playback, now: 0, tick: firstTick };
  state.run = (seconds) => {
    const shown = [];
    for (
      const end = state.now + seconds * 1000;
      state.now < end;
      state.now += 50, state.tick += 3
    ) {
      playback.pushFrame(state.tick >>> 0, dotAt(state.tick), state.now);
      for (let i = 0; i < 3; ++i) shown.push(playback.advance(state.now + (i * 50) / 3));
    }
    return shown;
  };
  return state;
}

test("playback: events come when their moment is shown, each once", () => {
  const match = playing();
  match.run(2);
  match.playback.pushEvent(match.tick + 1, new Uint8Array([7]));
  const shown = match.run(1);
  const at = shown.findIndex(({ events }) => events.length > 0);
  assert.ok(shown[at].picture.tick >= 121 && shown[at - 1].picture.tick < 121);
  assert.equal(shown.flatMap(({ events }) => events).length, 1);
});

test("playback: ticks wrap at 32 bits without anybody seeing it", () => {
  const match = playing(0xffffffff - 200);
  const shown = match.run(8).filter(({ picture }) => picture);
  const xs = shown.map(({ picture }) => picture.types.get("Dot")[0].fields.x);
  for (let i = 1; i < xs.length; ++i) assert.ok(xs[i] >= xs[i - 1] && xs[i] - xs[i - 1] < 2);
});

test("playback: what is paused stays, can be looked through, and then it is live at once", () => {
  const match = playing();
  match.run(5);
  match.playback.pause(match.now);
  match.playback.pushEvent(match.tick, new Uint8Array([1]));
  const held = match.run(4);
  assert.ok(
    held.every(({ picture, isPaused }) => isPaused && picture.tick === held[0].picture.tick),
  );
  assert.ok(held.at(-1).behindMs > 4_000);
  const range = match.playback.pausedRange();
  match.playback.seek(range.oldest - 50);
  assert.equal(match.playback.advance(match.now).picture.tick, range.oldest);
  match.playback.seek(1e12);
  assert.equal(match.playback.advance(match.now).picture.tick, range.newest);
  assert.equal(match.playback.resume(match.now).length, 1, "what was missed is told");
  const live = match.playback.advance(match.now);
  assert.ok(!live.isPaused && live.behindMs < 150, `${live.behindMs}`);
});

test("playback: a server that begins anew with its ticks is shown at once", () => {
  const match = playing(1_000_000);
  match.run(3);
  match.tick = 100;
  const shown = match.run(1);
  assert.ok(shown.at(-1).picture.tick > 100 && shown.at(-1).picture.tick < 200);
});

/** A socket whose other side is the test. */
function fakeSocket() {
  const socket = { readyState: 1, sent: [], closedWith: null };
  socket.send = (text) => socket.sent.push(JSON.parse(text));
  socket.close = (code) => (socket.closedWith = code);
  socket.say = (message) =>
    socket.onmessage({ data: typeof message === "string" ? message : JSON.stringify(message) });
  return socket;
}

function sessionOn(socket) {
  const heard = [];
  const session = new Session(
    socket,
    { name: "ada" },
    {
      opened: (answer) => heard.push(["opened", answer.session]),
      told: (message) => heard.push(["told", message.op]),
      fed: (bytes) => heard.push(["fed", bytes.length]),
      closed: (code, reason, wasOpen) => heard.push(["closed", code, wasOpen]),
    },
    0,
  );
  return { session, heard };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("session: it says hello first, and answers find their questions", async () => {
  const socket = fakeSocket();
  const { session, heard } = sessionOn(socket);
  socket.onopen();
  assert.deepEqual(socket.sent, [{ op: "hello", name: "ada", id: 1 }]);
  socket.say({ op: "ack", id: 1, session: "s" });
  await settled();
  const first = session.ask({ op: "call", name: "a" }, 0);
  const second = session.ask({ op: "call", name: "b" }, 0);
  socket.say({ op: "error", id: 3, error: "not_found", detail: "no such call" });
  socket.say({ op: "ack", id: 2, data: 5 });
  assert.equal((await first).data, 5);
  await assert.rejects(second, { name: "BridgeError", code: "not_found", message: "no such call" });
  socket.say("no json");
  socket.say({ op: "ack", id: 77 });
  assert.deepEqual(
    heard.filter(([what]) => what !== "told"),
    [["opened", "s"]],
  );
});

test("session: who says nothing is asked, and then it is over, with all that was asked", async () => {
  const socket = fakeSocket();
  const { session, heard } = sessionOn(socket);
  socket.onopen();
  socket.say({ op: "ack", id: 1 });
  await settled();
  const checkUntil = (from, until) => {
    for (let now = from; now <= until; now += 200) session.check(now);
  };
  checkUntil(0, 4_000);
  assert.equal(socket.sent.length, 1);
  checkUntil(4_000, 4_600);
  assert.equal(socket.sent.at(-1).op, "ping");
  session.noteHeard(5_000);
  checkUntil(4_800, 8_800);
  const asked = session.ask({ op: "call" }, 9_000);
  checkUntil(9_000, 14_000);
  await assert.rejects(asked, { code: "not_connected" });
  assert.deepEqual(heard.at(-1), ["closed", 1006, true]);
});

test("session: who slept for a minute does not take it for the server's silence", async () => {
  const socket = fakeSocket();
  const { session, heard } = sessionOn(socket);
  socket.onopen();
  socket.say({ op: "ack", id: 1 });
  await settled();
  for (let now = 0; now <= 4_400; now += 200) session.check(now);
  assert.equal(socket.sent.at(-1).op, "ping");
  session.check(64_000);
  session.noteHeard(64_010);
  session.check(64_200);
  assert.deepEqual(
    heard.map(([what]) => what),
    ["opened"],
  );
});

test("session: without an answer to hello it ends, within 8 s", () => {
  const socket = fakeSocket();
  const { session, heard } = sessionOn(socket);
  for (let now = 0; now <= 8_000; now += 200) session.check(now);
  assert.deepEqual(heard, []);
  session.check(8_100);
  assert.deepEqual(heard, [["closed", 1006, false]]);
});
