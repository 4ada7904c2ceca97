// How a WebSocket opens (RFC 6455, section 4), or does not.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startDemoServer } from "./demo_server.mjs";
import { RawSocket, acceptOf, key, request, upgrade } from "./raw_socket.mjs";

let server;
before(async () => {
  server = await startDemoServer();
});
after(() => server?.stop());

async function answerTo(text) {
  const socket = await RawSocket.open(server.port);
  try {
    return await socket.write(text).response();
  } finally {
    socket.destroy();
  }
}

async function opens(text) {
  const answer = await answerTo(text);
  assert.equal(answer?.status, 101);
  assert.equal(answer.headers.get("sec-websocket-accept"), acceptOf(key));
  assert.equal(answer.headers.get("upgrade")?.toLowerCase(), "websocket");
  assert.equal(answer.headers.get("connection")?.toLowerCase(), "upgrade");
  return answer;
}

test("handshake: a right one opens", () => opens(upgrade()));

test("handshake: names and tokens are told in any case", () =>
  opens(upgrade({ Upgrade: "WebSocket", Connection: "UPGRADE" })));

test("handshake: upgrade is one of several connection options", () =>
  opens(upgrade({ Connection: "keep-alive, Upgrade" })));

test("handshake: an extension that is offered is not taken", async () => {
  const answer = await opens(
    upgrade({ "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" }),
  );
  assert.equal(answer.headers.get("sec-websocket-extensions"), undefined);
});

test("handshake: a subprotocol that is offered is not taken", async () => {
  const answer = await opens(upgrade({ "Sec-WebSocket-Protocol": "chat, superchat" }));
  assert.equal(answer.headers.get("sec-websocket-protocol"), undefined);
});

test("handshake: a page of the server's own opens one", () =>
  opens(upgrade({ Host: "arena.example:81", Origin: "http://arena.example:81" })));

const refused = [
  ["without a key", { "Sec-WebSocket-Key": null }, 400],
  ["with two keys", { "Sec-WebSocket-Key": [key, key] }, 400],
  ["with an empty key", { "Sec-WebSocket-Key": "" }, 400],
  ["with a key of 15 bytes", { "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAA" }, 400],
  ["with a key of 17 bytes", { "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAAA=" }, 400],
  ["with a key that is no base64", { "Sec-WebSocket-Key": "dGhlIHNhbXBs!SBub25jZQ==" }, 400],
  ["of version 8", { "Sec-WebSocket-Version": "8" }, 426],
  ["of version 14", { "Sec-WebSocket-Version": "14" }, 426],
  ["without a version", { "Sec-WebSocket-Version": null }, 426],
  ["without Upgrade", { Upgrade: null }, 426],
  ["to another protocol", { Upgrade: "h2c" }, 426],
  ["whose connection is not upgraded", { Connection: "keep-alive" }, 426],
  ["from a foreign page", { Origin: "http://evil.example" }, 403],
  ["from a page without an origin of its own", { Origin: "null" }, 403],
  ["with two origins", { Origin: ["http://localhost", "http://localhost"] }, 403],
  ["without a host", { Host: null }, 400],
  ["with two hosts", { Host: ["localhost", "localhost"] }, 400],
];

for (const [what, fields, status] of refused) {
  test(`handshake: one ${what} is answered ${status}`, async () => {
    const answer = await answerTo(upgrade(fields));
    assert.equal(answer?.status, status);
    if (status === 426) assert.equal(answer.headers.get("sec-websocket-version"), "13");
  });
}

test("handshake: one by POST is answered 405", async () => {
  const answer = await answerTo(upgrade({ "Content-Length": "0" }, "POST /ws HTTP/1.1"));
  assert.equal(answer?.status, 405);
});

test("handshake: one in HTTP/1.0 is answered 426", async () => {
  assert.equal((await answerTo(upgrade({}, "GET /ws HTTP/1.0")))?.status, 426);
});

test("handshake: one elsewhere than at /ws does not open", async () => {
  assert.equal((await answerTo(upgrade({}, "GET /healthz HTTP/1.1")))?.status, 200);
  assert.equal((await answerTo(upgrade({}, "GET /nowhere HTTP/1.1")))?.status, 404);
});

test("handshake: one that comes byte by byte opens", async () => {
  const socket = await RawSocket.open(server.port);
  await socket.dribble(Buffer.from(upgrade()));
  assert.equal((await socket.response())?.status, 101);
  socket.destroy();
});

test("handshake: one may follow another request on the connection", async () => {
  const socket = await RawSocket.open(server.port);
  socket.write(request("GET /healthz HTTP/1.1"), upgrade());
  assert.equal((await socket.response())?.status, 200);
  assert.equal((await socket.response())?.status, 101);
  socket.destroy();
});
