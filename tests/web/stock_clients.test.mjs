// tools/stock-clients/run shows what it says it shows.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

import { program, project } from "./demo_server.mjs";

test("stock clients: the examples of their READMEs work as they are", async () => {
  const { stdout } = await promisify(execFile)(`${project}/tools/stock-clients/run`, {
    env: { ...process.env, DEMO_SERVER: program },
    timeout: 120_000,
  });
  assert.deepEqual(stdout.trim().split("\n").sort(), [
    "all came",
    "mosquitto: sensors/temperature 32",
    "mqtt: presence: Hello mqtt",
    "pusher-js: channels: my-channel",
    'pusher-js: my-event: {"message":"hello world"}',
  ]);
});
