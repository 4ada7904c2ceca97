// What the READMEs of pusher-js and of pusher show: a client subscribes, and the web backend says
// something on its channel. Only the host, the port and the app's key are other ones.
import { require } from "./packages.mjs";

const { HOST, WEB_PORT, PUSHER_APP_ID, PUSHER_KEY, PUSHER_SECRET } = process.env;

const PusherClient = require("pusher-js");
const client = new PusherClient(PUSHER_KEY, {
  cluster: "mt1",
  wsHost: HOST,
  wsPort: Number(WEB_PORT),
  forceTLS: false,
  enabledTransports: ["ws"],
});

const Pusher = require("pusher");
const pusher = new Pusher({
  appId: PUSHER_APP_ID,
  key: PUSHER_KEY,
  secret: PUSHER_SECRET,
  host: HOST,
  port: WEB_PORT,
  useTLS: false,
});

const channel = client.subscribe("my-channel");
channel.bind("my-event", (data) => {
  console.log("my-event:", JSON.stringify(data));
  client.disconnect();
});
channel.bind("pusher:subscription_succeeded", async () => {
  await pusher.trigger("my-channel", "my-event", { message: "hello world" });
  const response = await pusher.get({ path: "/channels", params: {} });
  console.log("channels:", Object.keys((await response.json()).channels).join(" "));
});
