// What a WebSocket's frames may be (RFC 6455, sections 5 to 8), by bytes of our own. A ping of the
// bridge's messages, which is answered by its ack, shows that a text message was read as it should.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startDemoServer } from "./demo_server.mjs";
import { RawSocket, closePayload, frame, opcodes, upgrade } from "./raw_socket.mjs";

const { continuation, text, binary, close, ping, pong } = opcodes;
const mostBytes = 16 * 1024; // of a message, see `BridgeConfig::max_message_bytes`

let server;
before(async () => {
  server = await startDemoServer();
});
after(() => server?.stop());

/** One that is open and has said hello. */
async function greeted() {
  const socket = await RawSocket.open(server.port);
  const hello = frame(text, JSON.stringify({ op: "hello", id: 1, name: "ada" }));
  socket.write(upgrade(), hello);
  assert.equal((await socket.response())?.status, 101);
  const answer = await message(socket);
  assert.deepEqual([answer.op, answer.id], ["ack", 1]);
  return socket;
}

/** The next message; pings of the server's are passed over. */
async function message(socket) {
  for (;;) {
    const told = await socket.frame();
    assert.ok(told, "the connection ended");
    assert.ok(!told.isMasked && told.isFinal && told.reserved === 0);
    if (told.opcode === ping) continue;
    assert.equal(told.opcode, text, `opcode ${told.opcode}: ${told.payload.toString("latin1")}`);
    return JSON.parse(told.payload.toString());
  }
}

/** A bridge's ping with something more in it, of as many bytes as wanted. */
function pingText(id, pad = "") {
  return JSON.stringify({ op: "ping", id, pad });
}
function pingOfBytes(id, bytes) {
  const empty = Buffer.byteLength(pingText(id));
  return pingText(id, "x".repeat(bytes - empty));
}

async function answers(socket, id) {
  const answer = await message(socket);
  assert.deepEqual([answer.op, answer.id], ["ack", id]);
}

/** A case in which frames are sent and the bridge's pings in them are answered. */
function isTaken(what, makeFrames, ids = [2]) {
  test(`frames: ${what}`, async () => {
    const socket = await greeted();
    socket.write(...makeFrames());
    for (const id of ids) await answers(socket, id);
    socket.destroy();
  });
}

/** A case in which the server closes with this code, and then the connection. */
function closes(what, code, makeFrames) {
  test(`frames: ${what} closes with ${code}`, async () => {
    const socket = await greeted();
    socket.write(...makeFrames());
    assert.equal(await closeCode(socket), code);
    if (code !== 1000) await socket.ends();
    socket.destroy();
  });
}

async function closeCode(socket) {
  for (;;) {
    const told = await socket.frame();
    assert.ok(told, "the connection ended without a close frame");
    assert.ok(!told.isMasked && told.isFinal && told.reserved === 0);
    if (told.opcode !== close) continue;
    return told.payload.length === 0 ? null : told.payload.readUInt16BE(0);
  }
}

// Lengths

isTaken("a message of 125 bytes is read", () => [frame(text, pingOfBytes(2, 125))]);
isTaken("one of 126 bytes is read", () => [frame(text, pingOfBytes(2, 126))]);
isTaken("one of the most bytes is read", () => [frame(text, pingOfBytes(2, mostBytes))]);
isTaken("a frame in two halves is read", () => {
  const whole = frame(text, pingText(2));
  return [whole.subarray(0, 9), whole.subarray(9)];
});
isTaken("two frames at once are read", () => [
  Buffer.concat([frame(text, pingText(2)), frame(text, pingText(3))]),
], [2, 3]);
closes("a length of 16 bits that 7 would do for", 1002, () => [
  frame(text, pingText(2), { form: 16 }),
]);
closes("a length of 64 bits that 7 would do for", 1002, () => [
  frame(text, pingText(2), { form: 64 }),
]);
closes("a length of 64 bits that 16 would do for", 1002, () => [
  frame(text, pingOfBytes(2, 300), { form: 64 }),
]);
closes("a length whose highest bit is set", 1002, () => [
  frame(text, "", { form: 64, length: 1n << 63n }),
]);
closes("a message of one byte too many", 1009, () => [frame(text, pingOfBytes(2, mostBytes + 1))]);
closes("a length of 2^62 bytes, none of which has come", 1009, () => [
  frame(text, "", { form: 64, length: 1n << 62n }),
]);
closes("a message that is too long in its fragments", 1009, () => [
  frame(text, "x".repeat(mostBytes), { isFinal: false }),
  frame(continuation, "x"),
]);

test("frames: one that comes byte by byte is read", async () => {
  const socket = await greeted();
  await socket.dribble(frame(text, pingOfBytes(2, 200)));
  await answers(socket, 2);
  socket.destroy();
});

test("frames: those that come with the handshake are read", async () => {
  const socket = await RawSocket.open(server.port);
  socket.write(upgrade(), frame(ping, "early"));
  assert.equal((await socket.response())?.status, 101);
  const answer = await socket.frame();
  assert.deepEqual([answer?.opcode, answer?.payload.toString()], [pong, "early"]);
  socket.destroy();
});

// Masks, reserved bits, opcodes

closes("a frame without a mask", 1002, () => [frame(text, pingText(2), { isMasked: false })]);
closes("a ping without a mask", 1002, () => [frame(ping, "", { isMasked: false })]);
closes("a close without a mask", 1002, () => [
  frame(close, closePayload(1000), { isMasked: false }),
]);
for (const reserved of [4, 2, 1, 7]) {
  closes(`a text with reserved bits ${reserved}`, 1002, () => [
    frame(text, pingText(2), { reserved }),
  ]);
}
closes("a ping with a reserved bit", 1002, () => [frame(ping, "", { reserved: 4 })]);
for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
  closes(`the reserved opcode ${opcode}`, 1002, () => [frame(opcode, "x")]);
}
closes("a binary message", 1003, () => [frame(binary, "x")]);

// Fragments

isTaken("a message in two fragments is read", () => [
  frame(text, pingText(2).slice(0, 5), { isFinal: false }),
  frame(continuation, pingText(2).slice(5)),
]);
isTaken("a message in a fragment a byte is read", () => {
  const bytes = Buffer.from(pingText(2));
  return Array.from(bytes, (_, i) =>
    frame(i === 0 ? text : continuation, bytes.subarray(i, i + 1), {
      isFinal: i + 1 === bytes.length,
    }),
  );
});
isTaken("empty fragments add nothing", () => [
  frame(text, "", { isFinal: false }),
  frame(continuation, pingText(2), { isFinal: false }),
  frame(continuation, "", { isFinal: false }),
  frame(continuation, ""),
]);
closes("a continuation of nothing", 1002, () => [frame(continuation, pingText(2))]);
closes("a continuation of nothing that is not the last", 1002, () => [
  frame(continuation, "x", { isFinal: false }),
]);
closes("a continuation after a whole message", 1002, () => [
  frame(text, pingText(2)),
  frame(continuation, "x"),
]);
closes("a new message within another", 1002, () => [
  frame(text, "{", { isFinal: false }),
  frame(text, pingText(2)),
]);
closes("a binary message within a text", 1002, () => [
  frame(text, "{", { isFinal: false }),
  frame(binary, "x"),
]);

test("frames: a ping between fragments is answered before the message is whole", async () => {
  const socket = await greeted();
  const bytes = pingText(2);
  socket.write(frame(text, bytes.slice(0, 4), { isFinal: false }), frame(ping, "now"));
  const answer = await socket.frame();
  assert.deepEqual([answer.opcode, answer.payload.toString()], [pong, "now"]);
  socket.write(frame(continuation, bytes.slice(4)));
  await answers(socket, 2);
  socket.destroy();
});

test("frames: a close between fragments closes", async () => {
  const socket = await greeted();
  socket.write(frame(text, "{", { isFinal: false }), frame(close, closePayload(1001)));
  assert.equal(await closeCode(socket), 1001);
  socket.destroy();
});

// Control frames

for (const bytes of [0, 1, 125]) {
  test(`frames: a ping of ${bytes} bytes is answered with them`, async () => {
    const socket = await greeted();
    const payload = Buffer.alloc(bytes, 0xfe);
    socket.write(frame(ping, payload));
    const answer = await socket.frame();
    assert.equal(answer.opcode, pong);
    assert.ok(answer.payload.equals(payload) && !answer.isMasked && answer.isFinal);
    socket.destroy();
  });
}

test("frames: ten pings are answered in their order, or the last of them", async () => {
  const socket = await greeted();
  socket.write(...Array.from({ length: 10 }, (_, i) => frame(ping, `${i}`)));
  let last = -1;
  while (last < 9) {
    const answer = await socket.frame();
    assert.equal(answer?.opcode, pong);
    assert.ok(Number(answer.payload.toString()) > last);
    last = Number(answer.payload.toString());
  }
  socket.destroy();
});

isTaken("a pong that nobody asked for is passed over", () => [
  frame(pong, "hello"),
  frame(text, pingText(2)),
]);
closes("a ping of 126 bytes", 1002, () => [frame(ping, "x".repeat(126))]);
closes("a pong of 126 bytes", 1002, () => [frame(pong, "x".repeat(126))]);
closes("a close of 126 bytes", 1002, () => [frame(close, closePayload(1000, "x".repeat(124)))]);
closes("a ping in fragments", 1002, () => [
  frame(ping, "x", { isFinal: false }),
  frame(continuation, "x"),
]);
closes("a pong in fragments", 1002, () => [frame(pong, "x", { isFinal: false })]);
closes("a close in fragments", 1002, () => [frame(close, closePayload(1000), { isFinal: false })]);

// Text

const valid = [
  ["two, three and four bytes", "κόσμε – 🜚"],
  ["the last code points of each length", "\u007f\u07ff\uffff\u{10ffff}"],
  ["the ends of what surrogates leave", "\ud7ff\ue000"],
  ["non-characters", "\ufffe\ufdd0\u{1fffe}"],
];
for (const [what, characters] of valid) {
  isTaken(`characters of ${what} are read`, () => [frame(text, pingText(2, characters))]);
}
isTaken("characters that lie across fragments are read", () => {
  const bytes = Buffer.from(pingText(2, "κόσμε – 🜚"));
  return Array.from(bytes, (_, i) =>
    frame(i === 0 ? text : continuation, bytes.subarray(i, i + 1), {
      isFinal: i + 1 === bytes.length,
    }),
  );
});

const invalid = [
  ["a byte that only continues", [0x80]],
  ["an overlong slash of two bytes", [0xc0, 0xaf]],
  ["an overlong slash of three bytes", [0xe0, 0x80, 0xaf]],
  ["an overlong slash of four bytes", [0xf0, 0x80, 0x80, 0xaf]],
  ["an overlong end of two bytes", [0xc1, 0xbf]],
  ["the first surrogate", [0xed, 0xa0, 0x80]],
  ["the last surrogate", [0xed, 0xbf, 0xbf]],
  ["a pair of surrogates", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ["a code point past the last", [0xf4, 0x90, 0x80, 0x80]],
  ["a character of five bytes", [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ["a character of six bytes", [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80]],
  ["the byte FE", [0xfe]],
  ["the byte FF", [0xff]],
  ["a character cut off by another", [0xe2, 0x82, 0x41]],
];
for (const [what, bytes] of invalid) {
  closes(`text with ${what}`, 1007, () => {
    const [head, tail] = pingText(2, "|").split("|");
    return [frame(text, Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]))];
  });
}
closes("text that ends within a character", 1007, () => [
  frame(text, Buffer.from([0x7b, 0xe2, 0x82])),
]);
closes("text that ends within a character of its last fragment", 1007, () => [
  frame(text, Buffer.from([0x7b, 0xe2]), { isFinal: false }),
  frame(continuation, Buffer.from([0x82])),
]);
closes("an invalid byte in a fragment, before the last one has come,", 1007, () => [
  frame(text, Buffer.from([0x7b, 0xff]), { isFinal: false }),
]);
closes("an invalid character across fragments, before the last one has come,", 1007, () => [
  frame(text, Buffer.from([0x7b, 0xed]), { isFinal: false }),
  frame(continuation, Buffer.from([0xa0]), { isFinal: false }),
]);

// Closing

test("frames: a close without a code is answered, and the connection ends", async () => {
  const socket = await greeted();
  socket.write(frame(close));
  const code = await closeCode(socket);
  assert.ok(code === null || code === 1000);
  await socket.ends();
});

for (const code of [
  1000, 1001, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4999,
]) {
  test(`frames: a close with ${code} is answered with it, and the connection ends`, async () => {
    const socket = await greeted();
    socket.write(frame(close, closePayload(code, "bye – bye")));
    assert.equal(await closeCode(socket), code);
    await socket.ends();
  });
}

for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]) {
  closes(`a close with the code ${code}`, 1002, () => [frame(close, closePayload(code))]);
}
closes("a close of one byte", 1002, () => [frame(close, "x")]);
closes("a close whose reason is no UTF-8", 1007, () => [
  frame(close, closePayload(1000, Buffer.from([0xc0, 0xaf]))),
]);
closes("a close whose reason ends within a character", 1007, () => [
  frame(close, closePayload(1000, Buffer.from([0xe2, 0x82]))),
]);

test("frames: nothing is answered after the close", async () => {
  const socket = await greeted();
  socket.write(frame(close, closePayload(1000)), frame(text, pingText(2)), frame(ping, "x"));
  assert.equal(await closeCode(socket), 1000);
  assert.equal(await socket.frame(), null);
});
