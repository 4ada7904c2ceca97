import assert from "node:assert/strict";
import { test } from "node:test";

import { FeedDecoder, FeedError } from "../../../build/spectator/codec.js";
import * as golden from "./golden.mjs";

const files = ["feed_rocks_trained.json", "feed_scalars.json", "feed_arena_trained.json"];
const mostSlots = 32768;

/** The decoder is sound after it, or has said that the message is damaged. */
function take(decoder, schema, message) {
  let told;
  try {
    told = decoder.decode(message);
  } catch (error) {
    if (!(error instanceof FeedError)) throw error;
    return false;
  }
  if (!("frame" in told)) return true;
  let slots = 0;
  decoder.newestRows.types.forEach((rows, number) => {
    slots += rows.slots;
    schema.types[number].columns.forEach((column, i) => {
      for (let slot = 0; slot < rows.slots; ++slot) {
        if (!rows.has(slot)) continue;
        const value = rows.rows[slot * rows.stride + i];
        assert.ok(value >= column.lo && value <= column.hi, "out of its range");
      }
    });
  });
  assert.ok(slots <= mostSlots);
  return true;
}

for (const name of files) {
  const { schema, prior, messages } = golden.read(name);
  const begin = messages.slice(0, 12);
  const decoder = new FeedDecoder(schema, prior);
  const rewind = () => {
    for (const { bytes } of begin) decoder.decode(bytes);
  };

  test(`damage: every cut of messages of ${name} is refused or a frame`, () => {
    let refused = 0;
    rewind();
    for (const { bytes } of [messages[0], messages[12]]) {
      for (let length = 0; length < bytes.length; ++length) {
        if (take(decoder, schema, bytes.subarray(0, length))) rewind();
        else ++refused;
      }
    }
    assert.ok(refused > 0);
  });

  test(`damage: flipped bits in ${name} are refused or a frame, and what follows is`, () => {
    const random = new golden.Random(1);
    for (let round = 0; round < 100; ++round) {
      rewind();
      for (const { bytes } of messages.slice(12, 18)) {
        const damaged = bytes.slice();
        for (let flips = 1 + random.below(4); flips > 0; --flips) {
          damaged[random.below(damaged.length)] ^= 1 << random.below(8);
        }
        take(decoder, schema, damaged);
        take(decoder, schema, bytes);
      }
    }
  });

  test(`damage: noise after a header of ${name} is refused or a frame`, () => {
    const random = new golden.Random(2);
    for (let round = 0; round < 100; ++round) {
      rewind();
      const message = new Uint8Array(20 + random.below(300));
      for (let i = 0; i < message.length; ++i) message[i] = random.below(256);
      message.set(messages[12].bytes.subarray(0, 11 + messages[12].bytes[10]));
      take(decoder, schema, message);
    }
  });
}
