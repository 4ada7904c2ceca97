// A real server that asks the game's web backend who may be on private and presence channels.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { ArenaServer, eventually, require } from "./arena_server.mjs";
import { freePort } from "./demo_server.mjs";
import { Viewer } from "./viewer.mjs";

const Pusher = require("pusher");

/** {server, asked, say}: `say` is set to the answer, null for none at all. */
async function stage(t) {
  const folder = mkdtempSync(join(tmpdir(), "engine-net-ask-"));
  const secretFile = join(folder, "secret");
  const port = await freePort();
  const stage = { asked: [], say: { allow: true } };
  const backend = createServer(async (request, response) => {
    let rawBody = "";
    for await (const piece of request) rawBody += piece;
    assert.ok(stage.pusher.webhook({ headers: request.headers, rawBody }).isValid());
    stage.asked.push(JSON.parse(rawBody));
    if (stage.say) response.end(JSON.stringify(stage.say));
  });
  await new Promise((resolve) => backend.listen(port, "localhost", resolve));
  stage.server = await ArenaServer.start([
    ...["--rooms", "1", "--ask-backend", `http://localhost:${port}/ask`],
    ...["--webhook-secret-file", secretFile],
  ]);
  const secret = readFileSync(secretFile, "utf8").trim();
  stage.pusher = new Pusher({ appId: "x", key: "engine-net", secret, host: "localhost" });
  t.after(async () => {
    await stage.server.stop();
    backend.closeAllConnections();
    backend.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return stage;
}

const subscribe = (viewer, channel) => viewer.ask({ op: "subscribe", channel });

test("backend: it says who may be on private and presence channels, and as whom", async (t) => {
  const s = await stage(t);
  const ada = await Viewer.open(t, s.server, { name: "Ada" });
  s.say = { allow: true, publish: true, user: "u-ada", name: "Countess" };
  assert.equal((await subscribe(ada, "presence/deck")).op, "ack");
  await ada.hear(({ kind, user }) => kind === "member" && user === "u-ada", "she is there as that");
  const [{ time_ms, ...question }] = s.asked;
  assert.ok(Math.abs(time_ms - Date.now()) < 60_000);
  const { user, name } = ada.self;
  const channel = "presence/deck";
  assert.deepEqual(question, { ask: "subscribe", channel, user, name, node: "" });

  s.say = { allow: true };
  const bob = await Viewer.open(t, s.server, { name: "Bob" });
  assert.equal((await subscribe(bob, "private/hold")).op, "ack");
  const emit = { op: "emit", channel: "private/hold", event: "n", data: 1 };
  assert.equal((await bob.ask(emit)).op, "error");
  s.say = { allow: false, reason: "not your cabin" };
  const refused = await subscribe(bob, "private/cabin");
  assert.deepEqual([refused.error, refused.detail], ["not_allowed", "not your cabin"]);
  assert.equal((await subscribe(bob, "news")).op, "ack");
  assert.equal(s.asked.length, 3);
});

test("backend: streams and polls are asked for, too", async (t) => {
  const s = await stage(t);
  s.say = { allow: false, reason: "no" };
  const path = `${s.server.url}/api/channels/${encodeURIComponent("private/deck")}`;
  assert.equal((await fetch(`${path}/events?wait=0`)).status, 403);
  assert.equal((await fetch(`${path}/stream`)).status, 403);
  s.say = { allow: true };
  assert.equal((await fetch(`${path}/events?wait=0`)).status, 200);
});

test("backend: one that does not answer lets nobody in and holds nothing up", async (t) => {
  const s = await stage(t);
  const ada = await Viewer.open(t, s.server);
  s.say = null;
  const begun = Date.now();
  const late = ["a", "b", "c", "d", "e"].map((one) => subscribe(ada, `private/${one}`));
  assert.equal((await subscribe(ada, "news")).op, "ack");
  assert.ok(Date.now() - begun < 1_500, "what needs no answer does not wait");
  for (const answer of await Promise.all(late)) assert.equal(answer.error, "not_now");
  assert.ok(Date.now() - begun >= 1_900);
  const asked = s.asked.length;
  assert.equal((await subscribe(ada, "private/f")).error, "not_now");
  assert.equal(s.asked.length, asked);
  s.say = { allow: true };
  const isIn = async () => (await subscribe(ada, "private/f")).op === "ack";
  await eventually(isIn, "it is asked again", 20_000);
});
