// What those see who come by the web to a server that is asked to end, while some play on it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { ArenaServer, eventually } from "./arena_server.mjs";
import { Viewer } from "./viewer.mjs";

const statusOf = async (server, path) => (await fetch(`${server.url}${path}`)).status;

test("drain: the server is not ready any more, but lives, is watched, and ends with 0", async (t) => {
  const server = await ArenaServer.start(["--bots", "1", "--drain-seconds", "600"]);
  t.after(() => server.stop());
  const list = async (query) => (await fetch(`${server.url}/api/rooms${query}`)).json();
  const { rooms } = await eventually(async () => {
    const open = await list("?open=1");
    return open.rooms[0]?.players === 1 && open;
  }, "its bot plays");

  server.child.kill("SIGTERM");
  await eventually(async () => (await statusOf(server, "/readyz")) === 503, "it is not ready");
  assert.equal(await statusOf(server, "/healthz"), 200);
  await eventually(async () => (await list("?open=1")).total === 0, "no room is open");
  assert.equal((await list("")).rooms[0].locked, true);
  await eventually(
    async () => (await (await fetch(`${server.url}/metrics`)).text()).includes("engine_net_draining 1"),
    "it says so in its metrics",
  );

  const viewer = await Viewer.open(t, server);
  assert.equal((await viewer.ask({ op: "watch", room: rooms[0].id })).op, "ack");
  await eventually(() => viewer.frames.length > 5, "frames come");

  server.child.kill("SIGTERM");
  assert.equal(await server.ended, 0);
});
