#include "replication/codec/prediction.hpp"
#include "replication/rounding.hpp"

#include <optional>

namespace engine_net {

namespace {

using Numbers = std::array<std::int32_t, max_references>;

/// From 1/256ths; what is absurdly far away is far enough.
std::int32_t rounded(std::int64_t in_256ths) {
    constexpr std::int64_t most = std::int64_t{1} << 38;
    return static_cast<std::int32_t>((std::clamp(in_256ths, -most, most) + 128) >> 8);
}

/// How many of the older references lie, within a step, on the line from the youngest to the oldest
/// of them.
int straightness(const Numbers& x, const std::array<int, max_references>& ages, std::size_t count) {
    int straight = 0;
    for (std::size_t j = 2; j < count; ++j) {
        const std::int64_t whole = std::int64_t{x[j]} - x[0];
        for (std::size_t m = 1; m < j; ++m) {
            const std::int64_t off = (std::int64_t{x[m]} - x[0]) * ages[j] - whole * ages[m];
            if (off > ages[j] || off < -ages[j]) return straight;
        }
        straight = static_cast<int>(j) - 1;
    }
    return straight;
}

bool is_still(const Numbers& x, std::size_t count) {
    std::int32_t differing = 0;
    for (std::size_t i = 1; i < count; ++i) differing |= x[i] ^ x[0];
    return differing == 0;
}

/// A component's numbers in the references, an angle's unrolled so that neighbours are near.
Numbers numbers_of(const CodedField& field, std::uint8_t column, const KnownRows& known) {
    Numbers x{};
    x[0] = known.rows[0][column];
    for (std::size_t j = 1; j < known.count; ++j) {
        x[j] = known.rows[j][column];
        if (field.motion != Motion::turns) continue;
        const std::int32_t turn = 2 * field.half_turn;
        x[j] = x[0] + (((x[j] - x[0] + field.half_turn) & (turn - 1)) - field.half_turn);
    }
    return x;
}

void stay(std::int32_t number, std::size_t i, std::size_t count, Prediction& p) {
    p.value[i] = number;
    p.fraction[i] = p.move[i] = 0;
    p.speed[i] = p.doubt[i] = p.jerk[i] = 0;
    p.bend[i] = 0;
    p.straight = std::min(p.straight, count < 2 ? 0 : static_cast<int>(count) - 2);
}

/// By a declared velocity, in 1/256ths; nothing where the past alone knows better.
std::optional<std::int64_t>
carried(const VelocityRows& velocity, std::size_t i, int lag, int& straight) {
    if (!velocity.field) return std::nullopt;
    const CodedComponent& mover = velocity.field->components[i];
    const std::int32_t now = velocity.now[mover.column];
    const std::int32_t then = velocity.then[mover.column];
    if (now == then && straight >= 3) return std::nullopt;
    if (now != then) straight = 0;
    const double mean =
        (static_cast<double>(now) + then) * 0.5 * mover.velocity_scale + mover.velocity_origin;
    constexpr double most = std::int64_t{1} << 50; // far beyond all that moves
    return floor_to_integer(std::clamp(mean * lag * 256 + 0.5, -most, most));
}

/// By where the past leads, in 1/256ths.
std::int64_t led(const Numbers& x, std::size_t count, const Lines& lines, int straight) {
    const std::int64_t here = std::int64_t{x[0]} << 8;
    if (straight > 0) {
        const auto used = static_cast<std::size_t>(straight);
        return Lines::at(lines.straight[used], x.data(), used + 2);
    }
    if (count > 2) return here + (std::int64_t{x[0]} - x[2]) * lines.since_third;
    return count > 1 ? Lines::at(lines.last, x.data(), 2) : here;
}

/// From 1/256ths to a number in its range, and how far the rival guesses are from it.
void settle(const CodedField& field,
            std::size_t i,
            std::int64_t guess,
            std::int64_t rival,
            std::int64_t last,
            Prediction& p) {
    const CodedComponent& component = field.components[i];
    if (field.motion != Motion::turns) {
        guess = std::clamp(guess, std::int64_t{component.lo} << 8, std::int64_t{component.hi} << 8);
    }
    p.value[i] = rounded(guess);
    p.fraction[i] = static_cast<std::int32_t>(guess - (std::int64_t{p.value[i]} << 8));
    if (field.motion == Motion::turns) p.value[i] &= 2 * field.half_turn - 1;
    p.speed[i] = bit_length(p.move[i]);
    p.doubt[i] = bit_length(rival - p.move[i]);
    p.bend[i] = static_cast<std::int8_t>(sign_of(rival - p.move[i]));
    p.jerk[i] = bit_length(last - p.move[i]);
}

} // namespace

void predict_numbers(const CodedField& field,
                     const KnownRows& known,
                     const References& references,
                     const Lines& lines,
                     const VelocityRows& velocity,
                     Prediction& p) {
    const std::size_t count = known.count;
    for (std::size_t i = 0; i < field.components.size(); ++i) {
        const CodedComponent& component = field.components[i];
        const Numbers x = numbers_of(field, component.column, known);
        if (!velocity.field && is_still(x, count)) {
            stay(x[0], i, count, p);
            continue;
        }
        int straight = straightness(x, references.ages, count);
        const std::int64_t here = std::int64_t{x[0]} << 8;
        const std::int64_t last =
            count > 1 ? rounded(Lines::at(lines.last, x.data(), 2) - here) : 0;
        std::int64_t rival = count > 3 ? rounded(Lines::at(lines.curved, x.data(), 4) - here) : 0;
        std::int64_t guess = here;
        if (field.motion == Motion::holds) {
            p.move[i] = count > 2 ? rounded((std::int64_t{x[0]} - x[2]) << 8) : 0;
            rival = p.move[i];
        } else {
            const auto by_velocity = carried(velocity, i, references.lag, straight);
            guess = by_velocity ? here + *by_velocity : led(x, count, lines, straight);
            p.move[i] = rounded(guess - here);
        }
        settle(field, i, guess, rival, last, p);
        p.straight = std::min(p.straight, straight);
        p.worst_fraction = std::max(p.worst_fraction, std::abs(p.fraction[i]));
    }
}

} // namespace engine_net
