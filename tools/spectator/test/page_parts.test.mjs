import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

const { Camera } = await load("page/camera.ts");
const { readPlace, writePlace } = await load("page/link.ts");
const { lightOf, noticeOf } = await load("page/link_light.ts");
const { ArenaModel, numberIn, pointIn } = await load("page/arena_model.ts");
const { readEvent, readNames } = await load("page/arena_messages.ts");
const { PlainScene } = await load("page/plain_scene.ts");

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

function arenaCamera(width = 1280, height = 720) {
  const camera = new Camera({ lo: -1024, hi: 1024, wraps: true });
  camera.resize(width, height);
  return camera;
}

test("camera: what lies across the field's edge is seen on the near side", () => {
  const camera = arenaCamera();
  camera.middle = { x: 1000, y: 0 };
  const pixel = camera.onScreen({ x: -1000, y: 0 });
  near(pixel.x, 640 + 48 * camera.scale);
  const place = camera.inField(pixel);
  near(place.x, -1000);
  assert.ok(camera.isInSight({ x: -1000, y: 0 }, 0) && !camera.isInSight({ x: 0, y: 0 }, 10));
});

test("camera: it follows over the edge, without a turn through the whole field", () => {
  const camera = arenaCamera();
  camera.middle = { x: 1000, y: 0 };
  for (let i = 0; i < 120; ++i) camera.follow({ x: -1000, y: 0 }, 1 / 60);
  near(Math.round(camera.middle.x), -1000);
  near(Math.round(camera.travelled.x), 48);
});

test("camera: no zoom shows one thing twice, and what is under the pointer stays", () => {
  for (const [width, height] of [
    [1280, 720],
    [390, 500],
    [500, 1600],
  ]) {
    const camera = arenaCamera(width, height);
    const pixel = { x: width * 0.8, y: height * 0.3 };
    const before = camera.inField(pixel);
    camera.zoomAt(1.7, pixel);
    near(camera.inField(pixel).x, before.x);
    near(camera.inField(pixel).y, before.y);
    camera.zoomAt(1e-6, pixel);
    assert.ok(Math.max(width, height) / camera.scale <= 2048, "less than a field");
    camera.zoomAt(1e9, pixel);
    assert.ok(camera.scale < 20);
  }
});

test("link: an address says the room and whom the camera follows", () => {
  assert.deepEqual(readPlace("#room=17&follow=3"), { room: 17, follow: 3 });
  assert.deepEqual(readPlace("#room=17&follow=free"), { room: 17, follow: "free" });
  assert.deepEqual(readPlace("#room=17"), { room: 17, follow: "leader" });
  for (const odd of ["", "#", "#room=", "#room=-1", "#room=1e9", "#room=x&follow=3", "#%"]) {
    assert.equal(readPlace(odd).room, null, odd);
  }
  for (const place of [
    { room: 17, follow: 3 },
    { room: 0, follow: "free" },
    { room: 5, follow: "leader" },
  ]) {
    assert.deepEqual(readPlace(writePlace(place)), place);
  }
});

const open = { state: "open", transport: "websocket", code: 0, reason: "", retryInMs: 0 };
const figures = {
  bytesPerSecond: 0,
  frameAgeMs: 40,
  frames: 9,
  skippedFrames: 0,
  damagedFrames: 0,
  jumps: 0,
};

test("light: it goes by the connection, and for a match by its newest frame", () => {
  assert.equal(lightOf(open, figures, true), "good");
  assert.equal(lightOf(open, { ...figures, frameAgeMs: 700 }, true), "fair");
  assert.equal(lightOf(open, { ...figures, frameAgeMs: 9_000 }, true), "bad");
  assert.equal(lightOf(open, { ...figures, frameAgeMs: 9_000 }, false), "good");
  assert.equal(lightOf({ ...open, state: "waiting", transport: "sse" }, figures, false), "fair");
  assert.equal(lightOf({ ...open, state: "waiting", transport: null }, figures, false), "bad");
});

test("notice: it says what is the matter, and nothing when nothing is", () => {
  assert.equal(noticeOf(open, true), "");
  const lost = { ...open, state: "waiting", transport: null, code: 1006, retryInMs: 1_200 };
  assert.equal(noticeOf(lost, true), "The connection was lost. Reconnecting in 2 s …");
  assert.match(noticeOf({ ...lost, code: 1001 }, true), /^The server restarts\./);
  assert.match(noticeOf({ ...lost, transport: "sse" }, false), /server-sent events/);
  assert.match(noticeOf({ ...lost, transport: "polling" }, true), /Matches can't be shown/);
  assert.match(noticeOf({ ...lost, state: "closed", code: 4001 }, true), /not allowed.*Reload/);
});

const scoreOf = (player, points) => ({
  id: player,
  incarnation: 1,
  fields: { player, points, colour: player, kills: 1, deaths: 2 },
});
const pictureOf = (...scores) => ({ tick: 0, types: new Map([["arena.Score", scores]]) });

test("model: the best stand first, by name when it is known", () => {
  const model = new ArenaModel();
  model.setNames(
    new Map([
      [3, "Ada"],
      [4, "Grace"],
    ]),
  );
  model.update(pictureOf(scoreOf(3, 10), scoreOf(4, 30), scoreOf(5, 10)));
  assert.deepEqual(
    model.lines.map(({ name, points }) => [name, points]),
    [
      ["Grace", 30],
      ["Ada", 10],
      ["player 5", 10],
    ],
  );
});

test("model: it tells who destroyed whom, and who crashed, but no hit", () => {
  const model = new ArenaModel();
  model.setNames(
    new Map([
      [3, "Ada"],
      [4, "Grace"],
    ]),
  );
  const tell = (who, kind = "destroyed") => {
    const news = model.note({ kind, who, whom: 4, place: null }, 0);
    return news && [news.who, news.text, news.whom].join(" ").trim();
  };
  assert.equal(tell(3), "Ada destroyed Grace");
  assert.equal(tell(0), "Grace crashed");
  assert.equal(tell(3, "hit"), null);
  assert.equal(model.note({ kind: "joined", who: 9, name: "Ken" }, 0).who, "Ken");
  model.note({ kind: "emote", who: 3, words: "haha" }, 1_000);
  assert.equal(model.wordsOf(3, 2_000), "haha");
  assert.equal(model.wordsOf(3, 4_000), null);
});

test("model: a game's fields of other types are as if they were not there", () => {
  assert.equal(numberIn({ points: "7" }, "points"), 0);
  assert.deepEqual(pointIn({ position: 3 }, "position"), { x: 0, y: 0 });
  assert.deepEqual(pointIn({ position: { x: 1n, y: 2 } }, "position"), { x: 0, y: 2 });
  new ArenaModel().update({ tick: 0, types: new Map() });
});

test("messages: whatever the bytes are, reading them ends, and throws nothing", () => {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  for (let i = 0; i < 3_000; ++i) {
    const bytes = Uint8Array.from({ length: i % 64 }, () => (random() >>> 24) >> random() % 7);
    readEvent(bytes);
    readNames(bytes);
  }
});

test("plain scene: of an unknown game each thing that has a place is a dot", () => {
  const leaf = (path, lo, hi) => ({ path, lo, hi, step: 1, wraps: false, isWhole: false });
  const cube = {
    name: "cubes.Cube",
    fields: [
      { kind: "rotation", leaves: [] },
      {
        kind: "number",
        leaves: [
          leaf(["place", "x"], -8, 8),
          leaf(["place", "y"], -8, 8),
          leaf(["place", "z"], 0, 8),
        ],
        velocity: null,
      },
    ],
    teleports: [],
  };
  const scene = new PlainScene([{ name: "cubes.Score", fields: [], teleports: [] }, cube]);
  assert.deepEqual([scene.camera.field.lo, scene.camera.field.hi], [-8, 8]);
  const things = [{ id: 4, incarnation: 1, fields: { place: { x: 2, y: 3, z: 1 } } }];
  scene.update(
    {
      tick: 0,
      types: new Map([
        ["cubes.Cube", things],
        ["cubes.Score", things],
      ]),
    },
    0,
    0,
  );
  assert.deepEqual(
    scene.marks().map(({ key, place }) => [key, place]),
    [[4, { x: 2, y: 3 }]],
  );
  new PlainScene([]).update({ tick: 0, types: new Map() }, 0, 0);
});
