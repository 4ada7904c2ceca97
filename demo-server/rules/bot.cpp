#include "rules/bot.hpp"

#include "rules/schema.hpp"
#include "rules/ship_prediction.hpp"

#include <utility>

namespace arena {

namespace {

engine_net::ClientConfig with_schema(engine_net::ClientConfig config) {
    config.schema = schema();
    return config;
}

} // namespace

Bot::Bot(engine_net::ClientConfig config, std::uint64_t seed, const std::string& seat)
    : client_(with_schema(std::move(config))), pilot_(seed), dice_(seed + 1) {
    client_.on_event<Event>([this](const Event& event) {
        ++events_;
        const auto self = client_.presence().value;
        if (event.kind() == EventKind::destroyed && event.who() == self) cheer();
    });
    client_.on_room_state<Names>([this](const Names& names) {
        names_ = names.all()->size();
    });
    client_.predict(ship_prediction(client_));
    const auto note = [this](const engine_net::JoinResult& result) {
        join_ = result;
    };
    if (seat.empty()) {
        client_.join_or_create(room_kind, note);
    } else {
        client_.join_by_invite(seat, note);
    }
}

void Bot::poll(engine_net::Time now) {
    client_.poll(now);
    if (client_.state() != engine_net::ClientState::online || !client_.room().is_set()) return;

    const engine_net::Tick tick = client_.server_tick(now);
    if (tick == last_tick_) return;
    last_tick_ = tick;
    const Sight sight = look(client_, now);
    if (sight.own) ++ticks_flown_;
    client_.send_input(pilot_.steer(sight));
}

void Bot::leave() {
    client_.leave();
}

/// Sometimes says something after a victory.
void Bot::cheer() {
    if (dice_.below(3) != 0) return;
    const auto emote = static_cast<Emote>(dice_.below(static_cast<int>(Emote::MAX) + 1));
    flatbuffers::FlatBufferBuilder builder(64);
    builder.Finish(CreateEvent(builder, EventKind::emote, 0, 0, nullptr, 0, emote));
    client_.send_event(engine_net::bytes_of(builder));
}

} // namespace arena
