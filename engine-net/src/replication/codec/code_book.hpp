#pragma once

#include "replication/field_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace engine_net {

/// Points of view that a question is asked from.
inline constexpr std::size_t views = 3;
/// Where the opinions on one question live: one index for each point of view.
using Context = std::array<std::uint32_t, views>;

/// A question, or several in a row, with an opinion from each point of view, and the first place of
/// these opinions: a context is added to it.
struct Mixed {
    Context at{};
    std::uint32_t weight = 0; ///< how to mix them; the questions of a row have their own
};

/// How a field is expected to go on.
enum class Motion : std::uint8_t {
    moves,   ///< along a line
    turns,   ///< the same, and wraps
    rotates, ///< along a great circle
    holds,   ///< stays, until it jumps
};

/// Questions about one number's residual: is it more than 0 bits, than 1, ...
inline constexpr unsigned residual_bits = 20;
inline constexpr unsigned size_questions = residual_bits + 2;

/// The coder's own view of a component of a field, and where its questions live.
struct CodedComponent {
    std::uint8_t column = 0;
    bool is_small = false; ///< its residuals have at most `residual_bits`
    std::int32_t lo = 0;
    std::int32_t hi = 0;
    std::uint8_t bits = 0;
    double velocity_scale =
        0; ///< of a velocity: steps of what it moves, a tick and step of its own
    double velocity_origin = 0; ///< the same, at number 0
    Mixed size;
    Mixed sign;
    std::uint32_t mantissa = 0;
};

struct CodedField {
    Motion motion = Motion::holds;
    bool is_fixed = false; ///< `spawn_only`: told with the arrival and never again
    std::uint8_t first_column = 0;
    std::uint8_t columns = 0;
    int moved_by = -1;                      ///< index of the field that is its velocity
    std::int32_t limit = 0;                 ///< rotation: of a component; see `rotation_limit`
    double step = 0;                        ///< rotation: what a component's 1 is worth
    double scale = 0;                       ///< rotation: 1/256ths of such for a 1
    std::int32_t half_turn = 0;             ///< angle: numbers in half a turn
    std::vector<CodedComponent> components; ///< of a rotation: the three told
    Mixed same;
    Mixed largest;
    std::uint32_t other_largest = 0;
};

struct CodedType {
    std::vector<CodedField> fields;
    std::size_t shared_fields = 0;
    std::size_t shared_columns = 0;
    std::size_t columns = 0;
    std::size_t last_field = 0; ///< of the shared ones that are not fixed
    bool has_rotations = false;
    int flag_column =
        -1; ///< of the first shared column that is 0 or 1: it tells much about the rest
    Mixed moved;
    Mixed stayed;
    std::uint32_t life = 0;
    std::uint32_t rest = 0;
};

/// What is asked about each entity type of a schema, and where each question's statistics lie in a
/// `CodeModel`. Both ends make the same one from the same schema and tick rate.
struct CodeBook {
    CodeBook(std::span<const EntityType> types, std::uint32_t ticks_per_second);

    /// Neighbouring places that are mixed: place `first` + i has to do with question i % questions
    /// of a row.
    struct MixedPlaces {
        std::uint32_t first = 0;
        std::uint32_t places = 0;
        std::uint32_t questions = 1;
        std::uint32_t weight = 0; ///< of the row's first question
        std::size_t view = 0;
    };

    std::vector<CodedType> types;
    std::vector<MixedPlaces> mixed_places;
    std::size_t probabilities = 0;
    std::size_t weights = 0;
};

} // namespace engine_net
