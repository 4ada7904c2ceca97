#pragma once

#include "replication/coverage.hpp"
#include "replication/field_table.hpp"
#include "replication/frame.hpp"
#include "replication/sections.hpp"
#include "replication/slot_set.hpp"

#include <span>

namespace engine_net {

/// Writes to `told` what the datagrams of a tick that have come told of it, as one datagram would.
/// `rows` are the slots whose rows are good; null: all.
void tell_frame(std::span<const EntityType> types,
                const Frame& frame,
                const Coverage& coverage,
                const SlotSet* rows,
                Sections& told);

} // namespace engine_net
