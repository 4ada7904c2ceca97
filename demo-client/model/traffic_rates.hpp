#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/stats.hpp>

#include <optional>
#include <string>
#include <vector>

/// What each field of the snapshots costs a second, of late.
class TrafficRates {
public:
    struct Rate {
        std::string name;
        double bytes_per_s = 0;
    };
    /// Of one type of entity.
    struct Group {
        Rate all;
        std::vector<Rate> parts; ///< its fields, and what is told besides
    };

    /// Once a frame, with all that was counted so far.
    void note(const std::vector<engine_net::TypeTraffic>& traffic, engine_net::Time now);

    /// Over the second before the last note of one; empty at first, and in the lobby.
    [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }

private:
    void compare(const std::vector<engine_net::TypeTraffic>& traffic, double seconds);

    std::vector<engine_net::TypeTraffic> before_;
    std::optional<engine_net::Time> noted_; ///< when that was
    std::vector<Group> groups_;
};
