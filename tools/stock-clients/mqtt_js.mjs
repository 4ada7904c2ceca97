// What the README of mqtt shows. Only the host and the port are other ones.
import { require } from "./packages.mjs";

const { HOST, MQTT_PORT } = process.env;

const mqtt = require("mqtt");
const client = mqtt.connect(`mqtt://${HOST}:${MQTT_PORT}`);

client.on("connect", () => {
  client.subscribe("presence", (err) => {
    if (!err) {
      client.publish("presence", "Hello mqtt");
    }
  });
});

client.on("message", (topic, message) => {
  // message is Buffer
  console.log(`${topic}:`, message.toString());
  client.end();
});
