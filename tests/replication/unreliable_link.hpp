#pragma once

#include "core/bytes.hpp"
#include "core/random.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

/// Loses, doubles and delays datagrams, each by itself, so that they come in any order.
class UnreliableLink {
public:
    struct Conditions {
        double loss = 0.1;
        double duplicate = 0.05;
        std::uint64_t most_delay_ticks = 6;
    };
    UnreliableLink(std::uint64_t seed, Conditions conditions)
        : random_(seed), conditions_(conditions) {}

    void send(engine_net::Bytes datagram) {
        do {
            if (random_.next_chance(conditions_.loss)) continue;
            const std::uint64_t delay = random_.next_below(conditions_.most_delay_ticks + 1);
            flying_.push_back({now_ + delay, {datagram.begin(), datagram.end()}});
        } while (random_.next_chance(conditions_.duplicate));
    }
    /// A tick passes: what is due arrives, in a random order if the link delays at all.
    void deliver(const std::function<void(engine_net::Bytes)>& receive) {
        for (std::size_t i = 0; i < flying_.size();) {
            if (conditions_.most_delay_ticks > 0)
                std::swap(flying_[i], flying_[i + random_.next_below(flying_.size() - i)]);
            if (flying_[i].due > now_) {
                ++i;
                continue;
            }
            const std::vector<std::uint8_t> bytes = std::move(flying_[i].bytes);
            flying_.erase(flying_.begin() + static_cast<std::ptrdiff_t>(i));
            receive(bytes);
        }
        ++now_;
    }

private:
    struct Flying {
        std::uint64_t due = 0;
        std::vector<std::uint8_t> bytes;
    };
    engine_net::Random random_;
    Conditions conditions_;
    std::uint64_t now_ = 0;
    std::vector<Flying> flying_;
};
