#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

/// Red, green, blue and cover, 0 to 1.
struct Colour {
    float r = 0;
    float g = 0;
    float b = 0;
    float a = 1;

    [[nodiscard]] constexpr Colour faded(float share) const { return {r, g, b, a * share}; }
};

constexpr Colour mixed(Colour from, Colour to, float share) {
    return {from.r + (to.r - from.r) * share,
            from.g + (to.g - from.g) * share,
            from.b + (to.b - from.b) * share,
            from.a + (to.a - from.a) * share};
}

inline constexpr Colour white{1, 1, 1, 1};
inline constexpr Colour night{0.016F, 0.02F, 0.05F, 1};
inline constexpr Colour stone{0.62F, 0.70F, 0.82F, 1};
inline constexpr Colour flame{1, 0.55F, 0.18F, 1};
inline constexpr Colour pale{0.60F, 0.72F, 0.90F, 1};
inline constexpr Colour danger{1, 0.32F, 0.30F, 1};

/// 0xRRGGBB, as avatars have it.
constexpr Colour colour_of(std::uint32_t rgb) {
    const auto share = [rgb](unsigned shift) {
        return static_cast<float>((rgb >> shift) & 0xFF) / 255;
    };
    return {share(16), share(8), share(0)};
}
inline std::uint32_t rgb_of(Colour colour) {
    const auto byte = [](float share) {
        return static_cast<std::uint32_t>(std::lround(share * 255));
    };
    return byte(colour.r) << 16 | byte(colour.g) << 8 | byte(colour.b);
}

/// The colour of a player, by its number in the game.
constexpr Colour player_colour(std::uint8_t number) {
    constexpr std::array<Colour, 16> colours{{
        {0.20F, 0.90F, 1.00F},
        {1.00F, 0.36F, 0.62F},
        {0.55F, 1.00F, 0.35F},
        {1.00F, 0.78F, 0.20F},
        {0.66F, 0.50F, 1.00F},
        {1.00F, 0.48F, 0.25F},
        {0.25F, 1.00F, 0.70F},
        {1.00F, 0.40F, 1.00F},
        {0.40F, 0.65F, 1.00F},
        {0.88F, 1.00F, 0.35F},
        {1.00F, 0.60F, 0.55F},
        {0.35F, 0.95F, 0.45F},
        {0.80F, 0.70F, 1.00F},
        {1.00F, 0.90F, 0.60F},
        {0.45F, 0.85F, 0.90F},
        {0.95F, 0.55F, 0.85F},
    }};
    return colours[number % colours.size()];
}
