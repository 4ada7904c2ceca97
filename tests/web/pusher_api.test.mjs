// The HTTP API, by `pusher` as the game's web backend has it from npm, against a real server.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { after, before, test } from "node:test";

import { eventually, require } from "./arena_server.mjs";
import {
  appId,
  backend,
  client,
  close,
  key,
  open,
  saidOn,
  secret,
  server,
  subscribed,
} from "./pusher_stage.mjs";

const Pusher = require("pusher");

before(open);
after(close);

test("pusher: an event is not sent to the socket that it names", async (t) => {
  const [ada, grace] = [client(t, "ada"), client(t, "grace")];
  const [hers, graces] = [await subscribed(ada, "quiet"), await subscribed(grace, "quiet")];
  await backend.trigger("quiet", "first", 1, { socket_id: ada.connection.socket_id });
  await backend.trigger("quiet", "second", 2);
  await saidOn(graces, "first");
  await saidOn(hers, "second");
  assert.ok(!hers.heard.some(({ event }) => event === "first"));
});

test("pusher: a batch, and one event for several channels", async (t) => {
  const ada = client(t);
  const [a, b] = [await subscribed(ada, "batch-a"), await subscribed(ada, "batch-b")];
  await backend.trigger(["batch-a", "batch-b"], "both", "x");
  await backend.triggerBatch([
    { channel: "batch-a", name: "for-a", data: { n: 1 } },
    { channel: "batch-b", name: "for-b", data: { n: 2 } },
  ]);
  for (const channel of [a, b]) assert.equal((await saidOn(channel, "both")).data, "x");
  assert.deepEqual((await saidOn(a, "for-a")).data, { n: 1 });
  assert.deepEqual((await saidOn(b, "for-b")).data, { n: 2 });
});

test("pusher: channels, their users and counts are told", async (t) => {
  const [ada, grace] = [client(t, "ada"), client(t, "grace")];
  await subscribed(ada, "counted");
  await subscribed(ada, "presence-counted");
  await subscribed(grace, "presence-counted");
  const ask = async (path, params) => (await backend.get({ path, params })).json();
  const { channels } = await ask("/channels", {});
  assert.ok("counted" in channels && "presence-counted" in channels);
  const prefixed = { filter_by_prefix: "presence-", info: "user_count,subscription_count" };
  await eventually(async () => {
    const found = (await ask("/channels", { ...prefixed, n: `${Date.now()}` })).channels;
    return found["presence-counted"]?.user_count === 2 && !("counted" in found);
  }, "two users are counted");
  const one = await ask("/channels/counted", { info: "subscription_count" });
  assert.deepEqual(one, { occupied: true, subscription_count: 1 });
  assert.deepEqual(await ask("/channels/nobody", {}), { occupied: false });
  const { users } = await ask("/channels/presence-counted/users", {});
  assert.deepEqual(users.map(({ id }) => id).sort(), ["ada", "grace"]);
});

test("pusher: what is not signed, or seen before, or of another hour, changes nothing", async (t) => {
  const ada = client(t);
  const channel = await subscribed(ada, "guarded");
  const post = (path) =>
    fetch(`${server.url}${path}`, { method: "POST", body: sent, headers: { "Content-Type": "application/json" } });
  const sent = JSON.stringify({ name: "e", channel: "guarded", data: "1" });
  const md5 = createHash("md5").update(sent).digest("hex");
  const signed = (time, mine = secret) => {
    const query = `auth_key=${key}&auth_timestamp=${time}&auth_version=1.0&body_md5=${md5}`;
    const text = `POST\n/apps/${appId}/events\n${query}`;
    const signature = createHmac("sha256", mine).update(text).digest("hex");
    return `/apps/${appId}/events?${query}&auth_signature=${signature}`;
  };
  const seconds = Math.floor(Date.now() / 1000);
  assert.equal((await post(`/apps/${appId}/events`)).status, 401);
  assert.equal((await post(signed(seconds, "wrong"))).status, 401);
  assert.equal((await post(signed(seconds - 3600))).status, 401);
  assert.equal((await post(signed(seconds + 3600))).status, 401);
  assert.equal((await post(signed(seconds))).status, 200);
  const again = await post(signed(seconds));
  assert.equal(again.status, 401);
  assert.match((await again.json()).detail, /taken before/);
  await backend.trigger("guarded", "last", {});
  await saidOn(channel, "last");
  assert.equal(channel.heard.filter(({ event }) => event === "e").length, 1);
});

test("pusher: bad requests are answered with what is wrong", async () => {
  const refused = async (send) => (await send.then(() => ({ status: 200 }), (error) => error)).status;
  assert.equal(await refused(backend.post({ path: "/events", body: "not an object" })), 400);
  assert.equal(await refused(backend.post({ path: "/events", body: { name: "a", data: {}, channel: "c" } })), 400);
  assert.equal(await refused(backend.post({ path: "/events", body: { name: "a", data: "1", channel: "no channel" } })), 400);
  assert.equal(await refused(backend.post({ path: "/events", body: { name: "a", data: "x".repeat(10241), channel: "c" } })), 413);
  assert.equal(await refused(backend.post({ path: "/nothing", body: {} })), 404);
  assert.equal(await refused(backend.get({ path: "/channels", params: { info: "user_count" } })), 400);
  const other = new Pusher({ appId: "other", key, secret, host: "127.0.0.1", port: server.webPort });
  assert.equal(await refused(other.trigger("c", "e", {})), 404);
  const long = backend.trigger(["a".repeat(164)], "e".repeat(200), "y".repeat(10240));
  assert.equal(await refused(long), 200);
});
