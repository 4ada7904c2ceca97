/** What the page shows, as its address says behind the "#": so a match can be linked to. */
export interface Place {
  room: number | null;
  /** Whom the camera follows: a player's presence, the best one, or nobody. */
  follow: number | "leader" | "free";
}

function wholeOf(text: string | null): number | null {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : null;
}

export function readPlace(hash: string): Place {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const follow = words.get("follow");
  return {
    room: wholeOf(words.get("room")),
    follow: follow === "free" ? "free" : (wholeOf(follow) ?? "leader"),
  };
}

export function writePlace(place: Place): string {
  if (place.room === null) return "#";
  const follow = place.follow === "leader" ? "" : `&follow=${place.follow}`;
  return `#room=${place.room}${follow}`;
}
