// The Arena on a server with bots and a web port, which a test may kill and start again.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

import { freePort, program, project } from "./demo_server.mjs";

/** Packages that tools/setup has installed for the spectator page. */
export const require = createRequire(join(project, "tools/spectator/package.json"));

export const pageFiles = join(project, "build/spectator");

/** Until `ask` gives something, which is the result. */
export async function eventually(ask, what, ms = 10_000) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`it did not happen within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The Arena with computer players, and its web bridge. */
export class ArenaServer {
  constructor(webPort, options) {
    this.webPort = webPort;
    this.options = options;
    this.log = "";
  }

  static async start(options = [], webPort = 0) {
    const server = new ArenaServer(webPort || (await freePort()), options);
    await server.run();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.webPort}`;
  }

  async run() {
    const web = ["--web-port", `${this.webPort}`, "--web-files", pageFiles];
    this.child = spawn(program, ["--port", "0", ...web, ...this.options]);
    const note = (bytes) => (this.log += bytes);
    this.child.stdout.on("data", note);
    this.child.stderr.on("data", note);
    this.ended = new Promise((resolve) => this.child.once("exit", resolve));
    await eventually(() => this.isReady(), "the server is ready", 20_000);
  }

  async isReady() {
    if (this.child.exitCode !== null) throw new Error(`the server has ended:\n${this.log}`);
    const answer = await fetch(`${this.url}/readyz`).catch(() => null);
    return answer?.ok;
  }

  /** As a crash does. */
  async kill() {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  async stop() {
    this.child.kill("SIGINT");
    this.child.kill("SIGTERM"); // two signals: without a drain
    const killer = setTimeout(() => this.child.kill("SIGKILL"), 5_000);
    await this.ended;
    clearTimeout(killer);
  }
}
