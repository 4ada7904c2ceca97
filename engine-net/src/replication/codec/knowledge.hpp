#pragma once

#include "replication/codec/code_book.hpp"
#include "replication/codec/code_model.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace engine_net {

/// What a prior is written down as. Of each of a row of priors, each for more lag than the one
/// before: what it knows better than that one, so that it saves at least `least_bits` in the
/// matches it was trained with; elsewhere what that one knows, too.
std::vector<Knowledge>
knowledge_of(const CodeBook& book, std::span<const Prior* const> priors, double least_bits);

} // namespace engine_net
