#pragma once

#include "replication/struct_leaves.hpp"

#include <cstdint>
#include <string>

/// As text that reads back as the same number.
std::string text_of(const engine_net::StructLeaf& leaf, const std::uint8_t* state);
