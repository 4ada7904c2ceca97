/** What `FeedDecoder.decode` throws, and nothing else: bytes that no encoder wrote. */
export class FeedError extends Error {
  override readonly name = "FeedError";
}
