// The spectator page in a real browser: what it shows, and how one looks around in it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { eventually } from "./arena_server.mjs";
import {
  Stage,
  isMoving,
  pictures,
  pixels,
  ships,
  shownTick,
  sleep,
  stats,
  textOf,
} from "./page_stage.mjs";

let stage;

before(async () => {
  stage = await Stage.open();
});

after(() => stage?.close());

test("page: the list of rooms says what is played, and how many watch", async (t) => {
  await stage.withPage(t, async (page) => {
    await page.waitForSelector("#rooms a.room");
    const id = await stage.roomId();
    const card = page.locator(`#rooms a[href="#room=${id}"]`);
    await eventually(async () => /[2-9] of \d+ playing/.test(await card.textContent()), "players");
    assert.match(await textOf(page, "summary"), /^2 rooms, \d+ players$/);
    assert.equal(await page.locator("#light").getAttribute("data-light"), "good");

    const viewer = await stage.page(page.context(), `#room=${id}`);
    await isMoving(viewer);
    await eventually(
      async () => /1 viewer\b/.test(await card.textContent()),
      "a viewer is counted",
    );
  });
});

test("page: a room's match is shown after the click, and moves", async (t) => {
  await stage.withPage(t, async (page) => {
    const id = await stage.roomId();
    await page.waitForSelector(`#rooms a[href="#room=${id}"]`);
    const clicked = Date.now();
    await page.click(`#rooms a[href="#room=${id}"]`);
    await eventually(async () => Object.keys(await ships(page)).length > 0, "ships");
    t.diagnostic(`shown ${Date.now() - clicked} ms after the click`);
    const before = await ships(page);
    const picture = await pixels(page);
    assert.ok(picture.light > 500, `only ${picture.light} pixels are light`);
    await eventually(async () => {
      const later = await ships(page);
      return Object.keys(before).some((who) => later[who] && later[who].x !== before[who].x);
    }, "a ship has moved");
    await eventually(async () => (await pixels(page)).sum !== picture.sum, "the picture changes");
    await eventually(async () => (await stats(page)).frames > 5, "frames come");
    assert.equal((await stats(page)).damagedFrames, 0);
    assert.match(await textOf(page, "badge"), /^LIVE −\d+\.\d s$/);
    assert.match(await textOf(page, "figures"), /^\d+\.\d kB\/s · frame \d+ ms old · 0 skipped$/);
  });
});

test("page: names stand on the score board; a click there follows, and so does a link", async (t) => {
  await stage.withPage(t, async (page, context) => {
    const id = await stage.watch(page);
    await page.waitForSelector("#scores tbody tr");
    const row = page.locator("#scores tbody button").last();
    assert.match(await row.textContent(), /\D/);
    assert.doesNotMatch(await row.textContent(), /^player \d+$/);
    await row.click();
    await eventually(async () => /follow=\d+$/.test(page.url()), "the address says whom");
    const who = page.url().match(/follow=(\d+)/)[1];
    const distance = (one) =>
      one.evaluate((player) => {
        const { view } = window.engineNet;
        const ships = view.picture?.types.get("arena.Ship") ?? [];
        const ship = ships.find(({ fields }) => `${fields.player}` === player);
        if (!ship) return null; // it waits for its next ship
        const { camera } = view.scene;
        const pixel = camera.onScreen(ship.fields.position);
        return Math.hypot(pixel.x - camera.width / 2, pixel.y - camera.height / 2);
      }, who);
    const isNear = async (one) => {
      const away = await distance(one);
      return away !== null && away < 60;
    };
    await eventually(() => isNear(page), "the camera follows", 20_000);
    const other = await stage.page(context, `#room=${id}&follow=${who}`);
    await isMoving(other);
    await eventually(() => isNear(other), "the linked camera follows", 20_000);

    await other.locator("#field").focus();
    await other.keyboard.press("ArrowLeft");
    await eventually(async () => other.url().endsWith("follow=free"), "keys free the camera");
  });
});

test("page: dragging moves a free camera, the wheel zooms to the pointer", async (t) => {
  await stage.withPage(t, async (page) => {
    await stage.watch(page);
    await page.mouse.move(640, 300);
    await page.mouse.down();
    await page.mouse.move(540, 260, { steps: 4 });
    await page.mouse.up();
    assert.match(page.url(), /follow=free$/);
    const look = () =>
      page.evaluate(() => {
        const { camera } = window.engineNet.view.scene;
        return { scale: camera.scale, place: camera.inField({ x: 700, y: 300 }) };
      });
    const before = await look();
    const top = (await page.locator("#field").boundingBox()).y;
    await page.mouse.move(700, 300 + top);
    await page.mouse.wheel(0, -300);
    await eventually(async () => (await look()).scale > before.scale * 1.3, "it zooms");
    const later = await look();
    assert.ok(Math.abs(later.place.x - before.place.x) < 2, "what is under the pointer stays");
    assert.ok(Math.abs(later.place.y - before.place.y) < 2, "what is under the pointer stays");
  });
});

test("page: pause holds the picture, its past can be seen, and live is live again", async (t) => {
  await stage.withPage(t, async (page) => {
    await stage.watch(page);
    await sleep(1_500);
    await page.click("#pause");
    const held = await shownTick(page);
    await sleep(1_200);
    assert.equal(await shownTick(page), held);
    assert.match(await textOf(page, "badge"), /^PAUSED −[1-9]\.\d s$/);
    await page.locator("#moment").focus();
    for (let i = 0; i < 30; ++i) await page.keyboard.press("ArrowLeft");
    await eventually(async () => (await shownTick(page)) < held - 20, "an earlier moment");
    await page.click("#live");
    await eventually(async () => (await shownTick(page)) > held + 40, "it is live");
    assert.match(await textOf(page, "badge"), /^LIVE/);
    await page.locator("#field").focus();
    await page.keyboard.press(" ");
    await eventually(async () => /^PAUSED/.test(await textOf(page, "badge")), "space pauses");
  });
});

test("page: who destroyed whom stands in the event feed, which is read out", async (t) => {
  await stage.withPage(t, async (page) => {
    await stage.watch(page);
    const lines = page.locator("#event-lines li");
    await eventually(async () => (await lines.count()) > 0, "something happens", 40_000);
    assert.match(await lines.first().textContent(), /destroyed|crashed|joined|left|says/);
    assert.equal(await page.locator("#event-lines").getAttribute("aria-live"), "polite");
  });
});

test("page: two viewers talk", async (t) => {
  await stage.withPage(t, async (page, context) => {
    const id = await stage.roomId();
    const ada = await stage.page(context, `?name=Ada#room=${id}`);
    const grace = await stage.page(context, `?name=Grace#room=${id}`);
    await isMoving(ada);
    await isMoving(grace);
    await ada.waitForSelector("#chat-input:enabled");
    await grace.waitForSelector("#chat-input:enabled");
    await ada.fill("#chat-input", "What a match <b>!</b>");
    await ada.press("#chat-input", "Enter");
    const said = (one) => one.locator("#chat-lines li", { hasText: "What a match <b>!</b>" });
    await said(grace).waitFor();
    assert.match(await said(grace).textContent(), /^Ada /);
    await grace.fill("#chat-input", "Indeed");
    await grace.press("#chat-input", "Enter");
    await ada.locator("#chat-lines li", { hasText: "Grace Indeed" }).waitFor();
    assert.equal(await said(ada).count(), 1, "one's own line stands there once");

    const late = await stage.page(context, `#room=${id}`);
    await said(late).waitFor();
    assert.deepEqual([...ada.failures, ...grace.failures, ...page.failures], []);
  });
});

test("page: on a phone the match is above, and one panel below it by its tab", async (t) => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  await stage.withPage(
    t,
    async (page) => {
      await stage.watch(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 390, `it is ${wide} pixels wide`);
      const field = await page.locator("#field").boundingBox();
      assert.ok(field.width === 390 && field.height > 400, JSON.stringify(field));
      assert.ok(await page.locator("#scores").isVisible());
      await page.tap('#tabs [data-tab="chat"]');
      assert.ok(await page.locator("#chat-input").isVisible());
      assert.ok(!(await page.locator("#scores").isVisible()));
      await page.tap('#tabs [data-tab="scores"]');
      await page.tap("#scores tbody button >> nth=1");
      await eventually(async () => /follow=\d+/.test(page.url()), "a tap follows");
      await sleep(1_000);
      await page.screenshot({ path: `${pictures}/phone.png` });
    },
    { ...phone, deviceScaleFactor: 1.5 },
  );
});

test("page: everything can be reached by the keyboard, and has a name", async (t) => {
  await stage.withPage(t, async (page) => {
    await stage.watch(page);
    await page.waitForSelector("#scores tbody button");
    const reached = new Set();
    for (let i = 0; i < 40; ++i) {
      await page.keyboard.press("Tab");
      const where = await page.evaluate(() => {
        const { id, className, tagName } = document.activeElement;
        return id || className || tagName;
      });
      reached.add(where);
    }
    for (const name of [
      "brand",
      "field",
      "pause",
      "follow",
      "player",
      "chat-lines",
      "chat-input",
    ]) {
      assert.ok(reached.has(name), `${name} can't be reached, only ${[...reached]}`);
    }
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll("button, input, select, a[href], canvas")]
        .filter((one) => one.checkVisibility())
        .filter((one) => !(one.textContent.trim() || one.ariaLabel || one.labels?.length))
        .map((one) => one.outerHTML),
    );
    assert.deepEqual(nameless, []);
  });
});

test("page: who wants less motion has a sky that stands still", async (t) => {
  await stage.withPage(
    t,
    async (page) => {
      await stage.watch(page, "&follow=free");
      assert.equal(await page.evaluate(() => window.engineNet.view.scene.timeS), 0);
    },
    { reducedMotion: "reduce" },
  );
});

test("page: what it looks like", async (t) => {
  await stage.withPage(t, async (page) => {
    await stage.watch(page);
    await sleep(8_000);
    await page.screenshot({ path: `${pictures}/match.png` });
    assert.ok((await pixels(page)).light > 500);
  });
});
