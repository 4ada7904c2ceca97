import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

const { interpolate, extrapolate, slerp } = await load("client/blend.ts");
const { Interpolator } = await load("client/interpolator.ts");

const leaf = (path, lo, hi, wraps = false, isWhole = false) => ({
  path: path.split("."),
  lo,
  hi,
  step: 0.05,
  wraps,
  isWhole,
});
const vector = (name, half, wraps) => [
  leaf(`${name}.x`, -half, half, wraps),
  leaf(`${name}.y`, -half, half, wraps),
];

const still = {
  name: "Still",
  fields: [
    { kind: "number", leaves: vector("position", 100, true), velocity: null },
    { kind: "number", leaves: [leaf("heading", -Math.PI, Math.PI, true)], velocity: null },
    { kind: "number", leaves: [leaf("level", 0, 9, false, true)], velocity: null },
  ],
  teleports: [leaf("jumps", 0, 255, false, true)],
};
const moving = {
  name: "Moving",
  fields: [
    {
      kind: "number",
      leaves: vector("position", 100, true),
      velocity: vector("velocity", 500, false),
    },
  ],
  teleports: [],
};
const stateOf = (x, y, heading = 0, level = 0, jumps = 0) => ({
  position: { x, y },
  heading,
  level,
  jumps,
});
const moverOf = (x, vx) => ({ position: { x, y: 0 }, velocity: { x: vx, y: 0 } });
const near = (a, b, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test("blend: numbers go straight, whole ones by whole steps, others hold", () => {
  const from = { ...stateOf(10, 20, 0, 2), flags: 1 };
  const to = { ...stateOf(20, 10, 1, 5), flags: 6 };
  const middle = interpolate(still, from, to, 0.05, 0.5);
  assert.deepEqual(middle, {
    position: { x: 15, y: 15 },
    heading: 0.5,
    level: 4,
    jumps: 0,
    flags: 1,
  });
  assert.deepEqual(interpolate(still, from, to, 0.05, 1), to);
  assert.deepEqual(from, { ...stateOf(10, 20, 0, 2), flags: 1 }, "it changes neither");
});

test("blend: what wraps goes the shorter way, and stays within its range", () => {
  const over = interpolate(still, stateOf(95, 0, 3), stateOf(-95, 0, -3), 0.05, 0.75);
  near(over.position.x, -97.5);
  near(over.heading, -3 - (2 * Math.PI - 6) / 4, 1e-9);
});

test("blend: after a jump nothing is shown between", () => {
  const from = stateOf(0, 0);
  assert.deepEqual(interpolate(still, from, stateOf(50, 0, 0, 0, 1), 0.05, 0.9), from);
});

test("blend: what has a velocity goes along a curve that has it at both ends", () => {
  const from = moverOf(0, 100);
  const to = moverOf(7.5, 50);
  const seconds = 0.1;
  near(interpolate(moving, from, to, seconds, 0.5).position.x, 3.75 + ((100 - 50) * seconds) / 8);
  const start = interpolate(moving, from, to, seconds, 0.001).position.x;
  near(start / (0.001 * seconds), 100, 1);
});

test("blend: where the velocities don't account for the way, it goes straight", () => {
  near(interpolate(moving, moverOf(0, 400), moverOf(2, 400), 0.1, 0.25).position.x, 0.5);
});

test("blend: past the newest version it moves on by its velocity, over the edge", () => {
  near(extrapolate(moving, moverOf(95, 100), 0.1).position.x, -95);
  assert.deepEqual(extrapolate(still, stateOf(1, 2), 0.1), stateOf(1, 2));
});

test("blend: rotations turn evenly, the shorter way, and stay of length 1", () => {
  const half = Math.SQRT1_2;
  const quarter = slerp([0, 0, 0, 1], [0, 0, half, half], 0.5);
  near(quarter[2], Math.sin(Math.PI / 8), 1e-12);
  near(quarter[3], Math.cos(Math.PI / 8), 1e-12);
  const other = slerp([0, 0, 0, 1], [0, 0, -half, -half], 0.5);
  near(Math.abs(other[2]), Math.sin(Math.PI / 8), 1e-12);
  assert.deepEqual(slerp([0, 0, 0, 0], [0, 0, 0, NaN], 0.5), [0, 0, 0, 1]);
});

test("blend: numbers that are none do no harm", () => {
  const odd = { position: { x: NaN, y: 1 }, velocity: { x: 1, y: Infinity } };
  const shown = interpolate(moving, odd, moverOf(3, 1), 0.05, 0.5);
  assert.ok(Number.isFinite(shown.position.x) && Number.isFinite(shown.position.y));
  interpolate(moving, {}, { position: 3 }, 0.05, 0.5);
  extrapolate(moving, { position: null, velocity: 8n }, 0.05);
});

const pictureOf = (tick, entities) => ({ tick, types: new Map([["Moving", entities]]) });
const entity = (id, x, incarnation = 1, vx = 0) => ({ id, incarnation, fields: moverOf(x, vx) });
const xOf = (picture, id) =>
  picture.types.get("Moving").find((one) => one.id === id)?.fields.position.x;

test("interpolator: entities move from frame to frame, appear with one and vanish with one", () => {
  const all = new Interpolator([moving], 60);
  assert.equal(all.show(0), null);
  all.push(pictureOf(0, [entity(1, 0), entity(2, 50)]));
  all.push(pictureOf(3, [entity(1, 3), entity(3, 9)]));
  near(xOf(all.show(1), 1), 1);
  assert.equal(xOf(all.show(2.9), 2), 50, "it is there until a frame says otherwise");
  assert.equal(xOf(all.show(2.9), 3), undefined);
  assert.equal(xOf(all.show(3), 2), undefined);
  assert.equal(xOf(all.show(3), 3), 9);
});

test("interpolator: a slot used again is another entity: it does not fly there", () => {
  const all = new Interpolator([moving], 60);
  all.push(pictureOf(0, [entity(1, 0, 1)]));
  all.push(pictureOf(3, [entity(1, 80, 2)]));
  assert.equal(xOf(all.show(2), 1), 0);
  assert.equal(xOf(all.show(3), 1), 80);
});

test("interpolator: past the newest frame it extrapolates for a tenth of a second at most", () => {
  const all = new Interpolator([moving], 60);
  all.push(pictureOf(0, [entity(1, 0, 1, 60)]));
  near(xOf(all.show(3), 1), 3);
  near(xOf(all.show(600), 1), 6);
});

test("interpolator: frames that are not newer are left out, old ones forgotten", () => {
  const all = new Interpolator([moving], 60, { maxExtrapolationMs: 100, keptMs: 1_000 });
  for (let tick = 0; tick <= 600; tick += 3) all.push(pictureOf(tick, [entity(1, tick / 10)]));
  all.push(pictureOf(300, [entity(1, -5)]));
  assert.equal(all.newestTick(), 600);
  assert.equal(all.oldestTick(), 540);
  near(xOf(all.show(0), 1), 54, 1e-9);
});

test("interpolator: a frozen copy stays as it is", () => {
  const all = new Interpolator([moving], 60, { maxExtrapolationMs: 100, keptMs: 1_000 });
  for (let tick = 0; tick <= 60; tick += 3) all.push(pictureOf(tick, [entity(1, tick)]));
  const frozen = all.freeze();
  for (let tick = 63; tick <= 600; tick += 3) all.push(pictureOf(tick, [entity(1, 0)]));
  assert.equal(frozen.newestTick(), 60);
  near(xOf(frozen.show(31.5), 1), 31.5);
});
