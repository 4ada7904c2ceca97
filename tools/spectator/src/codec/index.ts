/** The decoder of a room's feed: see engine-net/BRIDGE.md. */
export { FeedError } from "./feed_error";
