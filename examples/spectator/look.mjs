// node look.mjs URL: opens the page in a Chromium without a window, and waits until a planet moves on
// it, in what it says and in what it draws. Speaks the browser's DevTools protocol over a pipe, so it
// needs no packages.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let hasMoved = false;
const profile = mkdtempSync(join(tmpdir(), "spectator-"));
const browser = spawn(
  process.env.CHROMIUM ?? "chromium",
  [
    ...["--headless", "--no-sandbox", "--disable-dev-shm-usage"],
    ...["--remote-debugging-pipe", `--user-data-dir=${profile}`],
  ],
  { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
);
browser.on("exit", () => {
  rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  process.exit(hasMoved ? 0 : 1);
});
const [, , , toBrowser, fromBrowser] = browser.stdio;

const waiting = new Map();
let received = "";
fromBrowser.setEncoding("utf8").on("data", (bytes) => {
  const messages = (received + bytes).split("\0");
  received = messages.pop();
  for (const { id, result, error } of messages.map((text) => JSON.parse(text)))
    waiting.get(id)?.(error ? Promise.reject(new Error(error.message)) : result);
});

let last = 0;
function ask(method, params = {}, sessionId = undefined) {
  toBrowser.write(`${JSON.stringify({ id: ++last, method, params, sessionId })}\0`);
  return new Promise((resolve) => waiting.set(last, resolve));
}

const url = process.argv[2];
const { targetId } = await ask("Target.createTarget", { url });
const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
const look = async () => {
  const expression = `({
    places: document.getElementById("places")?.textContent ?? "",
    pixels: document.getElementById("sky")?.toDataURL() ?? "",
  })`;
  const options = { expression, returnByValue: true };
  // While the page is loaded there may be nothing to ask.
  const answer = await ask("Runtime.evaluate", options, sessionId).catch(() => null);
  return answer?.result.value ?? {};
};

let first = null;
for (const end = Date.now() + 60_000; !hasMoved && Date.now() < end; ) {
  await new Promise((resolve) => setTimeout(resolve, 200));
  const seen = await look();
  if (!seen.places) continue;
  first ??= seen;
  hasMoved = seen.places !== first.places && seen.pixels !== first.pixels;
  if (hasMoved) console.log(`${first.places}\n${seen.places}`);
}
ask("Browser.close");
