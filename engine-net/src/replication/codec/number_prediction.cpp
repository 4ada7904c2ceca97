#include "replication/codec/prediction.hpp"
#include "replication/rounding.hpp"

#include <optional>

namespace engine_net {

namespace {

/// From 1/256ths; what is absurdly far away is far enough.
std::int32_t rounded(std::int64_t in_256ths) {
    constexpr std::int64_t most = std::int64_t{1} << 38;
    return static_cast<std::int32_t>((std::clamp(in_256ths, -most, most) + 128) >> 8);
}

/// Of an angle the near way round.
Ways ways_of(const CodedField& field, std::uint8_t column, const KnownRows& known) {
    Ways way{};
    const std::int64_t here = known.rows[0][column];
    for (std::size_t j = 1; j < known.count; ++j) way[j] = known.rows[j][column] - here;
    if (field.motion == Motion::turns) {
        const std::int64_t turn = 2 * std::int64_t{field.half_turn};
        for (std::int64_t& one : way)
            one = ((one + field.half_turn) & (turn - 1)) - field.half_turn;
    }
    return way;
}

bool is_still(const Ways& way) {
    return (way[1] | way[2] | way[3] | way[4] | way[5]) == 0;
}

/// How many of the older references lie, within a step, on the line from the youngest to the oldest
/// of them.
int straightness(const Ways& way, const std::array<int, max_references>& ages, std::size_t count) {
    for (std::size_t j = 2; j < count; ++j) {
        const std::int64_t age = ages[j];
        std::uint64_t worst = 0; // as unsigned numbers, what lies below -age is above all
        for (std::size_t m = 1; m < j; ++m) {
            const std::int64_t off = way[m] * age - way[j] * ages[m];
            worst = std::max(worst, static_cast<std::uint64_t>(off + age));
        }
        if (worst > static_cast<std::uint64_t>(2 * age)) return static_cast<int>(j) - 2;
    }
    return count < 2 ? 0 : static_cast<int>(count) - 2;
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

/// Guesses of how far a number moves, in steps.
struct Guesses {
    std::int32_t move = 0;
    std::int64_t rival = 0;
    std::int64_t last = 0;
};

/// From a move in 1/256ths to a number in its range, and how far the rival guesses are from it.
void settle(const CodedField& field,
            std::size_t i,
            std::int32_t here,
            std::int64_t move,
            const Guesses& guesses,
            Prediction& p) {
    const CodedComponent& component = field.components[i];
    std::int64_t guess = std::int64_t{here} * 256 + move;
    if (field.motion != Motion::turns) {
        guess = std::clamp(guess, std::int64_t{component.lo} << 8, std::int64_t{component.hi} << 8);
    }
    p.value[i] = rounded(guess);
    p.fraction[i] = static_cast<std::int32_t>(guess - (std::int64_t{p.value[i]} << 8));
    if (field.motion == Motion::turns) p.value[i] &= 2 * field.half_turn - 1;
    p.move[i] = guesses.move;
    p.speed[i] = bit_length(guesses.move);
    p.doubt[i] = bit_length(guesses.rival - guesses.move);
    p.bend[i] = static_cast<std::int8_t>(sign_of(guesses.rival - guesses.move));
    p.jerk[i] = bit_length(guesses.last - guesses.move);
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
        const std::uint8_t column = field.components[i].column;
        const Ways way = ways_of(field, column, known);
        const std::int32_t here = known.rows[0][column];
        if (!velocity.field && is_still(way)) {
            stay(here, i, count, p);
            continue;
        }
        int straight = straightness(way, references.ages, count);
        const std::int32_t last = rounded(lines.at_last_speed(way));
        std::int64_t move = 0;
        Guesses guesses{.move = 0, .rival = 0, .last = last};
        if (field.motion == Motion::holds) {
            // It stays where it is; what counts is how it jumped.
            guesses.move = rounded(-way[2] * 256);
            guesses.rival = guesses.move;
        } else {
            const auto by_velocity = carried(velocity, i, references.lag, straight);
            const auto& line =
                count > 2 ? lines.straight[static_cast<std::size_t>(straight)] : lines.last;
            move = by_velocity ? *by_velocity : Lines::along(line, way);
            guesses.move = rounded(move);
            guesses.rival = count > 3 ? rounded(lines.on_curve(way)) : 0;
        }
        settle(field, i, here, move, guesses, p);
        p.straight = std::min(p.straight, straight);
        p.worst_fraction = std::max(p.worst_fraction, std::abs(p.fraction[i]));
        p.distance += std::abs(std::int64_t{p.move[i]});
        p.most_doubt = std::max<std::uint32_t>(p.most_doubt, p.doubt[i]);
    }
}

} // namespace engine_net
