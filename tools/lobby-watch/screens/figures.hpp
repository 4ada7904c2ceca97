#pragma once

#include <engine_net/clock.hpp>

#include <array>
#include <cstdint>

/// Numbers as one reads them, without their unit where the column says it.
namespace watch::figures {

struct Figure {
    std::array<char, 32> letters{};

    [[nodiscard]] const char* text() const { return letters.data(); }
};

Figure count(std::uint64_t number);
/// "3 / 8".
Figure of(std::uint64_t part, std::uint64_t whole);
/// "1.25", of microseconds.
Figure ms(std::uint64_t us);
Figure ms(engine_net::Duration time);
/// "12.3", of bytes.
Figure kb(double bytes);
/// "45.2 %", of 0.452.
Figure percent(double share);
/// "4:05", "1:02:30", "3 d 04:10".
Figure age(engine_net::Duration age);

} // namespace watch::figures
