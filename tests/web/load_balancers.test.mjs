// Two servers of a cluster behind nginx, and behind HAProxy, with the files that
// docs/load-balancers.md gives.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { eventually, pageFiles, require } from "./arena_server.mjs";
import { Cluster } from "./cluster_stage.mjs";
import { startBalancer } from "./load_balancer.mjs";
import { Viewer } from "./viewer.mjs";

const { WebSocket } = require("ws");
const { EngineNetClient } = await import(`file://${pageFiles}/client.js`);

/** An address of this machine that is not exempt from bounds by address, as loopback is. */
const outward = Object.values(networkInterfaces())
  .flat()
  .find((one) => one.family === "IPv4" && !one.internal)?.address;

/** Two servers; each has a file that says which it is. */
async function stage(t, name) {
  const cluster = await Cluster.start(t);
  for (const which of ["first", "second"]) {
    const files = join(cluster.folder, which);
    mkdirSync(files);
    writeFileSync(join(files, "which.txt"), which);
    const proxy = ["--trusted-proxy", "127.0.0.1", "--drain-seconds", "600"];
    await cluster.add([...proxy, "--bots", "1", "--web-files", files]);
  }
  await cluster.isWhole();
  const servers = cluster.nodes;
  const balancer = await startBalancer(
    name,
    servers.map((server) => server.webPort),
  );
  t.after(() => balancer.stop());
  return { servers, balancer };
}

/** Which server it is that answers. */
async function whoAnswers(balancer) {
  const answer = await fetch(`${balancer.url}/which.txt`);
  assert.equal(answer.status, 200, balancer.log());
  return await answer.text();
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
      const answers = await Promise.all(Array.from({ length: 20 }, () => whoAnswers(balancer)));
      return new Set(answers).size === 2;
    }, "both servers answer");
    assert.equal((await fetch(`${balancer.url}/metrics`)).status, 403);
  });

  test(`${name}: whichever server one comes to, the same match is watched`, async (t) => {
    const { servers, balancer } = await stage(t, name);
    const { rooms } = await (await fetch(`${balancer.url}/api/rooms`)).json();
    assert.equal(rooms.length, 2);
    const room = rooms.find(({ node }) => node === servers[1].name);
    const isAt = async (server) => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return /^engine_net_web_sockets [1-9]/m.test(text);
    };
    const visited = new Set();
    // Anew each time: a client whose connections all break waits ever longer between them.
    for (let clients = 0; visited.size < 2; ++clients) {
      assert.ok(clients < 20, `they come to ${[...visited]} alone`);
      const client = EngineNetClient.connect(balancer.url, { webSocket: WebSocket });
      t.after(() => client.close());
      let frames = 0;
      let newest = 0;
      client.on("frame", ({ tick }) => {
        frames += 1;
        newest = tick;
      });
      await eventually(() => client.status.state === "open", "it is connected");
      await client.watch(room.id);
      for (let breaks = 0; breaks < 2; ++breaks) {
        const seen = frames;
        const last = newest;
        await eventually(() => frames > seen + 2 && newest > last, "the match goes on");
        for (const server of servers) if (await isAt(server)) visited.add(server.name);
        client.session.socket.terminate();
      }
      assert.equal(client.stats().damagedFrames, 0);
      client.close();
      await eventually(async () => {
        const at = await Promise.all(servers.map(isAt));
        return !at.includes(true);
      }, "it is gone");
    }
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
        inRow = (await whoAnswers(balancer)) === "second" ? inRow + 1 : 0;
        return inRow >= 20;
      }, "it is taken out");
      assert.equal(servers[0].child.exitCode, null);
    }
    servers[0].child.kill("SIGTERM"); // once more: at once
    for (let i = 0; i < 100 || servers[0].child.exitCode === null; ++i)
      await whoAnswers(balancer);
    assert.equal(await servers[0].ended, 0);
    for (let i = 0; i < 20; ++i) assert.equal(await whoAnswers(balancer), "second");
  });
}
