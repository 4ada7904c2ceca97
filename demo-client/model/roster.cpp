#include "model/roster.hpp"

#include <engine_net/shown_room.hpp>

#include <algorithm>
#include <utility>

using arena::Emote;
using arena::EventKind;

namespace {

constexpr float words_life_s = 2.5F;
constexpr float news_life_s = 6;
constexpr std::size_t max_news = 6;

std::string text_of(const flatbuffers::String* text) {
    return text ? text->str() : std::string();
}

const char* words_for(Emote emote) {
    switch (emote) {
    case Emote::hello: return "hello!";
    case Emote::well_played: return "well played";
    case Emote::oops: return "oops";
    case Emote::laugh: return "haha";
    }
    return "...";
}

} // namespace

void Roster::clear() {
    names_.clear();
    words_.clear();
    lines_.clear();
    news_.clear();
}

void Roster::note(const arena::Event& event) {
    const std::uint32_t who = event.who();
    switch (event.kind()) {
    case EventKind::joined:
        tell({.text = text_of(event.name()) + " has joined", .colour = colour_of(who)});
        break;
    case EventKind::left:
        tell({.text = text_of(event.name()) + " has left", .colour = colour_of(who)});
        break;
    case EventKind::destroyed: tell_end(who, event.whom()); break;
    case EventKind::emote: words_[who] = {words_for(event.emote()), words_life_s}; break;
    case EventKind::appeared:
    case EventKind::hit:
    case EventKind::broken: break;
    }
}

void Roster::note(const arena::Names& names) {
    names_.clear();
    for (const arena::Name* name : *names.all()) names_[name->player()] = name->text()->str();
}

void Roster::update(const engine_net::ShownRoom& room, engine_net::Time now, float seconds) {
    lines_.clear();
    room.each<arena::Score>(now, [this](engine_net::EntityId, const arena::Score& score) {
        lines_.push_back({score.player(),
                          name_of(score.player()),
                          player_colour(score.colour()),
                          score.points(),
                          score.kills(),
                          score.deaths()});
    });
    std::ranges::sort(lines_, [](const Line& a, const Line& b) {
        return std::pair(b.points, a.player) < std::pair(a.points, b.player);
    });

    for (News& news : news_) news.left_s -= seconds;
    std::erase_if(news_, [](const News& news) {
        return news.left_s <= 0;
    });
    for (auto& [player, words] : words_) words.left_s -= seconds;
    std::erase_if(words_, [](const auto& entry) {
        return entry.second.left_s <= 0;
    });
}

std::string Roster::name_of(std::uint32_t player) const {
    const auto found = names_.find(player);
    return found == names_.end() ? "?" : found->second;
}

std::optional<std::string> Roster::words_of(std::uint32_t player) const {
    const auto found = words_.find(player);
    return found == words_.end() ? std::nullopt : std::optional(found->second.text);
}

/// Of a ship; nobody has destroyed it when `who` is 0.
void Roster::tell_end(std::uint32_t who, std::uint32_t whom) {
    const Colour colour = colour_of(whom);
    if (who == 0) return tell({.text = name_of(whom) + " crashed", .colour = colour});
    tell({.text = name_of(who) + " > ",
          .colour = colour_of(who),
          .more = name_of(whom),
          .more_colour = colour});
}

void Roster::tell(News news) {
    news.left_s = news_life_s;
    news_.push_back(std::move(news));
    if (news_.size() > max_news) news_.pop_front();
}

Colour Roster::colour_of(std::uint32_t player) const {
    const auto line = std::ranges::find(lines_, player, &Line::player);
    return line == lines_.end() ? pale : line->colour;
}
