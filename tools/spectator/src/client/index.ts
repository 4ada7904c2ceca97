/** A web client of an engine-net server, and what shows a match from its feed. */
export { EngineNetClient } from "./client";
export type { ClientEvents, ClientOptions, Stats, Status, Watched } from "./client_types";
export type { SubscribeOptions } from "./channels";
export type { Frame } from "./feed";
export { Interpolator } from "./interpolator";
export type { Entity, InterpolatorConfig, Picture } from "./interpolator";
export { Playback } from "./playback";
export type { MatchEvent, Shown } from "./playback";
export { Playout } from "./playout";
export type { PlayoutConfig, PlayoutCounts } from "./playout";
export { BridgeError } from "./protocol";
export type { ChannelMessage, Room } from "./protocol";
export { ReconnectPolicy, mayComeBack } from "./reconnect";
export { blendTypesOf } from "./schema";
export { extrapolate, interpolate, slerp } from "./blend";
export type { BlendType, State } from "./blend";
