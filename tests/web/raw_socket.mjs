// A TCP connection whose every byte a test decides, and WebSocket frames, well-formed or not.
import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";

const patience = 5000; // milliseconds until a test gives up waiting

export class RawSocket {
  /** @returns {Promise<RawSocket>} */
  static open(port) {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new RawSocket(socket));
      });
    });
  }

  constructor(socket) {
    this.socket = socket;
    this.received = Buffer.alloc(0);
    this.isEnded = false;
    this.wake = () => {};
    const end = () => {
      this.isEnded = true;
      this.wake();
    };
    socket.on("data", (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.wake();
    });
    socket.on("end", end);
    socket.on("close", end);
    socket.on("error", end);
  }

  write(...pieces) {
    const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
    if (!this.isEnded) this.socket.write(bytes);
    return this;
  }

  /** Each piece in a segment of its own, as far as the system goes along. */
  async dribble(bytes, pieceBytes = 1) {
    for (let at = 0; at < bytes.length && !this.isEnded; at += pieceBytes) {
      this.socket.write(bytes.subarray(at, at + pieceBytes));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** What `take` makes of the bytes so far, once it is not undefined; null when the other end has
   * closed first. */
  async until(take) {
    const deadline = Date.now() + patience;
    for (;;) {
      const taken = take();
      if (taken !== undefined) return taken;
      if (this.isEnded) return null;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`waited too long: ${this.received.toString("latin1")}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** The next answer: {status, headers, body, text}, or null when there is none any more. */
  async response(isHead = false) {
    const head = await this.until(() => {
      const end = this.received.indexOf("\r\n\r\n");
      if (end < 0) return undefined;
      const lines = this.received.subarray(0, end).toString("latin1").split("\r\n");
      this.received = this.received.subarray(end + 4);
      return lines;
    });
    if (!head) return null;
    const headers = new Map();
    for (const line of head.slice(1)) {
      const colon = line.indexOf(":");
      headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    const status = Number(head[0].split(" ")[1]);
    const hasBody = !isHead && status >= 200 && status !== 204 && status !== 304;
    const body = hasBody ? await this.body(headers) : Buffer.alloc(0);
    return { status, headers, body, text: body.toString() };
  }

  async body(headers) {
    if (!headers.has("content-length")) throw new Error("an answer without its length");
    const length = Number(headers.get("content-length"));
    return this.until(() => {
      if (this.received.length < length) return undefined;
      const body = this.received.subarray(0, length);
      this.received = this.received.subarray(length);
      return body;
    });
  }

  /** The next frame: {isFinal, reserved, opcode, isMasked, payload}, or null at the end. */
  frame() {
    return this.until(() => {
      const bytes = this.received;
      if (bytes.length < 2) return undefined;
      const short = bytes[1] & 0x7f;
      const at = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length < at) return undefined;
      const length =
        short === 126
          ? bytes.readUInt16BE(2)
          : short === 127
            ? Number(bytes.readBigUInt64BE(2))
            : short;
      if (bytes.length < at + length) return undefined;
      this.received = bytes.subarray(at + length);
      return {
        isFinal: (bytes[0] & 0x80) !== 0,
        reserved: (bytes[0] >> 4) & 7,
        opcode: bytes[0] & 15,
        isMasked: (bytes[1] & 0x80) !== 0,
        payload: bytes.subarray(at, at + length),
      };
    });
  }

  /** The other end has closed, or does so now. */
  async ends() {
    await this.until(() => (this.isEnded ? true : undefined));
  }

  destroy() {
    this.socket.destroy();
  }
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** A frame as a client sends it. `form`: bits of the length, 7, 16 or 64; else the fewest. */
export function frame(
  opcode,
  payload = "",
  { isFinal = true, reserved = 0, isMasked = true, form = 0, length = null } = {},
) {
  const bytes = Buffer.from(payload);
  const told = BigInt(length ?? bytes.length);
  const bits = form || (told < 126n ? 7 : told < 65536n ? 16 : 64);
  const head = Buffer.alloc(bits === 7 ? 2 : bits === 16 ? 4 : 10);
  head[0] = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (isMasked ? 0x80 : 0) | (bits === 7 ? Number(told) : bits === 16 ? 126 : 127);
  if (bits === 16) head.writeUInt16BE(Number(told), 2);
  if (bits === 64) head.writeBigUInt64BE(told, 2);
  if (!isMasked) return Buffer.concat([head, bytes]);
  const mask = randomBytes(4);
  const masked = bytes.map((byte, i) => byte ^ mask[i % 4]);
  return Buffer.concat([head, mask, masked]);
}

export function closePayload(code, reason = "") {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code);
  return Buffer.concat([bytes, Buffer.from(reason)]);
}

export function acceptOf(key) {
  const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  return createHash("sha1").update(key + guid).digest("base64");
}

/** A request, its fields by name; one that is an array comes as often, null not at all. */
export function request(line, fields = {}, body = "") {
  const all = { Host: "localhost", ...fields };
  const lines = Object.entries(all).flatMap(([name, values]) =>
    [values].flat().filter((value) => value !== null).map((value) => `${name}: ${value}\r\n`),
  );
  return `${line}\r\n${lines.join("")}\r\n${body}`;
}

export const key = "dGhlIHNhbXBsZSBub25jZQ==";

/** An upgrade to a WebSocket, with the fields that differ. */
export function upgrade(fields = {}, line = "GET /ws HTTP/1.1") {
  return request(line, {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": key,
    "Sec-WebSocket-Version": "13",
    ...fields,
  });
}
