#pragma once

#include "core/random.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/link_conditions.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace engine_net {

/// What becomes of one datagram on its way: up to two copies of it arrive.
class Fate {
public:
    struct Copy {
        Time due;
        std::optional<std::size_t> flipped_bit;
    };

    void add(const Copy& copy) { copies_[count_++] = copy; }
    [[nodiscard]] std::span<const Copy> copies() const { return {copies_.data(), count_}; }

private:
    std::array<Copy, 2> copies_{};
    std::size_t count_ = 0;
};

/// Whether it does anything to a datagram.
[[nodiscard]] bool worsens(const LinkConditions& link);

/// Decides the fates of the datagrams that go one way over one link, in the order of their sending.
/// The only place that gives `LinkConditions` their meaning.
class LinkFate {
public:
    explicit LinkFate(std::uint64_t seed) : random_(seed) {}

    Fate decide(const LinkConditions& link, Time now, std::size_t datagram_bytes);

private:
    Fate::Copy draw_copy(const LinkConditions& link, Time sent, std::size_t datagram_bytes);
    std::optional<Time> pass_bottleneck(const LinkConditions& link, Time now, std::size_t bytes);

    Random random_;
    Time bottleneck_free_ = Time::min(); ///< when the last datagram will have passed it
};

} // namespace engine_net
