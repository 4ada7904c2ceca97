// Webhooks of a cluster's servers, all to one backend: what they have in common has one id.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { eventually } from "./arena_server.mjs";
import { Backend } from "./backend.mjs";
import { Cluster, roomsOf } from "./cluster_stage.mjs";
import { Viewer } from "./viewer.mjs";

/** {backend, a, b}, of which `a` has these options besides. */
async function stage(t, options = []) {
  const folder = mkdtempSync(join(tmpdir(), "engine-net-webhooks-"));
  const backend = await Backend.start();
  const secretFile = join(folder, "secret");
  writeFileSync(secretFile, "0123456789abcdef\n");
  backend.trust("engine-net", "0123456789abcdef");
  const hooks = (queue) => [
    ...["--webhook", backend.url, "--webhook-secret-file", secretFile],
    ...["--webhook-queue", join(folder, queue)],
  ];
  t.after(async () => {
    await backend.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const cluster = await Cluster.start(t, [...hooks("a"), ...options], hooks("b"));
  const [a, b] = cluster.nodes;
  return { backend, a, b };
}

/** All that was told of a user, doubles too, as [name, id, node]. */
function toldOf(backend, user) {
  const all = backend.requests.flatMap(({ events }) => events);
  const these = all.filter(({ user_id }) => user_id === user);
  return these.map(({ name, id, node }) => [name, id, node]);
}

test("webhooks: servers of a cluster tell of a member with one id, to the last", async (t) => {
  const { backend, a, b } = await stage(t);
  const ada = await Viewer.open(t, a, { name: "Ada" });
  const bob = await Viewer.open(t, b, { name: "Bob" });
  for (const one of [ada, bob])
    assert.equal((await one.ask({ op: "subscribe", channel: "presence/deck" })).op, "ack");
  const users = [ada.self.user, bob.self.user];
  for (const user of users)
    await eventually(() => toldOf(backend, user).length >= 2, "both servers tell of each");
  bob.socket.close(1000);
  await eventually(() => toldOf(backend, users[1]).length >= 4, "both tell that Bob has left");
  ada.socket.close(1000);
  await eventually(() => toldOf(backend, users[0]).length >= 4, "and Ada, who was the last");
  for (const user of users) {
    const told = toldOf(backend, user);
    for (const name of ["member_added", "member_removed"]) {
      const these = told.filter(([one]) => one === name);
      assert.deepEqual(these.map(([, , node]) => node).sort(), [a.name, b.name], name);
      assert.equal(new Set(these.map(([, id]) => id)).size, 1, `${name} has one id`);
    }
  }
});

test("webhooks: a room that goes on at another server is neither new nor over", async (t) => {
  const { backend, a, b } = await stage(t, ["--bots", "4", "--drain-seconds", "1"]);
  const room = (await roomsOf(b)).find(({ node }) => node === a.name);
  const toldOfRoom = () =>
    backend.events().filter((event) => event.room?.id === room.id && event.name !== "room_started");
  await eventually(() => toldOfRoom().length === 1, "it is created");
  a.child.kill("SIGTERM");
  await a.ended;
  await eventually(async () => {
    const [at] = (await roomsOf(b)).filter(({ id }) => id === room.id);
    return at?.node === b.name;
  }, "it goes on elsewhere");
  assert.deepEqual(
    toldOfRoom().map(({ name, node }) => [name, node]),
    [["room_created", a.name]],
  );
});
