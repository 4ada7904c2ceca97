// The spectator page in a real browser, when the connection is not as it should be.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { eventually } from "./arena_server.mjs";
import { Stage, isMoving, shownTick, sleep, status, textOf } from "./page_stage.mjs";

let stage;

before(async () => {
  stage = await Stage.open();
});

after(() => stage?.close());

// A17
test("page: after 12 s without a turn it shows the newest state, without a replay", async (t) => {
  await stage.withPage(
    t,
    async (page) => {
      await stage.watch(page);
      await sleep(3_000);
      const before = await shownTick(page);
      await page.evaluate((ms) => {
        window.engineNet.client.on("frame", ({ tick }) => (window.newestTick = tick));
        const end = performance.now() + ms;
        while (performance.now() < end); // as a page that the browser gives no time
        window.shownTicks = new Set();
        const note = () => {
          window.shownTicks.add(window.engineNet.view.picture.tick);
          requestAnimationFrame(note);
        };
        note();
      }, 12_000);
      const behindMs = () =>
        page.evaluate(() => {
          const { view } = window.engineNet;
          return ((window.newestTick - view.picture.tick) * 1000) / 60;
        });
      const isCaughtUp = async () =>
        (await shownTick(page)) > before + 600 && (await behindMs()) < 900;
      await eventually(isCaughtUp, "the newest state");
      const now = await shownTick(page);
      const shown = await page.evaluate(() => [...window.shownTicks]);
      const replayed = shown.filter((tick) => tick > before + 60 && tick < now - 180);
      assert.ok(replayed.length < 5, `${replayed}`);
    },
    { viewport: { width: 640, height: 360 } },
  );
});

test("page: a server that was killed and comes back is watched again, by itself", async (t) => {
  await stage.withPage(t, async (page) => {
    await stage.watch(page);
    await stage.server.kill();
    await eventually(
      async () => /lost.*Reconnecting/.test(await textOf(page, "notice")),
      "it says so",
    );
    assert.equal(await page.locator("#light").getAttribute("data-light"), "bad");
    await sleep(1_500);
    await stage.server.run();
    await eventually(async () => (await status(page)).state === "open", "it is back", 25_000);
    await eventually(async () => (await textOf(page, "notice")) === "", "it says no more");
    // The server's rooms are new ones with the same numbers.
    await stage.roomId();
    await isMoving(page);
  });
});

test("page: offline it says so; online again it goes on by itself", async (t) => {
  await stage.withPage(t, async (page, context) => {
    await stage.watch(page);
    await context.setOffline(true);
    await eventually(async () => /offline/.test(await textOf(page, "notice")), "it says so");
    const held = await shownTick(page);
    await sleep(2_500);
    await context.setOffline(false);
    await eventually(async () => (await status(page)).state === "open", "it is back");
    await eventually(async () => (await shownTick(page)) > held + 100, "the match goes on");
    assert.equal(await textOf(page, "notice"), "");
  });
});

test("page: where WebSockets are blocked the list of rooms comes by server-sent events", async (t) => {
  await stage.withPage(t, async (page, context) => {
    const blocked = await context.newPage();
    await blocked.addInitScript(() => {
      window.WebSocket = class {
        readyState = 0;
        constructor() {
          setTimeout(() => this.onclose?.({ code: 1006, reason: "" }), 20);
        }
        close() {}
      };
    });
    await blocked.goto(stage.server.url);
    await blocked.waitForSelector("#rooms a.room");
    assert.equal((await status(blocked)).transport, "sse");
    assert.match(await textOf(blocked, "notice"), /server-sent events.*blocks WebSockets/);
    const id = await stage.roomId();
    const card = blocked.locator(`#rooms a[href="#room=${id}"]`);
    const seen = await card.textContent();
    await page.goto(`${stage.server.url}/#room=${id}`);
    await eventually(async () => (await card.textContent()) !== seen, "the list is live");
  });
});

test("page: without streams either, the list of rooms is asked for again and again", async (t) => {
  await stage.withPage(t, async (page, context) => {
    const blocked = await context.newPage();
    await blocked.addInitScript(() => {
      delete window.WebSocket;
      delete window.EventSource;
    });
    await blocked.goto(stage.server.url);
    await blocked.waitForSelector("#rooms a.room");
    assert.equal((await status(blocked)).transport, "polling");
  });
});
