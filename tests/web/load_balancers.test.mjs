// Two servers behind nginx, and behind HAProxy, with the files that docs/load-balancers.md gives.
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { test } from "node:test";

import { ArenaServer, eventually, require } from "./arena_server.mjs";
import { startBalancer } from "./load_balancer.mjs";
import { Viewer } from "./viewer.mjs";

const { WebSocket } = require("ws");

/** An address of this machine that is not exempt from bounds by address, as loopback is. */
const outward = Object.values(networkInterfaces())
  .flat()
  .find((one) => one.family === "IPv4" && !one.internal)?.address;

/** Two servers that a test can tell apart: one has one room, the other two. */
async function stage(t, name) {
  const common = ["--trusted-proxy", "127.0.0.1", "--drain-seconds", "600", "--bots", "1"];
  const servers = [
    await ArenaServer.start([...common, "--rooms", "1"]),
    await ArenaServer.start([...common, "--rooms", "2"]),
  ];
  for (const server of servers) t.after(() => server.stop());
  const balancer = await startBalancer(
    name,
    servers.map((server) => server.webPort),
  );
  t.after(() => balancer.stop());
  return { servers, balancer };
}

/** How many rooms the server has that answers. */
async function roomsOf(balancer) {
  const answer = await fetch(`${balancer.url}/api/rooms`);
  assert.equal(answer.status, 200, balancer.log());
  return (await answer.json()).total;
}

/** A WebSocket by that address: "open", or the status that it was refused with. */
function tryToOpen(t, address, port, headers = {}) {
  const socket = new WebSocket(`ws://${address}:${port}/ws`, { headers });
  t.after(() => socket.terminate());
  return new Promise((resolve) => {
    socket.on("open", () => resolve("open"));
    socket.on("unexpected-response", (_, answer) => resolve(answer.statusCode));
    socket.on("error", () => {});
  });
}

for (const name of ["nginx", "haproxy"]) {
  test(`${name}: WebSockets, streams and polls reach servers through it`, async (t) => {
    const { balancer } = await stage(t, name);

    const watching = await Viewer.open(t, balancer);
    const { rooms } = await (await fetch(`${balancer.url}/api/rooms`)).json();
    const watched = await watching.ask({ op: "watch", room: rooms[0].id });
    assert.equal(watched.op, "ack");
    await eventually(() => watching.frames.length > 10, "frames come");
    assert.equal((await watching.ask({ op: "subscribe", channel: "lobby" })).op, "ack");

    const opened = new AbortController();
    t.after(() => opened.abort());
    const stream = await fetch(`${balancer.url}/api/channels/lobby/rooms/stream`, {
      signal: opened.signal,
    });
    assert.equal(stream.status, 200);
    assert.match(stream.headers.get("content-type"), /text\/event-stream/);
    let came = "";
    for await (const bytes of stream.body.pipeThrough(new TextDecoderStream())) {
      came += bytes;
      if (came.includes("\n\n")) break; // an event is through whole, though the stream goes on
    }
    assert.match(came, /retry: |event: /);

    const poll = await fetch(`${balancer.url}/api/channels/lobby/events?wait=1`);
    assert.equal(poll.status, 200);
    assert.ok(Array.isArray((await poll.json()).events));

    await eventually(async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => roomsOf(balancer)));
      return new Set(answers).size === 2;
    }, "both servers answer");
    assert.equal((await fetch(`${balancer.url}/metrics`)).status, 403);
  });

  test(`${name}: servers see who comes, whatever it says of itself`, { skip: !outward }, async (t) => {
    const { balancer } = await stage(t, name);
    const liar = { "X-Forwarded-For": "127.0.0.1" };
    const outcomes = [];
    // 64 of one address at each of two servers.
    for (let i = 0; i < 140; ++i)
      outcomes.push(await tryToOpen(t, outward, balancer.port, i % 2 ? liar : {}));
    assert.equal(outcomes.filter((one) => one === "open").length, 128);
    assert.ok(outcomes.slice(128).every((one) => one === 429), `${outcomes}`);
    assert.equal(await tryToOpen(t, "127.0.0.1", balancer.port), "open");
  });

  test(`${name}: nobody is sent to a server that has gone, and no request fails for it`, async (t) => {
    const { servers, balancer } = await stage(t, name);
    servers[0].child.kill("SIGTERM");
    await eventually(
      async () => (await fetch(`${servers[0].url}/readyz`)).status === 503,
      "it drains",
    );
    if (name === "haproxy") {
      let inRow = 0; // answers of the other
      await eventually(async () => {
        inRow = (await roomsOf(balancer)) === 2 ? inRow + 1 : 0;
        return inRow >= 20;
      }, "it is taken out");
      assert.equal(servers[0].child.exitCode, null);
    }
    servers[0].child.kill("SIGTERM"); // once more: at once
    for (let i = 0; i < 100 || servers[0].child.exitCode === null; ++i) await roomsOf(balancer);
    assert.equal(await servers[0].ended, 0);
    for (let i = 0; i < 20; ++i) assert.equal(await roomsOf(balancer), 2);
  });
}
