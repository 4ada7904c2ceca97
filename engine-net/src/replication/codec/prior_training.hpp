#pragma once

#include "replication/codec/code_book.hpp"
#include "replication/codec/code_model.hpp"
#include "replication/codec/references.hpp"
#include "replication/frame.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace engine_net {

/// A match, tick after tick.
using Recording = std::vector<Frame>;

/// What a viewer `lag` ticks behind tick `i` of a recording would have that got everything: the
/// wanted ages, as far back as the recording goes. `lag` is at least 1.
References references_in(const Recording& recording, std::size_t i, int lag);

/// What is likely in matches like these, for viewers `lag` ticks behind: first how likely each
/// answer is, learned through all of them twice; then how the opinions are best mixed. Takes about
/// six times as long as coding all of it. Recordings that are not longer than `lag` add nothing.
Prior train_prior(const CodeBook& book, std::span<const Recording> recordings, int lag);

} // namespace engine_net
