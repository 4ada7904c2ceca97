#pragma once

#include <cstdint>

namespace arena {

/// The game's own generator (splitmix64): the same rolls for the same seed on every machine.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    /// The seed of one that goes on like this.
    [[nodiscard]] std::uint64_t state() const { return state_; }
    std::uint64_t roll() {
        state_ += 0x9E3779B97F4A7C15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
    /// From 0 to `count` - 1.
    int below(int count) {
        const std::uint64_t high = roll() >> 32;
        return static_cast<int>((high * static_cast<std::uint64_t>(count)) >> 32);
    }
    /// From `low` up to, but never, `high`.
    float between(float low, float high) {
        constexpr float step = 1.0F / (1 << 24);
        return low + (high - low) * (static_cast<float>(roll() >> 40) * step);
    }

private:
    std::uint64_t state_;
};

} // namespace arena
