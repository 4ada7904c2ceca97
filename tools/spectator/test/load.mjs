import { mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "../../build/spectator-test");

/** The module that a file of `src` is. */
export async function load(path) {
  mkdirSync(out, { recursive: true });
  const outfile = join(out, `${process.pid}-${basename(path, ".ts")}.mjs`);
  await build({
    absWorkingDir: root,
    bundle: true,
    entryPoints: [join("src", path)],
    format: "esm",
    logLevel: "error",
    outfile,
    target: "es2020",
    tsconfig: "tsconfig.json",
  });
  return import(pathToFileURL(outfile).href);
}
