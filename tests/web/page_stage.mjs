// The spectator page in a real browser, against a real server with bots: what its tests share.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";

import { ArenaServer, eventually, require } from "./arena_server.mjs";

const { chromium } = require("playwright-core");

export const pictures =
  process.env.PICTURES ?? new URL("../../build/pictures", import.meta.url).pathname;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A server and a browser for the tests of one file. */
export class Stage {
  static async open() {
    const stage = new Stage();
    mkdirSync(pictures, { recursive: true });
    stage.server = await ArenaServer.start(["--rooms", "2", "--bots", "8"]);
    stage.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    });
    return stage;
  }

  async close() {
    await this.browser?.close();
    await this.server?.stop();
  }

  /** A page of its own for a test, which fails when the page's script does. */
  async withPage(t, use, options = {}) {
    const viewport = { width: 1280, height: 720 };
    const context = await this.browser.newContext({ viewport, ...options });
    t.after(() => context.close());
    const page = await this.page(context);
    await use(page, context);
    assert.deepEqual(page.failures, []);
  }

  async page(context, address = "") {
    const page = await context.newPage();
    page.failures = [];
    page.on("pageerror", (error) => page.failures.push(error.stack ?? error.message));
    await page.goto(`${this.server.url}/${address}`);
    return page;
  }

  /** The number of a room with bots. */
  roomId() {
    return eventually(async () => {
      const { rooms } = await (await fetch(`${this.server.url}/api/rooms`)).json();
      return rooms.sort((a, b) => b.players - a.players).find((room) => room.players > 1)?.id;
    }, "bots play");
  }

  /** Goes to the match of a room with bots, and waits until it is seen. */
  async watch(page, more = "") {
    const id = await this.roomId();
    await page.goto(`${this.server.url}/#room=${id}${more}`);
    await isMoving(page);
    return id;
  }
}

/** Where the ships are that the page shows, by player. */
export function ships(page) {
  return page.evaluate(() => {
    const all = window.engineNet.view.picture?.types.get("arena.Ship") ?? [];
    return Object.fromEntries(all.map(({ fields }) => [fields.player, fields.position]));
  });
}

export const shownTick = (page) => page.evaluate(() => window.engineNet.view.picture?.tick ?? null);
export const stats = (page) => page.evaluate(() => window.engineNet.client.stats());
export const status = (page) => page.evaluate(() => window.engineNet.client.status);
export const textOf = (page, id) =>
  page.evaluate((name) => document.getElementById(name).textContent, id);

/** Waits until the page shows a match that goes on. */
export async function isMoving(page) {
  await eventually(async () => Object.keys(await ships(page)).length > 0, "ships are shown");
  let first = Infinity;
  await eventually(async () => {
    const tick = await shownTick(page);
    first = Math.min(first, tick); // another server begins anew with its ticks
    return tick > first + 5;
  }, "the match goes on");
}

/** All that the canvas has, as one number, and how much of it is light. */
export function pixels(page) {
  return page.evaluate(() => {
    const field = document.getElementById("field");
    const { data } = field.getContext("2d").getImageData(0, 0, field.width, field.height);
    let sum = 0;
    let light = 0;
    for (let i = 0; i < data.length; i += 4) {
      sum = (Math.imul(sum, 31) + data[i] + 256 * data[i + 1] + 65536 * data[i + 2]) | 0;
      if (data[i] + data[i + 1] + data[i + 2] > 240) light += 1;
    }
    return { sum, light };
  });
}
