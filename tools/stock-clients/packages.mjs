// The packages that tools/setup has installed for the spectator page and its tests.
import { createRequire } from "node:module";

export const require = createRequire(new URL("../spectator/package.json", import.meta.url));
