#pragma once

#include "replication/scoped_encoder.hpp"

#include <functional>

namespace engine_net {

/// What one viewer may know of a tick.
struct Sight {
    SharedSlots slots; ///< null: everything
    /// How important an entity of it is to the viewer, above 0; null: all equally. Asked only
    /// while there is no room for all of them.
    std::function<double(Slot)> weight;
};

} // namespace engine_net
