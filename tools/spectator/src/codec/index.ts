/** The decoder of a room's feed: see engine-net/BRIDGE.md. */
export { FeedError, type FeedErrorCode } from "./feed_error";
export {
  type Entity,
  FeedDecoder,
  type FeedMessage,
  type Fields,
  type FieldValue,
  type Frame,
} from "./feed_decoder";
export { RowFrame, TypeRows } from "./row_frame";
export {
  type Coding,
  type Column,
  type EntityType,
  type FeedSchema,
  type Field,
  type Interpolation,
  readSchema,
  type Scalar,
} from "./schema";
