#pragma once

#include "replication/codec/code_book.hpp"

#include <cstdint>

namespace engine_net {

/// What there is to say of an entity whose references say nearly all: the same to all who have
/// these and see it. All bits zero: nobody has asked yet.
struct Verdict {
    enum class Kind : std::uint8_t {
        unknown = 0,  ///< nobody has asked yet, or there is more to say
        rests_on,     ///< it has rested in the references, and does
        as_predicted, ///< every field is
    };

    Kind kind;
    std::uint8_t past;    ///< how long it has rested, its flag, what rounding has cut off
    std::uint16_t course; ///< how long it has gone straight, how far it leads, how sure that is

    [[nodiscard]] std::uint32_t flag() const { return past / 4u % 2; }
    /// For the question whether it is as predicted. `size`: of the last residuals told.
    [[nodiscard]] Context about(std::uint32_t size) const {
        return {course, past, past / 8u * 20 + size * 2 + flag()};
    }
};

} // namespace engine_net
