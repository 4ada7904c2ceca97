#pragma once

#include <cstdint>

namespace engine_net {

/// SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014): for
/// simulated links and jittered delays. Not for secrets: see `session/secrets.hpp`.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    /// 0 to below 1.
    double next_unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    bool next_chance(double chance) { return chance > 0 && next_unit() < chance; }
    /// 0 to `bound` - 1; 0 when `bound` is 0.
    std::uint64_t next_below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }

private:
    std::uint64_t state_;
};

} // namespace engine_net
