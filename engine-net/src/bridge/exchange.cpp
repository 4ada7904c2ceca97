#include "bridge/exchange.hpp"

#include <iterator>
#include <utility>

namespace engine_net::bridge {

bool Exchange::ask(Ask one) {
    const std::lock_guard lock(asks_lock_);
    if (asks_.size() >= max_asks) return false;
    asks_.push_back(std::move(one));
    return true;
}

std::vector<Ask> Exchange::take_asks() {
    const std::lock_guard lock(asks_lock_);
    return std::exchange(asks_, {});
}

bool Exchange::is_congested() {
    const std::lock_guard lock(delivered_lock_);
    return delivered_.size() >= max_told;
}

void Exchange::deliver() {
    if (told_.empty()) return;
    bool was_empty = false;
    {
        const std::lock_guard lock(delivered_lock_);
        was_empty = delivered_.empty();
        delivered_.insert(delivered_.end(),
                          std::make_move_iterator(told_.begin()),
                          std::make_move_iterator(told_.end()));
    }
    told_.clear();
    if (was_empty && wake) wake();
}

std::vector<Tell> Exchange::take_told() {
    const std::lock_guard lock(delivered_lock_);
    return std::exchange(delivered_, {});
}

} // namespace engine_net::bridge
