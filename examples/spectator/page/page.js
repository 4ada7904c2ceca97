// Shows the first room of the server that the page comes from.
import { EngineNetClient } from "./client.js";

const canvas = document.getElementById("sky");
const pen = canvas.getContext("2d");
const client = EngineNetClient.connect(location.origin);

client.on("status", ({ state }) => (document.getElementById("status").textContent = state));
client.on("rooms", ([first]) => first && client.watch(first.id));
client.watchRooms();

function disc(x, y, radius, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(500 + x, 500 + y, radius, 0, 2 * Math.PI);
  pen.fill();
}

/** The picture of now: the client keeps it even, whatever the network does. */
function draw() {
  const shown = client.playback?.advance(performance.now());
  const planets = shown?.picture?.types.get("game.Planet") ?? [];
  pen.clearRect(0, 0, canvas.width, canvas.height);
  disc(0, 0, 30, "#ffd35c");
  for (const { fields } of planets) disc(fields.x, fields.y, fields.radius, "#7fb2ff");
  document.getElementById("places").textContent = planets
    .map(({ id, fields }) => `planet ${id} at ${fields.x.toFixed(1)}, ${fields.y.toFixed(1)}`)
    .join("; ");
  requestAnimationFrame(draw);
}
draw();
