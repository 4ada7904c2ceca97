import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";

import { FeedDecoder, FeedError } from "../../../build/spectator/codec.js";
import * as golden from "./golden.mjs";

function throwsFeedError(code, act) {
  assert.throws(act, (error) => error instanceof FeedError && error.code === code);
}

assert.ok(golden.names.length >= 7);

for (const name of golden.names) {
  const { schema, prior, messages } = golden.read(name);

  test(`decoder: reads ${name} as the C++ one does`, () => {
    const decoder = new FeedDecoder(schema, prior);
    let wholes = 0;
    for (const { bytes, tick, hash, entities } of messages) {
      const told = decoder.decode(bytes);
      assert.equal(told.tick, tick);
      assert.equal(told.room, 7);
      assert.equal(golden.hashOf(decoder.newestRows), hash, `at tick ${tick}`);
      if (!entities) continue;
      ++wholes;
      const seen = schema.types.flatMap((type) =>
        told.frame.of(type.name).map((one) => ({
          type: type.name,
          slot: one.slot,
          incarnation: one.incarnation,
          id: one.id,
          values: golden.columnsOf(type, one.fields),
        })),
      );
      assert.deepEqual(seen, entities);
    }
    assert.ok(wholes > 0);
  });

  test(`decoder: an entity of ${name} that is as it was is the same object`, () => {
    const decoder = new FeedDecoder(schema, prior);
    let before = new Map();
    let kept = 0;
    let made = 0;
    for (const { bytes } of messages) {
      const { frame } = decoder.decode(bytes);
      const now = new Map();
      for (const type of schema.types) {
        for (const one of frame.of(type.name)) {
          const key = `${type.name} ${one.slot} ${one.incarnation} ${one.id}`;
          now.set(key, one);
          const old = before.get(key);
          if (old === one) ++kept;
          else if (old && isDeepStrictEqual(old.fields, one.fields)) ++made;
        }
      }
      before = now;
    }
    assert.ok(kept > 0);
    assert.ok(made < kept / 20); // two numbers of a rough rotation can come to the same one
  });
}

const { schema, prior, messages } = golden.read("feed_rocks_trained.json");

function decoderAt(count) {
  const decoder = new FeedDecoder(schema, prior);
  for (const { bytes } of messages.slice(0, count)) decoder.decode(bytes);
  return decoder;
}

function header(kind, tick, ...body) {
  const bytes = new Uint8Array(9 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kind);
  view.setUint32(1, 7, true);
  view.setUint32(5, tick, true);
  bytes.set(body, 9);
  return bytes;
}

test("decoder: events, states and ends come through as they are", () => {
  const decoder = decoderAt(1);
  assert.deepEqual(decoder.decode(header(3, 5, 1, 2)), {
    kind: "event",
    room: 7,
    tick: 5,
    payload: new Uint8Array([1, 2]),
  });
  assert.equal(decoder.decode(header(4, 5, 1)).kind, "state");
  const reason = new TextEncoder().encode("closed – bye");
  assert.equal(decoder.decode(header(5, 5, ...reason)).reason, "closed – bye");
});

test("decoder: an ArrayBuffer and a view into one are read alike", () => {
  const { bytes, hash } = messages[0];
  const wide = new Uint8Array(bytes.length + 9);
  wide.set(bytes, 5);
  for (const message of [bytes.slice().buffer, wide.subarray(5, 5 + bytes.length)]) {
    const decoder = new FeedDecoder(schema, prior);
    decoder.decode(message);
    assert.equal(golden.hashOf(decoder.newestRows), hash);
  }
});

test("decoder: a frame whose references are missing is told so; the next keyframe is read", () => {
  const decoder = new FeedDecoder(schema, prior);
  throwsFeedError("unknown_reference", () => decoder.decode(messages[1].bytes));
  const last = messages.map(({ bytes }) => bytes[0]).lastIndexOf(1);
  assert.ok(last > 0);
  for (const { bytes, hash } of messages.slice(last)) {
    decoder.decode(bytes);
    assert.equal(golden.hashOf(decoder.newestRows), hash);
  }
});

test("decoder: a frame of another room, or one that comes again, is refused", () => {
  const decoder = decoderAt(2);
  throwsFeedError("unknown_reference", () => decoder.decode(messages[1].bytes));
  const other = messages[2].bytes.slice();
  other[1] = 8;
  throwsFeedError("unknown_reference", () => decoder.decode(other));
  decoder.decode(messages[2].bytes);
});

test("decoder: headers that no encoder writes are refused", () => {
  const newest = messages[9].tick;
  for (const message of [
    header(0, newest + 1),
    header(6, newest + 1),
    header(1, newest + 1, 1, 0), // a keyframe with a lag
    header(1, newest + 1, 0, 1, 0), // ... with references
    header(2, newest + 1, 0, 0), // a frame without any
    header(2, newest + 1, 1, 0),
    header(2, newest + 1, 0, 1, 0), // ... against itself
    header(2, newest + 1, 1, 7, 0, 1, 2, 3, 4, 5, 6),
    header(2, newest + 1, 1, 3, 0, 1), // cut off
    header(2, newest + 1, 1, 1, 1), // does not begin with 0
    header(2, newest + 1, 1, 2, 0, 0), // does not go up
  ]) {
    throwsFeedError("damaged", () => decoderAt(10).decode(message));
  }
});

test("decoder: a schema that is none is refused", () => {
  const refused = (change) => {
    const damaged = structuredClone(schema);
    change(damaged);
    throwsFeedError("bad_schema", () => new FeedDecoder(damaged, null));
  };
  for (const json of [null, 5, {}, [], { ...schema, types: 5 }, { ...schema, tick_rate: 0 }]) {
    throwsFeedError("bad_schema", () => new FeedDecoder(json, null));
  }
  refused((one) => (one.digest = "x"));
  refused((one) => (one.types[0].columns[0].bits = 3));
  refused((one) => (one.types[0].columns[0].lo = 0.5));
  refused((one) => (one.types[0].columns[0].coding = "free"));
  refused((one) => (one.types[0].columns[0] = null));
  refused((one) => (one.types[0].fields[0].columns = 3));
  refused((one) => (one.types[0].fields[0].name = "__proto__"));
  refused((one) => (one.types[0].fields[0].moved_by = 0));
  refused((one) => one.types[0].columns.pop());
  refused((one) => (one.types[0].private_places = 1e9));
  refused((one) => (one.types = Array(65).fill(one.types[0])));
});

test("decoder: a prior that is damaged or of another schema is refused", () => {
  for (const at of [0, 5, 9, 17, 21, 30, prior.length - 1]) {
    const damaged = prior.slice();
    damaged[at] ^= 1;
    throwsFeedError("bad_prior", () => new FeedDecoder(schema, damaged));
  }
  for (const length of [1, 23, 24, prior.length - 1]) {
    throwsFeedError("bad_prior", () => new FeedDecoder(schema, prior.subarray(0, length)));
  }
  const { schema: other } = golden.read("feed_drift.json");
  throwsFeedError("bad_prior", () => new FeedDecoder(other, prior));
});
