#include "model/roster.hpp"

#include <engine_net/client.hpp>

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
    case EventKind::joined: tell(text_of(event.name()) + " has joined", who); break;
    case EventKind::left: tell(text_of(event.name()) + " has left", who); break;
    case EventKind::destroyed:
        tell(who == 0 ? name_of(event.whom()) + " crashed"
                      : name_of(who) + " > " + name_of(event.whom()),
             who == 0 ? event.whom() : who);
        break;
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

void Roster::update(const engine_net::Client& client, engine_net::Time now, float seconds) {
    lines_.clear();
    client.each<arena::Score>(now, [this](engine_net::EntityId, const arena::Score& score) {
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

void Roster::tell(std::string text, std::uint32_t about) {
    const auto line = std::ranges::find(lines_, about, &Line::player);
    news_.push_back({std::move(text), line == lines_.end() ? pale : line->colour, news_life_s});
    if (news_.size() > max_news) news_.pop_front();
}
