// A game's whole web backend, which keeps no connection and nothing in memory: it says who may join
// and be on a channel, hears of each match's end, and awards points. Started anew at any moment, it
// goes on.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { require } from "./packages.mjs";

const { HOST, WEB_PORT, BACKEND_PORT, PUSHER_APP_ID, PUSHER_KEY, PUSHER_SECRET, DATA } = process.env;
const Pusher = require("pusher");
const app = { appId: PUSHER_APP_ID, key: PUSHER_KEY, secret: PUSHER_SECRET };
const pusher = new Pusher({ ...app, host: HOST, port: WEB_PORT, useTLS: false });

/** Files are its database: what is there already is not done twice. */
function note(...path) {
  mkdirSync(`${DATA}/${path.slice(0, -1).join("/")}`, { recursive: true });
  writeFileSync(`${DATA}/${path.join("/")}`, "");
}
const noted = (path) => (existsSync(`${DATA}/${path}`) ? readdirSync(`${DATA}/${path}`) : []);

const banned = new Set(["Mallory"]);
const decide = (ask, name) => {
  if (banned.has(name)) return { allow: false, reason: `${name} has been sent away.` };
  return ask === "join" ? { allow: true } : { allow: true, user: name };
};

async function hear(event) {
  const crew = /^presence-crew;(\d+)$/.exec(event.channel ?? "");
  if (crew && event.name === "member_added") note("crews", crew[1], event.user_id);
  if (event.name !== "room_ended" || noted("awarded").includes(encodeURIComponent(event.id))) return;
  const users = noted(`crews/${event.room.id}`);
  for (const user of users) note("points", user, encodeURIComponent(event.id));
  await pusher.trigger("scores", "awarded", { match: event.room.id, users });
  note("awarded", encodeURIComponent(event.id));
}

createServer(async (request, response) => {
  let rawBody = "";
  for await (const piece of request) rawBody += piece;
  if (!pusher.webhook({ headers: request.headers, rawBody }).isValid()) return response.writeHead(401).end();
  const { ask, name, events = [] } = JSON.parse(rawBody);
  for (const event of events) await hear(event);
  response.end(JSON.stringify(ask ? decide(ask, name) : {}));
}).listen(Number(BACKEND_PORT), HOST);
