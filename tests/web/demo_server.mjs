// A demo server with a web port, for the tests of one file.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const project = fileURLToPath(new URL("../..", import.meta.url));
export const program = process.env.DEMO_SERVER ?? `${project}/build/bin/debug/demo-server`;
const patience = 20_000; // milliseconds until it must answer

/** A TCP port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** {port, files: a folder of pages, stop()} of one that answers. */
export async function startDemoServer() {
  const port = await freePort();
  const files = mkdtempSync(join(tmpdir(), "engine-net-web-"));
  const server = spawn(
    program,
    ["--port=0", `--web-port=${port}`, `--web-files=${files}`],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const stop = () =>
    new Promise((resolve) => {
      server.once("exit", () => {
        rmSync(files, { recursive: true });
        resolve();
      });
      if (!server.kill("SIGTERM")) resolve();
    });
  for (const deadline = Date.now() + patience; Date.now() < deadline; ) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    try {
      if ((await fetch(`http://127.0.0.1:${port}/readyz`)).ok) return { port, files, stop };
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error("the server does not answer on its web port");
}
