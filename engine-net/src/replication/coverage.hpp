#pragma once

#include "replication/frame.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine_net {

/// Which slots of a tick someone was told of, whether they have an entity or not: runs, each from a
/// slot up to another, in any order.
class Coverage {
public:
    void clear() { runs_.clear(); }
    void add(Slot from, Slot to) { runs_.push_back({from, to}); }

    /// One run has all of them.
    [[nodiscard]] bool has(std::uint16_t type, std::size_t begin, std::size_t end) const {
        return std::ranges::any_of(runs_, [&](const Run& run) {
            return run.from <= Slot{type, static_cast<std::uint16_t>(begin)} &&
                   Slot{type, static_cast<std::uint16_t>(end)} <= run.to;
        });
    }

    /// Calls `visit(from, to)` for each run.
    template <class Visit>
    void each(Visit&& visit) const {
        for (const Run& run : runs_) visit(run.from, run.to);
    }

    friend bool operator==(const Coverage&, const Coverage&) = default;

private:
    struct Run {
        Slot from;
        Slot to;
        friend bool operator==(const Run&, const Run&) = default;
    };
    std::vector<Run> runs_;
};

} // namespace engine_net
