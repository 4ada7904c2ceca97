#pragma once

#include <engine_net/schema.hpp>

namespace arena {

/// The kind that rooms with the Arena's rules are made under.
inline constexpr const char* room_kind = "arena";

/// The Arena's compiled schema, with the prior that `tools/train-arena-prior` makes.
engine_net::CompiledSchema schema();

} // namespace arena
