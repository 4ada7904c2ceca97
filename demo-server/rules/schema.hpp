#pragma once

#include <engine_net/schema.hpp>

namespace arena {

/// The kinds that rooms with the Arena's rules are made under: one that is played all the time, and
/// one of short matches, for which players get ready or queue.
inline constexpr const char* room_kind = "arena";
inline constexpr const char* match_kind = "match";

/// The Arena's compiled schema, with the prior that `tools/train-arena-prior` makes.
engine_net::CompiledSchema schema();

} // namespace arena
