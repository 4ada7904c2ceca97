import { EngineNetClient } from "../client";
import { App } from "./app";

const words = new URLSearchParams(location.search);
const client = new EngineNetClient({ name: words.get("name") ?? "" });
const app = new App(client);

/** For whoever looks at the page from outside: consoles and tests. */
const outside = { client, view: app.view, model: app.model };
declare global {
  interface Window {
    engineNet: typeof outside;
  }
}
window.engineNet = outside;

client.connect(location.origin);
app.start();
