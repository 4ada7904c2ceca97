#pragma once

#include "model/colour.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include "arena_generated.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {
class ShownRoom;
}

/// The people of the room: their names, scores, last words, and what happened to them lately.
class Roster {
public:
    struct Line {
        std::uint32_t player = 0;
        std::string name;
        Colour colour;
        int points = 0;
        int kills = 0;
        int deaths = 0;
    };
    /// "ada > bob", each in the colour of its player.
    struct News {
        std::string text{};
        Colour colour{};
        std::string more{};
        Colour more_colour{};
        float left_s = 0;
    };

    /// Forgets everyone: for another room.
    void clear();
    /// What the server tells.
    void note(const arena::Event& event);
    void note(const arena::Names& names);
    /// Once a frame.
    void update(const engine_net::ShownRoom& room, engine_net::Time now, float seconds);

    /// By points, the best first.
    [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }
    /// The oldest first.
    [[nodiscard]] const std::deque<News>& news() const { return news_; }
    [[nodiscard]] std::string name_of(std::uint32_t player) const;
    /// What the player says at the moment.
    [[nodiscard]] std::optional<std::string> words_of(std::uint32_t player) const;

private:
    struct Words {
        std::string text;
        float left_s = 0;
    };

    void tell(News news);
    void tell_end(std::uint32_t who, std::uint32_t whom);
    [[nodiscard]] Colour colour_of(std::uint32_t player) const;

    std::map<std::uint32_t, std::string> names_;
    std::map<std::uint32_t, Words> words_;
    std::vector<Line> lines_;
    std::deque<News> news_;
};
