// What the bridge makes of requests at and past the edges of HTTP/1.1 (RFC 9110, 9112): above all
// that two programs before one another can never disagree where a request ends.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { startDemoServer } from "./demo_server.mjs";
import { RawSocket, request } from "./raw_socket.mjs";

const page = "<!doctype html><title>a page</title>";

let server;
before(async () => {
  server = await startDemoServer();
  writeFileSync(`${server.files}/index.html`, page);
  mkdirSync(`${server.files}/sub`);
  writeFileSync(`${server.files}/sub/page name.html`, page);
  writeFileSync(`${server.files}/../engine-net-web-outside.html`, "outside");
});
after(() => server?.stop());

async function withSocket(use) {
  const socket = await RawSocket.open(server.port);
  try {
    return await use(socket);
  } finally {
    socket.destroy();
  }
}

/** The answer to one request. */
function answerTo(bytes) {
  return withSocket((socket) => socket.write(bytes).response());
}

/** A request that is answered so, and after which the connection is closed: what follows it on the
 * connection, which a program before us may take for a part of it, is never read as a request. */
function refuses(what, status, bytes) {
  test(`http: ${what} is answered ${status}, and nothing after it`, () =>
    withSocket(async (socket) => {
      socket.write(bytes, request("GET /healthz HTTP/1.1"));
      const answer = await socket.response();
      assert.equal(answer?.status, status);
      assert.equal(answer.headers.get("connection")?.toLowerCase(), "close");
      assert.equal(await socket.response(), null);
    }));
}

/** A request that is answered so, and after which the connection goes on. */
function answers(what, status, bytes, look = () => {}) {
  test(`http: ${what} is answered ${status}`, () =>
    withSocket(async (socket) => {
      socket.write(bytes);
      const answer = await socket.response();
      assert.equal(answer?.status, status);
      look(answer);
      socket.write(request("GET /healthz HTTP/1.1"));
      assert.equal((await socket.response())?.status, 200);
    }));
}

const get = (path, fields = {}) => request(`GET ${path} HTTP/1.1`, fields);

// Where a request ends

refuses("both a length and chunks", 400, request("GET /healthz HTTP/1.1", {
  "Content-Length": "5",
  "Transfer-Encoding": "chunked",
}, "0\r\n\r\n"));
refuses("chunks, then a length,", 400, request("GET /healthz HTTP/1.1", {
  "Transfer-Encoding": "chunked",
  "Content-Length": "5",
}, "0\r\n\r\n"));
refuses("two different lengths", 400, get("/healthz", { "Content-Length": ["3", "4"] }) + "abc");
refuses("two different lengths in one field", 400,
  get("/healthz", { "Content-Length": "3, 4" }) + "abc");
for (const length of [
  "-1",
  "+1",
  "0x1",
  "1 1",
  "",
  "one",
  "1.0",
  "99999999999999999999",
  "18446744073709551617",
]) {
  refuses(`the length "${length}"`, 400, get("/healthz", { "Content-Length": length }));
}
refuses("a coding that nobody knows", 501, get("/healthz", { "Transfer-Encoding": "cow" }));
refuses("a coding before chunked", 400,
  get("/healthz", { "Transfer-Encoding": "cow, chunked" }) + "0\r\n\r\n");
refuses("two fields of codings", 400, get("/healthz", {
  "Transfer-Encoding": ["chunked", "identity"],
}) + "0\r\n\r\n");
refuses("a coding after chunked", 400, get("/healthz", { "Transfer-Encoding": "chunked, cow" }));
refuses("a coding that looks like chunked", 501,
  get("/healthz", { "Transfer-Encoding": "xchunked" }));
refuses("chunked twice", 400, get("/healthz", { "Transfer-Encoding": "chunked, chunked" }));
refuses("a coding in HTTP/1.0", 400, request("GET /healthz HTTP/1.0", {
  "Transfer-Encoding": "chunked",
}, "0\r\n\r\n"));
const chunked = { "Transfer-Encoding": "chunked" };
for (const [what, chunks] of [
  ["a chunk of no size", "\r\n\r\n"],
  ["a chunk of negative size", "-1\r\n\r\n"],
  ["a chunk whose size is no hexadecimal", "xyz\r\n\r\n"],
  ["a chunk of 2^64 bytes", "10000000000000000\r\n\r\n"],
  ["a chunk that is longer than its size", "1\r\nab\r\n0\r\n\r\n"],
]) {
  refuses(what, 400, get("/healthz", chunked) + chunks);
}
refuses("a body of a mebibyte", 413, get("/healthz", { "Content-Length": `${1 << 20}` }));
refuses("a body of 16 KiB in chunks, and more,", 413,
  get("/healthz", chunked) + `4001\r\n${"x".repeat(0x4001)}\r\n0\r\n\r\n`);
answers("a body that nobody wants", 200, get("/healthz", { "Content-Length": "3" }) + "abc");
answers("a body in chunks that nobody wants", 200,
  get("/healthz", chunked) + "3\r\nabc\r\n0\r\n\r\n");

// Lines and fields

refuses("a request line that ends with a bare LF", 400, "GET /healthz HTTP/1.1\nHost: a\r\n\r\n");
refuses("a field that ends with a bare LF", 400, "GET /healthz HTTP/1.1\r\nHost: a\nA: b\r\n\r\n");
refuses("a head that ends with a bare LF", 400, "GET /healthz HTTP/1.1\r\nHost: a\r\n\n\r\n");
refuses("a bare CR in a field", 400, get("/healthz", { A: "b\rc" }));
refuses("a NUL in a field", 400, get("/healthz", { A: "b\0c" }));
refuses("a field over two lines", 400, get("/healthz", { A: "b\r\n c" }));
refuses("a field before the first", 400, "GET /healthz HTTP/1.1\r\n A: b\r\nHost: a\r\n\r\n");
refuses("a space before the colon", 400, "GET /healthz HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n");
refuses("a field without a name", 400, "GET /healthz HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n");
refuses("a field without a colon", 400, "GET /healthz HTTP/1.1\r\nHost: a\r\nA\r\n\r\n");
refuses("a name with a parenthesis", 400, get("/healthz", { "A(b)": "c" }));
refuses("no host", 400, request("GET /healthz HTTP/1.1", { Host: null }));
refuses("two hosts", 400, get("/healthz", { Host: ["a", "b"] }));
refuses("a host with a path", 400, get("/healthz", { Host: "a/b" }));
refuses("a field of 9 KiB", 431, get("/healthz", { A: "b".repeat(9 * 1024) }));
refuses("a thousand fields", 431, get("/healthz", { A: Array(1000).fill("bcdefg") }));
refuses("a path of 9 KiB", 431, get(`/${"a".repeat(9 * 1024)}`));
answers("a path of 4 KiB that is not there", 404, get(`/${"a".repeat(4 * 1024)}`));
answers("a field of 4 KiB", 200, get("/healthz", { A: "b".repeat(4 * 1024) }));
answers("no host in HTTP/1.0", 200,
  request("GET /healthz HTTP/1.0", { Host: null, Connection: "keep-alive" }));
answers("spaces about a value", 200, get("/healthz", { A: " \t b \t " }));
answers("an empty value", 200, get("/healthz", { A: "" }));
answers("bytes above 127 in a value", 200, get("/healthz", { A: "é" }));

// The request line

refuses("a version of two digits", 400, "GET /healthz HTTP/1.10\r\nHost: a\r\n\r\n");
refuses("HTTP/2.0", 505, "GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n");
refuses("no version", 400, "GET /healthz\r\nHost: a\r\n\r\n");
refuses("two spaces after the method", 400, "GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
refuses("a tab after the method", 400, "GET\t/healthz HTTP/1.1\r\nHost: a\r\n\r\n");
refuses("a space in the path", 400, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n");
refuses("a NUL in the path", 400, "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n");
refuses("a protocol of another name", 400, "GET /healthz HTTPS/1.1\r\nHost: a\r\n\r\n");
refuses("noise", 400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n");
answers("a method that nobody knows", 501, request("BREW /healthz HTTP/1.1"));
answers("a method in small letters", 501, request("get /healthz HTTP/1.1"));
for (const method of ["POST", "PUT", "DELETE", "PATCH", "TRACE"]) {
  const asked = request(`${method} /healthz HTTP/1.1`, { "Content-Length": "0" });
  answers(method, 405, asked, (answer) => {
    assert.match(answer.headers.get("allow") ?? "", /\bGET\b/);
  });
}
refuses("CONNECT", 400, "CONNECT example.org:80 HTTP/1.1\r\nHost: example.org:80\r\n\r\n");
answers("an absolute address", 200, get("http://localhost/healthz"));
answers("an empty line before the request", 200, `\r\n${get("/healthz")}`);
answers("a query", 200, get("/healthz?a=b&c=%20"));

test("http: HEAD is answered as GET, without the body", () =>
  withSocket(async (socket) => {
    for (const path of ["/healthz", "/", "/api/rooms", "/nowhere"]) {
      socket.write(request(`HEAD ${path} HTTP/1.1`));
      const head = await socket.response(true);
      socket.write(get(path));
      const whole = await socket.response();
      assert.equal(head?.status, whole.status);
      assert.equal(head.headers.get("content-length"), whole.headers.get("content-length"));
      assert.equal(head.headers.get("content-type"), whole.headers.get("content-type"));
    }
  }));

// Connections

test("http: twenty requests at once are answered in their order", () =>
  withSocket(async (socket) => {
    const paths = Array.from({ length: 20 }, (_, i) => ["/", "/api/rooms", "/nowhere"][i % 3]);
    socket.write(paths.map((path) => get(path)).join(""));
    for (const path of paths) {
      const answer = await socket.response();
      assert.equal(answer?.status, path === "/nowhere" ? 404 : 200);
      assert.equal(answer.text === page, path === "/");
    }
  }));

test("http: a request that comes byte by byte is answered", () =>
  withSocket(async (socket) => {
    await socket.dribble(Buffer.from(get("/healthz")));
    assert.equal((await socket.response())?.status, 200);
  }));

test("http: a connection goes on, unless the request says that it ends", () =>
  withSocket(async (socket) => {
    for (let i = 0; i < 3; ++i) {
      socket.write(get("/healthz"));
      assert.equal((await socket.response())?.status, 200);
    }
    socket.write(get("/healthz", { Connection: "close" }), get("/healthz"));
    const last = await socket.response();
    assert.equal(last?.status, 200);
    assert.equal(last.headers.get("connection")?.toLowerCase(), "close");
    assert.equal(await socket.response(), null);
  }));

test("http: in HTTP/1.0 a connection ends, unless the request says that it goes on", () =>
  withSocket(async (socket) => {
    socket.write(request("GET /healthz HTTP/1.0", { Connection: "keep-alive" }));
    assert.equal((await socket.response())?.status, 200);
    socket.write(request("GET /healthz HTTP/1.0"));
    assert.equal((await socket.response())?.status, 200);
    await socket.ends();
  }));

test("http: a client that has said all and closes its half is answered", () =>
  withSocket(async (socket) => {
    socket.write(get("/healthz"));
    socket.socket.end();
    assert.equal((await socket.response())?.status, 200);
  }));

// Files

answers("a file", 200, get("/"), (answer) => {
  assert.equal(answer.text, page);
  assert.match(answer.headers.get("content-type"), /^text\/html/);
});
answers("a file whose name is percent-encoded", 200, get("/sub/page%20name.html"), (answer) => {
  assert.equal(answer.text, page);
});
answers("a path within the folder by way of ..", 404, get("/sub/../index.html"));
for (const path of [
  "/../engine-net-web-outside.html",
  "/%2e%2e/engine-net-web-outside.html",
  "/..%2fengine-net-web-outside.html",
  "/%2e%2e%2fengine-net-web-outside.html",
  "/sub/../../engine-net-web-outside.html",
  "/sub/%2e%2e/%2e%2e/engine-net-web-outside.html",
  "/..%5cengine-net-web-outside.html",
  "/%252e%252e/engine-net-web-outside.html",
  "//etc/passwd",
  "/etc/passwd",
  "/sub",
  "/sub/",
]) {
  answers(`the path ${path}`, 404, get(path));
}
for (const path of ["/index.html%00", "/%00", "/index%00.html", "/%", "/%2", "/%zz", "/%c0%af"]) {
  refuses(`the path ${path}`, 400, get(path));
}

test("http: a file that has not changed is answered 304", async () => {
  const etag = (await answerTo(get("/"))).headers.get("etag");
  assert.match(etag, /^(W\/)?"[^"]+"$/);
  for (const known of [etag, `"other", ${etag}`, "*"]) {
    const answer = await answerTo(get("/", { "If-None-Match": known }));
    assert.equal(answer.status, 304);
    assert.equal(answer.headers.get("etag"), etag);
  }
  assert.equal((await answerTo(get("/", { "If-None-Match": '"other"' }))).status, 200);
});
