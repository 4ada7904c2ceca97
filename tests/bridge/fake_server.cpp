#include "bridge/fake_server.hpp"

#include "support/pond.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

using namespace engine_net;
using namespace engine_net::bridge;
using namespace std::chrono_literals;

namespace {

constexpr auto step_time = 2ms;
constexpr int most_steps = 5'000 / 2;

bool is_private(const std::string& channel) {
    return channel.starts_with("private/");
}

} // namespace

FakeServer::FakeServer(BridgeConfig config, bool is_in_cluster) {
    config.port = 0;
    if (config.mqtt) config.mqtt->port = 0;
    ServerInfo info;
    info.is_in_cluster = is_in_cluster;
    KindInfo kind{R"({"types":[]})", nullptr};
    kind.prior = std::make_shared<std::vector<std::uint8_t>>(16, std::uint8_t{7});
    kind.frames_per_second = 20;
    kind.state_text = *StateText::load(test_game::schema(), "test_game.Board");
    info.kinds["arena"] = kind;
    auto started = Bridge::start(config, std::move(info), exchange_);
    REQUIRE(started);
    bridge_ = std::move(*started);
}

FakeServer::~FakeServer() = default;

void FakeServer::step() {
    for (const Ask& asked : exchange_.take_asks()) {
        std::visit(
            [this](const auto& one) {
                take(one);
            },
            asked);
    }
    exchange_.deliver();
}

bool FakeServer::step_until(const std::function<bool()>& holds) {
    for (int i = 0; i < most_steps; ++i) {
        step();
        if (holds()) return true;
        std::this_thread::sleep_for(step_time);
    }
    return false;
}

void FakeServer::take(const ask::Enter& enter) {
    tell::Answer answer{enter.ticket};
    if (refuses_all || enter.token == "wrong") {
        answer.error = tell::Error::not_allowed;
    } else {
        ++guests;
        answer.is_anonymous = !enter.token.starts_with("user ");
        answer.user = answer.is_anonymous ? "guest-" + std::to_string(enter.guest.value)
                                          : enter.token.substr(5);
        answer.name = enter.name;
        names_[enter.guest] = enter.name;
    }
    exchange_.tell(answer);
}

void FakeServer::leave(GuestId guest, const std::string& name, Channel& channel) {
    if (channel.guests.erase(guest) == 0 || !channel.guests.empty()) return;
    channel.is_open = false;
    exchange_.tell(tell::ChannelClosed{name});
}

void FakeServer::take(const ask::Leave& gone) {
    if (names_.erase(gone.guest) > 0) --guests;
    for (auto& [name, channel] : channels_) leave(gone.guest, name, channel);
}

void FakeServer::open(const std::string& name, Channel& channel) {
    channel.is_open = true;
    const std::uint64_t next = channel.items.size() + 1;
    exchange_.tell(tell::ChannelOpened{name, channel.epoch, 1, next, channel.items, {}});
}

void FakeServer::take(const ask::Subscribe& subscribe) {
    tell::Answer answer{subscribe.ticket};
    if (is_private(subscribe.channel) && !subscribe.is_authorised) {
        answer.error = tell::Error::not_allowed;
    } else {
        Channel& channel = channels_[subscribe.channel];
        if (!channel.is_open) open(subscribe.channel, channel);
        channel.guests[subscribe.guest] = true;
    }
    exchange_.tell(answer);
}

void FakeServer::take(const ask::Unsubscribe& unsubscribe) {
    leave(unsubscribe.guest, unsubscribe.channel, channels_[unsubscribe.channel]);
}

void FakeServer::add(const std::string& name, tell::ChannelItem item) {
    Channel& channel = channels_[name];
    item.number = channel.items.size() + 1;
    channel.items.push_back(item);
    channel.items.back().not_to = {};
    if (channel.is_open) exchange_.tell(tell::ChannelNews{name, {std::move(item)}});
}

void FakeServer::take(const ask::Observe& /*observe*/) {}

void FakeServer::take(const ask::Announce& announce) {
    add(announce.channel,
        {.event = announce.event, .payload = announce.payload, .not_to = announce.not_to});
    exchange_.tell(tell::Answer{.ticket = announce.ticket});
}

void FakeServer::take(const ask::Publish& publish) {
    if (is_private(publish.channel)) {
        tell::Answer refused{publish.ticket};
        refused.error = tell::Error::not_allowed;
        exchange_.tell(refused);
        return;
    }
    tell::ChannelItem item;
    item.kind = publish.kind;
    item.name = names_[publish.guest];
    item.event = publish.event;
    item.payload = publish.payload;
    if (!publish.to_self) item.not_to = publish.guest;
    add(publish.channel, std::move(item));
    exchange_.tell(tell::Answer{publish.ticket});
}

void FakeServer::take(const ask::Call& call) {
    tell::Answer answer{call.ticket};
    answer.payload = call.payload;
    if (call.name != "echo") answer.error = tell::Error::not_found;
    exchange_.tell(answer);
}

void FakeServer::take(const ask::Watch& watch) {
    if (watch.is_wanted) {
        wanted[watch.room.value] = watch.viewers;
    } else {
        wanted.erase(watch.room.value);
    }
}

void FakeServer::take(const ask::View& /*view*/) {
    auto view = std::make_shared<ServerView>();
    view->stats.ticks = 4711;
    exchange_.tell(tell::View{std::move(view)});
}

void FakeServer::take(const ask::Answered& /*answered*/) {}

void FakeServer::take(const ask::Log& /*log*/) {}

void FakeServer::list_rooms(const std::vector<std::uint32_t>& ids) {
    std::vector<RoomSummary> rooms;
    for (const std::uint32_t id : ids) {
        RoomSummary room{RoomId{id}, "arena", "room " + std::to_string(id)};
        room.players = id;
        room.capacity = 16;
        rooms.push_back(std::move(room));
    }
    set_rooms(std::move(rooms));
}

void FakeServer::set_rooms(std::vector<RoomSummary> rooms) {
    exchange_.tell(tell::RoomList{std::make_shared<std::vector<RoomSummary>>(std::move(rooms))});
    step();
}

void FakeServer::say(const std::string& channel,
                     const std::string& event,
                     const std::string& payload) {
    tell::ChannelItem item;
    item.event = event;
    item.payload.assign(payload.begin(), payload.end());
    add(channel, std::move(item));
    step();
}

void FakeServer::renew(const std::string& name) {
    Channel& channel = channels_[name];
    ++channel.epoch;
    channel.items.clear();
    if (channel.is_open) open(name, channel);
    step();
}

void FakeServer::close(const std::string& name) {
    channels_.erase(name);
    exchange_.tell(tell::ChannelClosed{name});
    step();
}

void FakeServer::feed_state(std::uint32_t room, std::span<const std::uint8_t> state) {
    auto message = std::make_shared<std::vector<std::uint8_t>>();
    wire::write_feed_header({wire::FeedKind::state, RoomId{room}, Tick{1}}, *message);
    message->insert(message->end(), state.begin(), state.end());
    exchange_.tell(
        tell::FeedItem{RoomId{room}, wire::FeedKind::state, Tick{1}, std::move(message)});
    step();
}

void FakeServer::feed(std::uint32_t room,
                      wire::FeedKind kind,
                      std::uint32_t tick,
                      std::size_t bytes) {
    auto message = std::make_shared<std::vector<std::uint8_t>>();
    wire::write_feed_header({kind, RoomId{room}, Tick{tick}}, *message);
    message->resize(std::max(bytes, message->size()));
    exchange_.tell(tell::FeedItem{RoomId{room}, kind, Tick{tick}, std::move(message)});
    step();
}
