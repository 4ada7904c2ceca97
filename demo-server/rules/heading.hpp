#pragma once

#include "rules/vector.hpp"

namespace arena {

/// A full turn in the steps that headings are counted in. Whole numbers, so that every machine
/// turns alike; the same steps as the schema's 10 bits.
inline constexpr int full_turn = 1024;

/// The same heading from 0 to `full_turn` - 1.
constexpr int wrapped_heading(int heading) {
    return heading & (full_turn - 1);
}

/// The unit vector of a heading. From a table that only +, -, *, / and square roots went into, so
/// that server and client agree to the last bit on any machine.
Vector direction(int heading);

float radians(int heading);
int heading_of_radians(float radians);

} // namespace arena
