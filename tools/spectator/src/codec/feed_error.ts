/** What went wrong: the bytes are none that an encoder writes, or they are told against an earlier
 * frame that is not here, so that it takes the next keyframe to go on. */
export type FeedErrorCode = "damaged" | "unknown_reference" | "bad_schema" | "bad_prior";

/** What the decoder throws, and nothing else. */
export class FeedError extends Error {
  override readonly name = "FeedError";

  constructor(
    readonly code: FeedErrorCode,
    detail: string,
  ) {
    super(detail);
  }
}
