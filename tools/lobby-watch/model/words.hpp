#pragma once

#include <engine_net/people.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace watch {

std::string_view name_of(engine_net::RoomPhase phase);

/// What a filter asks for: all of its words must be in a text, whatever the case of ASCII letters.
class WordFilter {
public:
    explicit WordFilter(std::string_view text);

    [[nodiscard]] bool matches(std::string_view text) const;

private:
    std::vector<std::string> words_;
};

} // namespace watch
