// Stock clients of MQTT against a real server: the npm package `mqtt`, mosquitto_pub and
// mosquitto_sub, as they are; and bytes that no client sends.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { ArenaServer, eventually, require } from "./arena_server.mjs";
import { RawSocket } from "./raw_socket.mjs";
import { Viewer } from "./viewer.mjs";

const mqtt = require("mqtt");
const { EventSource } = require("eventsource");
const run = promisify(execFile);

let server;
let port;

before(async () => {
  server = await ArenaServer.start(["--rooms", "1", "--bots", "1", "--mqtt", "0"]);
  port = Number(/mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(server.log)[1]);
});

after(() => server?.stop());

const ways = () => [
  { url: `mqtt://127.0.0.1:${port}`, protocolVersion: 4 },
  { url: `mqtt://127.0.0.1:${port}`, protocolVersion: 5 },
  { url: `${server.url.replace("http", "ws")}/mqtt`, protocolVersion: 4 },
  { url: `${server.url.replace("http", "ws")}/mqtt`, protocolVersion: 5 },
];

/** A client that is connected, with what it has heard in `heard`. */
async function connect(t, { url, ...options } = ways()[1]) {
  const client = mqtt.connect(url, { reconnectPeriod: 0, ...options });
  t.after(() => client.endAsync(true));
  client.heard = [];
  client.on("message", (topic, payload, packet) =>
    client.heard.push({ topic, text: payload.toString(), packet }),
  );
  await new Promise((resolve, reject) => {
    client.once("connect", (connack) => {
      client.connack = connack;
      resolve();
    });
    client.once("error", reject);
  });
  client.on("error", () => {});
  client.hear = (text) =>
    eventually(() => client.heard.find((one) => one.text === text), `hears "${text}"`);
  return client;
}

const refusal = ({ url, ...options }) =>
  new Promise((resolve) => {
    const client = mqtt.connect(url, { reconnectPeriod: 0, ...options });
    client.on("error", (error) => {
      client.end(true);
      resolve(error.code);
    });
  });

const properties = (message) => ({ ...message.packet.properties.userProperties });

const mosquitto = (program, version, ...words) =>
  run(program, ["-V", version, "-h", "127.0.0.1", "-p", `${port}`, ...words], { timeout: 10_000 });

test("mqtt.js: the example of its README", async () => {
  for (const { url, protocolVersion } of ways()) {
    const client = mqtt.connect(url, { protocolVersion });
    const heard = await new Promise((resolve, reject) => {
      client.on("error", reject);
      client.on("connect", () => {
        client.subscribe("presence", (err) => {
          if (!err) client.publish("presence", "Hello mqtt");
        });
      });
      client.on("message", (topic, message) => {
        client.end();
        resolve([topic, message.toString()]);
      });
    });
    assert.deepEqual(heard, ["presence", "Hello mqtt"], `${url}, version ${protocolVersion}`);
  }
});

test("mosquitto: what mosquitto_pub says mosquitto_sub prints", async () => {
  for (const version of ["311", "5"]) {
    const topic = `test/topic${version}`;
    const words = ["-V", version, "-h", "127.0.0.1", "-p", `${port}`, "-t", topic, "-v", "-C", "1"];
    // By lines, so that it is seen when it has subscribed.
    const sub = spawn("stdbuf", ["-oL", "mosquitto_sub", "-d", ...words], { timeout: 10_000 });
    const ended = new Promise((resolve) => sub.once("exit", resolve));
    let printed = "";
    sub.stdout.on("data", (bytes) => (printed += bytes));
    await eventually(() => printed.includes("SUBACK"), "mosquitto_sub has subscribed");
    await mosquitto("mosquitto_pub", version, "-t", topic, "-m", "hello", "-q", "1");
    assert.equal(await ended, 0);
    assert.match(printed, new RegExp(`^${topic} hello$`, "m"));
  }
});

test("mosquitto: what is retained comes at once, by a wildcard too, until it is cleared", async () => {
  await mosquitto("mosquitto_pub", "5", "-r", "-t", "house/kitchen", "-m", "warm");
  const once = (version, topic) =>
    mosquitto("mosquitto_sub", version, "-t", topic, "-C", "1", "-W", "5", "-F", "%r %t %p");
  assert.equal((await once("5", "house/kitchen")).stdout, "1 house/kitchen warm\n");
  assert.equal((await once("311", "house/+")).stdout, "1 house/kitchen warm\n");
  await mosquitto("mosquitto_pub", "311", "-r", "-n", "-t", "house/kitchen");
  await assert.rejects(
    mosquitto("mosquitto_sub", "311", "-t", "house/#", "-C", "1", "-W", "1"),
    ({ code }) => code === 27, // it timed out
  );
});

test("mosquitto: rooms are topics", async () => {
  const list = await mosquitto("mosquitto_sub", "5", "-t", "lobby/rooms", "-C", "1", "-W", "5");
  const { rooms } = JSON.parse(list.stdout);
  const topic = `game/${rooms[0].id}/info`;
  const one = await mosquitto("mosquitto_sub", "311", "-t", "game/+/info", "-C", "1", "-W", "5", "-v");
  assert.ok(one.stdout.startsWith(`${topic} {`));
  assert.equal(JSON.parse(one.stdout.slice(topic.length)).name, rooms[0].name);
  const state = await mosquitto("mosquitto_sub", "5", "-t", `game/${rooms[0].id}/state`, "-C", "1", "-W", "5");
  assert.ok(JSON.parse(state.stdout).all.every(({ text }) => text.length > 0)); // the names of who is there
});

test("a message has the same place for MQTT, WebSockets and event streams, both ways", async (t) => {
  const client = await connect(t);
  await client.subscribeAsync("channel/harbour");
  const ada = await Viewer.open(t, server, { name: "Ada" });
  await ada.ask({ op: "subscribe", channel: "harbour" });
  const streamed = [];
  const stream = new EventSource(`${server.url}/api/channels/harbour/stream`);
  t.after(() => stream.close());
  stream.addEventListener("message", ({ data }) => streamed.push(JSON.parse(data)));
  await new Promise((resolve) => stream.addEventListener("open", resolve));

  await client.publishAsync("channel/harbour", '{"ship":7}', {
    qos: 1,
    properties: { userProperties: { event: "sails" } },
  });
  const seen = await ada.hear(({ event }) => event === "sails");
  assert.deepEqual(seen.data, { ship: 7 });
  const own = await client.hear('{"ship":7}');
  const read = await eventually(() => streamed.find(({ event }) => event === "sails"), "the stream");
  assert.equal(properties(own).at, seen.at);
  assert.equal(read.at, seen.at);

  await ada.ask({ op: "emit", channel: "harbour", kind: "chat", event: "chat", data: "ahoy" });
  const line = properties(await client.hear("ahoy"));
  const other = await eventually(() => streamed.find(({ data }) => data === "ahoy"), "the stream");
  assert.deepEqual([line.kind, line.name, line.user, line.at], ["chat", "Ada", ada.self.user, other.at]);
});

test("version 5: no local, no retained, retained as published, the subscription's number", async (t) => {
  const [client, other] = [await connect(t), await connect(t)];
  await client.subscribeAsync("deck", { nl: true, rap: true, properties: { subscriptionIdentifier: 9 } });
  await client.publishAsync("deck", "own", { qos: 1 });
  await other.publishAsync("deck", "kept", { qos: 1, retain: true });
  const kept = await client.hear("kept");
  assert.equal(kept.packet.retain, true);
  assert.equal(kept.packet.properties.subscriptionIdentifier, 9);
  assert.ok(!client.heard.some(({ text }) => text === "own"));
  await other.subscribeAsync("deck", { rh: 2 });
  await other.publishAsync("deck", "live", { qos: 1 });
  await other.hear("live");
  assert.deepEqual(other.heard.map(({ text }) => text), ["live"]);
});

test("version 5: what the server has is told, and what it has not is refused", async (t) => {
  const client = await connect(t, { ...ways()[1], clientId: "", clean: true });
  const told = client.connack.properties;
  assert.equal(told.maximumQoS, 1);
  assert.ok(told.assignedClientIdentifier.length > 0);
  assert.equal(told.sharedSubscriptionAvailable, false);
  await assert.rejects(client.subscribeAsync("$share/group/topic"), /Shared Subscriptions/);
  await assert.rejects(client.subscribeAsync("channel/private/vault"), /Not authorized/);
  await assert.rejects(
    client.publishAsync("channel/private/vault", "x", { qos: 1 }),
    ({ code }) => code === 0x87,
  );
});

test("who loses its connection leaves a will, who ends it does not", async (t) => {
  const watcher = await connect(t, ways()[0]);
  await watcher.subscribeAsync("gone/#");
  for (const [i, way] of ways().entries()) {
    const topic = `gone/${i}`;
    const lost = await connect(t, { ...way, will: { topic, payload: `lost ${i}`, qos: 1 } });
    lost.stream.destroy();
    await watcher.hear(`lost ${i}`);
    const polite = await connect(t, { ...way, will: { topic, payload: `polite ${i}` } });
    await polite.endAsync();
  }
  await watcher.publishAsync("gone/over", "over", { qos: 1 });
  await watcher.hear("over");
  assert.ok(!watcher.heard.some(({ text }) => text.startsWith("polite")));
});

test("the same client id again closes the older connection", async (t) => {
  const old = await connect(t, { ...ways()[1], clientId: "twin" });
  const goodbye = new Promise((resolve) => old.once("disconnect", resolve));
  const closed = new Promise((resolve) => old.once("close", resolve));
  const young = await connect(t, { ...ways()[3], clientId: "twin" });
  assert.equal((await goodbye).reasonCode, 0x8e);
  await closed;
  await young.publishAsync("t", "x", { qos: 1 });
});

test("a client that is silent for too long is closed, one that pings is not", async (t) => {
  const live = await connect(t, { ...ways()[0], keepalive: 1 });
  const hello = Buffer.from("100d00044d51545404020001000161", "hex");
  const silent = await RawSocket.open(port);
  t.after(() => silent.destroy());
  silent.write(hello);
  assert.equal((await silent.until(() => (silent.received.length >= 4 ? silent.received : undefined)))
    .toString("hex"), "20020000");
  const begun = Date.now();
  await silent.ends();
  assert.ok(Date.now() - begun > 1_000);
  assert.ok(live.connected);
});

test("who is there is retained at members/", async (t) => {
  const [ada, bob] = [
    await connect(t, { ...ways()[0], username: "Ada" }),
    await connect(t, { ...ways()[1], username: "Bob" }),
  ];
  const names = () => JSON.parse(ada.heard.at(-1)?.text ?? '{"members":[]}').members.map(({ name }) => name);
  await ada.subscribeAsync("members/presence/deck");
  await eventually(() => names().join() === "Ada", "Ada is there");
  assert.equal(ada.heard[0].packet.retain, true);
  await bob.subscribeAsync("channel/presence/deck");
  await eventually(() => names().sort().join() === "Ada,Bob", "Bob is there");
  await bob.unsubscribeAsync("channel/presence/deck");
  await eventually(() => names().join() === "Ada", "Bob is gone");
});

test("bytes that no client sends are refused, dribbled or not", async (t) => {
  const bad = {
    "another protocol": "GET / HTTP/1.1\r\n\r\n",
    "no hello": Buffer.from("c000", "hex"),
    "reserved flags": Buffer.from("110c00044d5154540402003c0000", "hex"),
    "a length of five bytes": Buffer.from("10ffffffff01", "hex"),
    "a packet too large": Buffer.from("10ffffff7f", "hex"),
    "a name that ends too early": Buffer.from("100400ff4d51", "hex"),
  };
  for (const [what, bytes] of Object.entries(bad)) {
    for (const isDribbled of [false, true]) {
      const socket = await RawSocket.open(port);
      t.after(() => socket.destroy());
      if (isDribbled) await socket.dribble(Buffer.from(bytes));
      else socket.write(bytes);
      await socket.ends();
      assert.equal(socket.received.length, 0, what);
    }
  }
  const old = await RawSocket.open(port);
  t.after(() => old.destroy());
  old.write(Buffer.from("100f00064d51497364700302003c000161", "hex"));
  await old.ends();
  assert.equal(old.received.toString("hex"), "20020001");
});

test("who may not come in is told so", async () => {
  for (const way of ways()) {
    const code = await refusal({ ...way, username: "a".repeat(100), password: "x" });
    assert.equal(code, way.protocolVersion === 5 ? 0x86 : 4);
  }
});

test("the server's end is told", async (t) => {
  const own = await ArenaServer.start(["--rooms", "1", "--mqtt", "0"]);
  t.after(() => own.stop());
  const [, at] = /mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(own.log);
  const client = await connect(t, { url: `mqtt://127.0.0.1:${at}`, protocolVersion: 5 });
  const goodbye = new Promise((resolve) => client.once("disconnect", resolve));
  await own.stop();
  assert.equal((await goodbye).reasonCode, 0x8b);
});
