// The game's web backend: signs people in, and gives those who are signed in a connect token.
//
//     POST /login  {"name": "ada", "password": "..."}   a cookie
//     POST /play   with the cookie                      a token, good for 30 seconds and one visit
//
// node backend.mjs KEY_FILE SERVER_KEY SERVER_ADDRESS [PORT]; with port 0 on any that is free.
import { execFile } from "node:child_process";
import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { promisify } from "node:util";

const [keyFile, serverKey, serverAddress, port = "8000"] = process.argv.slice(2);
const accounts = JSON.parse(readFileSync(new URL("accounts.json", import.meta.url), "utf8"));
const signedIn = new Map(); // cookie to account; a real backend lets them expire
const run = promisify(execFile);

/** The account, or null. As slow for a name that there is not, so that nobody learns which there are. */
function accountOf(name, password) {
  const account = Object.hasOwn(accounts, name) ? accounts[name] : null;
  const hash = scryptSync(password, account?.salt ?? "", 32);
  const isRight = timingSafeEqual(hash, account ? Buffer.from(account.hash, "hex") : randomBytes(32));
  return account && isRight ? { ...account, name } : null;
}

/** As the C++ library's seal_connect_token. PROTOCOL.md has the bytes, for a backend of another kind. */
async function tokenFor(account) {
  const { stdout } = await run("engine-net-token", [
    "make",
    ...["--key-file", keyFile],
    ...["--server-key", serverKey, "--address", serverAddress],
    ...["--user", account.id, "--name", account.name],
    ...["--expires-in", "30"],
  ]);
  return stdout;
}

async function bodyOf(request, maxBytes = 1024) {
  let body = "";
  for await (const piece of request.setEncoding("utf8")) {
    body += piece;
    if (body.length > maxBytes) throw new Error("too long");
  }
  return JSON.parse(body);
}

async function login(request, response) {
  const { name, password } = await bodyOf(request).catch(() => ({}));
  const account = accountOf(String(name), String(password));
  if (!account) return response.writeHead(401).end();
  const cookie = randomBytes(32).toString("hex");
  signedIn.set(cookie, account);
  // Over HTTPS, as it has to be on the internet, add: Secure
  response.setHeader("Set-Cookie", `session=${cookie}; HttpOnly; SameSite=Strict; Path=/`);
  return response.writeHead(204).end();
}

async function play(request, response) {
  const cookie = /(?:^|; )session=([0-9a-f]{64})(?:;|$)/.exec(request.headers.cookie ?? "")?.[1];
  const account = signedIn.get(cookie);
  if (!account) return response.writeHead(401).end();
  const token = await tokenFor(account);
  response.writeHead(200, { "Content-Type": "text/plain", "Cache-Control": "no-store" });
  return response.end(token);
}

const actions = { "POST /login": login, "POST /play": play };
const backend = createServer((request, response) => {
  const action = actions[`${request.method} ${request.url}`];
  if (!action) return response.writeHead(404).end();
  return action(request, response).catch((error) => {
    console.error(error.message);
    response.writeHead(500).end();
  });
});
backend.listen(Number(port), "127.0.0.1", () => console.log(`port ${backend.address().port}`));
