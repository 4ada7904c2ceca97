// One channel, whatever one comes by: a page by pusher-js, a device by MQTT, a page by server-sent
// events and a native player in the room hear each other, while a server is restarted under them.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { eventually, require } from "./arena_server.mjs";
import { Cluster, roomsOf } from "./cluster_stage.mjs";
import { freePort, program } from "./demo_server.mjs";

const PusherJs = require("pusher-js");
const mqtt = require("mqtt");
const { EventSource } = require("eventsource");

const key = "app-key";

async function startCluster(t) {
  const ports = [await freePort(), await freePort()];
  const optionsOf = (port) => ["--mqtt", `${port}`, "--pusher", key];
  const cluster = await Cluster.start(t, optionsOf(ports[0]), optionsOf(ports[1]));
  return { cluster, ports };
}

/** Plays in a room, prints what it hears. */
function nativePlayer(t, node, room, name, words) {
  const [, port] = /port (\d+) \(UDP\)/.exec(node.log);
  const child = spawn(join(dirname(program), "demo-client"), [
    ...["--headless", "--connect", `127.0.0.1:${port}`, "--room", `${room}`],
    ...["--name", name, "--say", words],
  ]);
  t.after(() => child.kill("SIGKILL"));
  const player = { printed: "" };
  child.stdout.on("data", (bytes) => (player.printed += bytes));
  child.stderr.on("data", (bytes) => (player.printed += bytes));
  return player;
}

test("one channel: pusher-js, MQTT, SSE and a native player hear each line once and in order, also across a restart", async (t) => {
  const { cluster, ports } = await startCluster(t);
  const [first, second] = cluster.nodes;
  const room = (await roomsOf(second)).find(({ node }) => node === second.name).id;
  const channel = `room/${room}`;

  // The page and the stream are at the first server, device and player at the second, with the room.
  const pusher = new PusherJs(key, {
    cluster: "x",
    wsHost: "127.0.0.1",
    wsPort: first.webPort,
    forceTLS: false,
    enabledTransports: ["ws"],
  });
  t.after(() => pusher.disconnect());
  const byPusher = [];
  const page = pusher.subscribe(`room;${room}`);
  page.bind("client-chat", ({ text }) => byPusher.push(text));
  await eventually(() => page.subscribed, "the page is on the channel");

  const streamed = [];
  const stream = new EventSource(`${first.url}/api/channels/${encodeURIComponent(channel)}/stream`);
  t.after(() => stream.close());
  stream.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    if (message.kind === "chat") streamed.push(message);
  });

  const device = mqtt.connect(`mqtt://127.0.0.1:${ports[1]}`, { username: "device", protocolVersion: 5 });
  t.after(() => device.end(true));
  const byMqtt = [];
  device.on("message", (topic, text) => byMqtt.push(text.toString()));
  await device.subscribeAsync(`chat/${channel}`, { qos: 1 });
  await eventually(() => stream.readyState === EventSource.OPEN, "the stream is open");

  const lines = ["from the page", "from the device", "from the player"];
  const isHeard = (line) => async () =>
    (byPusher.includes(line) || line === lines[0]) &&
    byMqtt.includes(line) &&
    streamed.some(({ data }) => data === line);
  page.trigger("client-chat", { text: lines[0] });
  await eventually(isHeard(lines[0]), "the page is heard");
  await device.publishAsync(`chat/${channel}`, lines[1], { qos: 1 });
  await eventually(isHeard(lines[1]), "the device is heard");
  const player = nativePlayer(t, second, room, "Ada", lines[2]);
  await eventually(isHeard(lines[2]), "the player is heard", 20_000);

  const before = pusher.connection.socket_id;
  await first.kill();
  await first.run();
  await eventually(
    () => pusher.connection.state === "connected" && pusher.connection.socket_id !== before && page.subscribed,
    "the page is back",
    30_000,
  );
  await eventually(() => stream.readyState === EventSource.OPEN, "the stream is back", 30_000);
  const after = ["the page is back", "the device was never away"];
  page.trigger("client-chat", { text: after[0] });
  await eventually(() => byMqtt.includes(after[0]), "the page is heard again", 20_000);
  await device.publishAsync(`chat/${channel}`, after[1], { qos: 1 });
  const all = [...lines, ...after];
  const heardByAll = () =>
    byMqtt.includes(after[1]) && byPusher.includes(after[1]) &&
    streamed.some(({ data }) => data === after[1]) && player.printed.includes(after[1]);
  await eventually(heardByAll, "all hear the last line", 20_000);

  assert.deepEqual(byMqtt, all);
  assert.deepEqual(streamed.map(({ data }) => data), all);
  assert.deepEqual(byPusher, all.filter((line) => line !== lines[0] && line !== after[0]));
  const printed = all.filter((line) => player.printed.includes(`: ${line}\n`));
  assert.deepEqual(printed, all);
  for (const line of all) assert.equal(player.printed.split(`: ${line}\n`).length, 2, line);
  const numbers = streamed.map(({ at }) => at.split("-").map(Number));
  for (let i = 1; i < numbers.length; ++i) assert.ok(numbers[i][1] > numbers[i - 1][1], `${numbers}`);
});
