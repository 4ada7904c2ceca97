#pragma once

#include "replication/slot_set.hpp"

namespace engine_net {

/// Which entities of a tick one viewer is told of.
struct Scope {
    const SlotSet* sight = nullptr; ///< those it may know of
    const SlotSet* told = nullptr;  ///< of these, whose rows follow; the others stay as they were
    bool tells_all = false;         ///< `told` is all of `sight`

    friend bool operator==(const Scope&, const Scope&) = default;
};

} // namespace engine_net
