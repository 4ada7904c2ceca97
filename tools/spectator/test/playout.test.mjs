import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

const { Playout } = await load("client/playout.ts");

const ticksPerSecond = 60;
const frameMs = 50;
const ticksPerFrame = 3;

/** The same numbers for the same seed. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Plays a feed in pictures of 60 Hz; `delayOf` says how long frame `i` is on its way. */
function play({
  seconds,
  delayOf,
  playout = new Playout(ticksPerSecond),
  firstFrame = 0,
  from = 0,
}) {
  const arrivals = [];
  for (let i = firstFrame; i * frameMs < seconds * 1000; ++i) {
    arrivals.push({ at: from + i * frameMs + delayOf(i), tick: i * ticksPerFrame });
  }
  arrivals.sort((a, b) => a.at - b.at);
  const shown = [];
  let newest = -1;
  for (let now = from + firstFrame * frameMs; now < from + seconds * 1000; now += 1000 / 60) {
    while (arrivals.length > 0 && arrivals[0].at <= now) {
      const { at, tick } = arrivals.shift();
      if (tick > newest) playout.noteArrival((newest = tick), at);
    }
    playout.advance(now);
    const tick = playout.shownAt(now);
    if (tick !== null) shown.push({ now, tick, newest });
  }
  return { playout, shown };
}

function stepsOf(shown) {
  return shown.slice(1).map((one, i) => one.tick - shown[i].tick);
}

test("playout: an even feed is shown evenly, one frame behind and a little", () => {
  const { playout, shown } = play({ seconds: 10, delayOf: () => 20 });
  for (const step of stepsOf(shown)) assert.ok(step >= 0.89 && step <= 1.11, `${step}`);
  assert.ok(playout.delay() >= frameMs && playout.delay() < frameMs + 20, `${playout.delay()}`);
  assert.equal(playout.counts.jumps, 0);
  assert.ok(playout.counts.starved <= 1);
});

test("playout: it waits as long as the feed jitters, and shows evenly still", () => {
  const random = dice(3);
  const { playout, shown } = play({ seconds: 30, delayOf: () => 20 + 80 * random() });
  const late = shown.slice(shown.length / 2);
  for (const step of stepsOf(shown)) assert.ok(step >= 0.89 && step <= 1.11, `${step}`);
  assert.ok(playout.delay() > 100 && playout.delay() < 160, `${playout.delay()}`);
  const starved = late.filter(({ tick, newest }) => tick > newest).length;
  assert.ok(starved < late.length * 0.02, `${starved} of ${late.length}`);
});

test("playout: a calmer link is waited for less, at most a tenth faster than time", () => {
  const random = dice(4);
  const delayOf = (i) => (i < 200 ? 20 + 100 * random() : 20);
  const { playout, shown } = play({ seconds: 40, delayOf });
  for (const step of stepsOf(shown)) assert.ok(step >= 0.89 && step <= 1.11, `${step}`);
  assert.ok(playout.delay() < 75, `${playout.delay()}`);
});

test("playout: without frames it goes on for a tenth of a second, then it stops", () => {
  const { playout, shown } = play({ seconds: 5, delayOf: () => 20 });
  const { newest } = shown.at(-1);
  let now = 5_000;
  for (; now < 6_500; now += 1000 / 60) playout.advance(now);
  assert.equal(playout.shownAt(now), newest + 0.1 * ticksPerSecond);
});

// A17
test("playout: after a sleep of 30 s it shows the newest within a second, without a replay", () => {
  const { playout, shown } = play({ seconds: 20, delayOf: () => 20 });
  const before = playout.delay();
  const woken = 50_000;
  // All that waited comes in one go, a frame each millisecond, and then what is new.
  for (let i = 400; i * frameMs < woken; ++i) {
    playout.noteArrival(i * ticksPerFrame, woken + (i - 400));
  }
  const after = [];
  let frame = woken / frameMs + 13;
  for (let now = woken + 605; now < woken + 10_000; now += 1000 / 60) {
    for (; frame * frameMs + 20 <= now; ++frame) {
      playout.noteArrival(frame * ticksPerFrame, frame * frameMs + 20);
    }
    playout.advance(now);
    after.push({ now, tick: playout.shownAt(now) });
  }
  const lag = ({ now, tick }) => now - (tick * 1000) / ticksPerSecond;
  const inTime = after.find(({ now }) => now >= woken + 1_000);
  assert.ok(lag(inTime) < 200, `${lag(inTime)} ms behind`);
  assert.ok(playout.counts.jumps <= 1);
  const jumped = after.findIndex((one) => lag(one) < 200);
  for (const step of stepsOf(after.slice(jumped))) assert.ok(step >= 0.89 && step <= 1.11);
  assert.ok(Math.abs(playout.delay() - before) < 15, `${before}, then ${playout.delay()}`);
  assert.ok(shown.length > 0);
});

test("playout: what is shown never goes back, whatever comes when", () => {
  for (let seed = 1; seed <= 40; ++seed) {
    const random = dice(seed);
    const stallAt = 40 + Math.floor(random() * 60);
    const delayOf = (i) => 10 + 400 * random() ** 4 + (i > stallAt && i < stallAt + 30 ? 1_500 : 0);
    const { shown } = play({ seconds: 12, delayOf });
    for (const step of stepsOf(shown)) assert.ok(step >= 0, `seed ${seed}: ${step}`);
  }
});
