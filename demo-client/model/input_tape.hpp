#pragma once

#include <engine_net/result.hpp>

#include "arena_generated.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What a player holds down, tick by tick, written down before: it steers as a hand would, and the
/// same way each time.
///
/// A line says for how many ticks which buttons are held, such as `30 thrust+left`; the buttons are
/// thrust, left, right and fire, or none. What follows a # is a remark.
class InputTape {
public:
    static constexpr std::uint32_t max_ticks = 10'000'000; ///< of a line

    InputTape() = default;
    /// The error names the line and says what is wrong with it.
    static engine_net::Result<InputTape, std::string> read(std::string_view text);
    static engine_net::Result<InputTape, std::string> read_file(const std::string& file);

    /// What is held in the tick that comes so many after the first one. After its end: nothing.
    [[nodiscard]] arena::Input at(std::uint64_t tick) const;
    /// In ticks.
    [[nodiscard]] std::uint64_t length() const { return runs_.empty() ? 0 : runs_.back().end; }

private:
    struct Run {
        std::uint64_t end = 0; ///< the first tick after it
        std::uint8_t buttons = 0;
    };

    std::vector<Run> runs_;
};
