#include "lobby-watch/model/words.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <sstream>

namespace watch {

using engine_net::RoomPhase;

namespace {

std::string lowered(std::string_view text) {
    std::string lower;
    lower.reserve(text.size());
    std::ranges::transform(text, std::back_inserter(lower), [](char letter) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    });
    return lower;
}

} // namespace

std::string_view name_of(RoomPhase phase) {
    switch (phase) {
    case RoomPhase::waiting: return "waiting";
    case RoomPhase::countdown: return "countdown";
    case RoomPhase::playing: return "playing";
    case RoomPhase::ended: return "ended";
    }
    return "";
}

WordFilter::WordFilter(std::string_view text) {
    std::istringstream in(lowered(text));
    for (std::string word; in >> word;) words_.push_back(word);
}

bool WordFilter::matches(std::string_view text) const {
    if (words_.empty()) return true;
    const std::string lower = lowered(text);
    return std::ranges::all_of(words_, [&](const std::string& word) {
        return lower.find(word) != std::string::npos;
    });
}

} // namespace watch
