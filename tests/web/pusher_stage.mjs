// The Arena with a Pusher app, the game's web backend beside it, and stock clients: what tests of them share.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ArenaServer, eventually, require } from "./arena_server.mjs";
import { freePort } from "./demo_server.mjs";

const PusherJs = require("pusher-js");
const Pusher = require("pusher");
const { WebSocket } = require("ws");

export const key = "app-key";
export const appId = "engine-net";

/** Since `open`. */
export let server, secret, backend, authPort, secretFile;
let folder, authServer;

export async function open() {
  folder = mkdtempSync(join(tmpdir(), "engine-net-pusher-"));
  authPort = await freePort();
  secretFile = join(folder, "pusher.secret");
  server = await ArenaServer.start([
    ...["--rooms", "1", "--pusher", key, "--pusher-secret-file", secretFile],
    ...["--allowed-origin", `http://127.0.0.1:${authPort}`],
  ]);
  secret = readFileSync(secretFile, "utf8").trim();
  backend = new Pusher({ appId, key, secret, host: "127.0.0.1", port: server.webPort, useTLS: false });
  authServer = createServer(answerAuth).listen(authPort, "127.0.0.1");
}

export async function close() {
  authServer?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The game's web backend: whoever asks is who they say. */
async function answerAuth(request, response) {
  if (request.method === "GET") return answerPage(request, response);
  let body = "";
  for await (const piece of request) body += piece;
  const asked = new URLSearchParams(body);
  const user = new URL(request.url, "http://x").searchParams.get("user");
  const answer = request.url.startsWith("/user")
    ? backend.authenticateUser(asked.get("socket_id"), { id: user })
    : backend.authorizeChannel(
        asked.get("socket_id"),
        asked.get("channel_name"),
        asked.get("channel_name").startsWith("presence-")
          ? { user_id: user, user_info: { name: user.toUpperCase(), level: 7 } }
          : undefined,
      );
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(answer));
}

function answerPage(request, response) {
  if (request.url === "/pusher.js") {
    response.setHeader("Content-Type", "text/javascript");
    return response.end(readFileSync(require.resolve("pusher-js/dist/web/pusher.min.js")));
  }
  response.setHeader("Content-Type", "text/html");
  response.end("<!doctype html><title>a game's page</title><script src=/pusher.js></script>");
}

export const options = (user = "ada") => ({
  cluster: "x",
  wsHost: "127.0.0.1",
  wsPort: server.webPort,
  forceTLS: false,
  enabledTransports: ["ws"],
  channelAuthorization: { endpoint: `http://127.0.0.1:${authPort}/channel?user=${user}` },
  userAuthentication: { endpoint: `http://127.0.0.1:${authPort}/user?user=${user}` },
});

/** Until the test is over, another backend says who may be where. */
export function answerBy(t, other) {
  const kept = backend;
  backend = other;
  t.after(() => (backend = kept));
}

/** A stock client that is gone after the test. */
export function client(t, user) {
  const pusher = new PusherJs(key, options(user));
  pusher.heard = [];
  pusher.bind_global((event, data) => pusher.heard.push({ event, data }));
  t.after(() => pusher.disconnect());
  return pusher;
}

export const heard = (pusher, event) =>
  eventually(() => pusher.heard.find((one) => one.event === event), `${event} comes`);

export async function subscribed(pusher, name) {
  const channel = pusher.subscribe(name);
  channel.heard = [];
  channel.bind_global((event, data) => channel.heard.push({ event, data }));
  await eventually(() => channel.subscribed, `${name} is subscribed to`);
  return channel;
}

export const saidOn = (channel, event) =>
  eventually(() => channel.heard.find((one) => one.event === event), `${event} on ${channel.name}`);

/** A connection of raw text. */
export async function raw(t, path = `/app/${key}?protocol=7&client=js&version=8.6.0`) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.webPort}${path}`);
  socket.told = [];
  socket.on("message", (text) => socket.told.push(JSON.parse(text)));
  socket.closed = new Promise((resolve) => socket.on("close", (code) => resolve(code)));
  socket.on("error", () => {});
  t.after(() => socket.terminate());
  await new Promise((resolve) => socket.once("open", resolve));
  socket.hear = (event) =>
    eventually(() => socket.told.find((one) => one.event === event), `${event} comes`);
  return socket;
}
