// A match whose web backend is tools/stock-clients/backend.mjs, killed and started again on the way.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { ArenaServer, eventually, require } from "./arena_server.mjs";
import { freePort, program, project } from "./demo_server.mjs";
import { Viewer } from "./viewer.mjs";

const PusherJs = require("pusher-js");

test("a stateless backend says who may join, and awards each match's points once, though it was killed", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "engine-net-backend-"));
  const secretFile = join(folder, "secret");
  const backendPort = await freePort();
  const url = `http://127.0.0.1:${backendPort}/`;
  const server = await ArenaServer.start([
    ...["--rooms", "0", "--match-time", "4", "--pusher", "app-key", "--pusher-secret-file", secretFile],
    ...["--webhook", url, "--webhook-queue", join(folder, "queue"), "--ask-backend", url],
  ]);
  const children = [];
  t.after(async () => {
    for (const child of children) child.kill("SIGKILL");
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = (command, options, env = {}) => {
    const child = spawn(command, options, { env: { ...process.env, ...env }, stdio: "inherit" });
    children.push(child);
    return child;
  };
  const startBackend = () =>
    start("node", [join(project, "tools/stock-clients/backend.mjs")], {
      HOST: "127.0.0.1",
      WEB_PORT: `${server.webPort}`,
      BACKEND_PORT: `${backendPort}`,
      PUSHER_APP_ID: "engine-net",
      PUSHER_KEY: "app-key",
      PUSHER_SECRET: readFileSync(secretFile, "utf8").trim(),
      DATA: join(folder, "data"),
    });
  const backend = startBackend();
  await eventually(() => fetch(url).then(() => true, () => false), "the backend answers");

  const [, port] = /port (\d+) \(UDP\)/.exec(server.log);
  const client = join(dirname(program), "demo-client");
  const asPlayer = (name) => ["--headless", "--connect", `127.0.0.1:${port}`, "--name", name];
  /** Why the player gets no seat. */
  const whyNot = (name) =>
    new Promise((resolve) => {
      const child = execFile(client, asPlayer(name), (_, __, complaint) => resolve(complaint));
      children.push(child);
    });
  assert.match(await whyNot("Mallory"), /no seat: .*Mallory has been sent away\./);
  const players = ["Grace", "Ken"].map((name) => start(client, [...asPlayer(name), "--queue", "--ready"]));
  const room = await eventually(async () => {
    const { rooms } = await (await fetch(`${server.url}/api/rooms`)).json();
    return rooms.find(({ kind }) => kind === "match");
  }, "they are in a match", 30_000);

  const scores = new PusherJs("app-key", {
    cluster: "x",
    wsHost: "127.0.0.1",
    wsPort: server.webPort,
    forceTLS: false,
    enabledTransports: ["ws"],
  });
  t.after(() => scores.disconnect());
  const awarded = [];
  scores.subscribe("scores").bind("awarded", (data) => awarded.push(data));

  const crew = { op: "subscribe", channel: `presence/crew/${room.id}` };
  const mallory = await Viewer.open(t, server, { name: "Mallory" });
  const refused = await mallory.ask(crew);
  assert.deepEqual([refused.error, refused.detail], ["not_allowed", "Mallory has been sent away."]);
  for (const name of ["Ada", "Bob"]) {
    const viewer = await Viewer.open(t, server, { name });
    assert.equal((await viewer.ask(crew)).op, "ack");
  }
  const crewOf = () => {
    try {
      return readdirSync(join(folder, "data/crews", `${room.id}`)).sort();
    } catch {
      return [];
    }
  };
  await eventually(() => crewOf().length === 2, "the backend knows the crew");

  const backendEnds = once(backend, "exit");
  backend.kill("SIGKILL");
  await backendEnds;
  assert.match(await whyNot("Lin"), /no seat: .*The game's backend does not answer\./);
  for (const player of players) player.kill("SIGINT"); // who leaves ends it
  const isOver = async () => {
    const { rooms } = await (await fetch(`${server.url}/api/rooms`)).json();
    return !rooms.some(({ id }) => id === room.id);
  };
  await eventually(isOver, "the match is over", 60_000);
  startBackend();
  await eventually(() => awarded.some(({ match }) => match === room.id), "points are awarded", 30_000);
  assert.deepEqual(awarded, [{ match: room.id, users: ["Ada", "Bob"] }]);
  for (const user of ["Ada", "Bob"])
    assert.equal(readdirSync(join(folder, "data/points", user)).length, 1);

  start(client, asPlayer("Lin"));
  const isIn = async () => {
    const { rooms } = await (await fetch(`${server.url}/api/rooms`)).json();
    return rooms.some(({ kind }) => kind === "arena");
  };
  await eventually(isIn, "who was refused while the backend was gone is let in", 30_000);
});
