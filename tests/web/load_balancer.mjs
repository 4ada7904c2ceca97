// nginx and HAProxy as docs/load-balancers has them, before servers of a test.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventually } from "./arena_server.mjs";
import { freePort, project } from "./demo_server.mjs";

const balancers = {
  nginx: {
    file: "nginx.conf",
    listen: "listen 80;",
    listenOn: (port) => `listen ${port};`,
    command: (file, folder) => ["/usr/sbin/nginx", ["-p", folder, "-c", file, "-g", "daemon off;"]],
  },
  haproxy: {
    file: "haproxy.cfg",
    listen: "bind :80\n",
    listenOn: (port) => `bind :${port}\n`,
    command: (file) => ["/usr/sbin/haproxy", ["-db", "-f", file]],
  },
};

function replaced(text, part, by) {
  if (!text.includes(part)) throw new Error(`the configuration has no "${part}"`);
  return text.replace(part, by);
}

/** {port, url, log(), stop()} of one that answers; `ports` are the servers' two web ports. */
export async function startBalancer(name, ports) {
  const kind = balancers[name];
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), `engine-net-${name}-`));
  let text = readFileSync(join(project, "docs/load-balancers", kind.file), "utf8");
  text = replaced(text, kind.listen, kind.listenOn(port));
  text = replaced(text, "10.0.0.11:8080", `127.0.0.1:${ports[0]}`);
  text = replaced(text, "10.0.0.12:8080", `127.0.0.1:${ports[1]}`);
  const file = join(folder, kind.file);
  writeFileSync(file, text);
  const child = spawn(...kind.command(file, folder), { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stdout.on("data", (bytes) => (log += bytes));
  child.stderr.on("data", (bytes) => (log += bytes));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(killer);
    rmSync(folder, { recursive: true });
  };
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`${name} has ended:\n${log}`);
    return (await fetch(`${url}/readyz`).catch(() => null))?.ok;
  }, `${name} answers`);
  return { port, url, log: () => log, stop };
}
