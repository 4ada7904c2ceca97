#include "bridge/fake_http_client.hpp"
#include "bridge/webhook_events.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace engine_net::bridge;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

tell::ChannelItem item(std::uint64_t number, ChannelKind kind, const std::string& user) {
    tell::ChannelItem item{.number = number, .kind = kind};
    item.user = user;
    item.name = user;
    return item;
}

RoomSummary room(std::uint32_t id, const std::string& node, RoomPhase phase) {
    RoomSummary room;
    room.id = RoomId{id};
    room.kind = "arena";
    room.node = node;
    room.phase = phase;
    return room;
}

/// The events of a server called "a".
class Stage {
public:
    Stage() {
        config_.queue_file = (std::filesystem::temp_directory_path() /
                              ("engine-net-events-" + std::to_string(::getpid())))
                                 .string();
        config_.batch_size = 1000;
        config_.url = "http://backend/hook";
        config_.secret = "secret";
        std::filesystem::remove(config_.queue_file);
        auto hooks = Webhooks::open(config_,
                                    {client_,
                                     stats_,
                                     [] {
                                         return std::uint64_t{1};
                                     },
                                     [](LogLevel, const std::string&) {}});
        REQUIRE(hooks);
        events_ = std::make_unique<WebhookEvents>(std::move(*hooks), channels_, "a", 7);
        (void)told();
    }
    ~Stage() {
        events_.reset();
        std::filesystem::remove(config_.queue_file);
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    template <class Told>
    void tell(const Told& told) {
        events_->on_told(told);
    }
    void use(const std::string& channel, std::size_t subscribers) {
        tell(tell::ChannelUse{channel, subscribers});
    }
    void list(std::vector<RoomSummary> rooms) {
        tell(tell::RoomList{std::make_shared<const std::vector<RoomSummary>>(std::move(rooms))});
    }
    void pass(Duration time) {
        now_ += time;
        events_->on_time(now_);
    }
    /// What is said since, as "NAME SUBJECT"; all is taken by the backend.
    Lines told() {
        Lines lines;
        pass(0s);
        while (!client_.waiting.empty()) {
            const auto body = parse_json(client_.posts.back().body);
            REQUIRE(body);
            for (const Json& event : body->at("events")) {
                std::string line = text_of(event, "name") + " ";
                line += event.contains("room") ? std::to_string(*number_of(event["room"], "id"))
                                               : text_of(event, "channel");
                if (const std::string user = text_of(event, "user_id"); !user.empty())
                    line += " " + user + " " + text_of(event, "id");
                lines.push_back(line);
            }
            client_.answer(200);
        }
        return lines;
    }
    /// What was asked of the server: channels that are observed from now on, or no more.
    std::vector<std::pair<std::string, bool>> observed() {
        std::vector<std::pair<std::string, bool>> all;
        for (const Ask& asked : exchange_.take_asks()) {
            const auto& observe = std::get<ask::Observe>(asked);
            all.emplace_back(observe.channel, observe.is_wanted);
        }
        return all;
    }
    WebhookEvents& events() { return *events_; }

private:
    WebhookConfig config_{};
    BridgeStats stats_{};
    FakeHttpClient client_{};
    Exchange exchange_{};
    Asks asks_{exchange_};
    WebChannels channels_{asks_, 1};
    Time now_{};
    std::unique_ptr<WebhookEvents> events_{};
};

constexpr auto joined = ChannelKind::joined;
constexpr auto left = ChannelKind::left;

} // namespace

TEST_CASE(
    "webhook events: a server tells of its own rooms, and one that moves is neither new nor over") {
    Stage stage;
    stage.list({room(1, "a", RoomPhase::waiting), room(2, "b", RoomPhase::playing)});
    CHECK(stage.told() == Lines{"room_created 1"});
    stage.list({room(1, "a", RoomPhase::playing), room(2, "b", RoomPhase::playing)});
    CHECK(stage.told() == Lines{"room_started 1"});
    stage.list({room(1, "b", RoomPhase::playing), room(2, "a", RoomPhase::playing)});
    CHECK(stage.told().empty());
    stage.list({});
    CHECK(stage.told() == Lines{"room_ended 2"});
}

TEST_CASE("webhook events: who is on a presence channel is known from its log, with ids of that") {
    Stage stage;
    stage.use("presence/deck", 1);
    CHECK(stage.observed() == std::vector<std::pair<std::string, bool>>{{"presence/deck", true}});
    stage.tell(tell::ChannelOpened{"presence/deck", 5, 1, 2, {item(1, joined, "ada")}, {}});
    CHECK(stage.told() == Lines{"channel_occupied presence-deck",
                                "member_added presence-deck ada presence/deck@5-1"});
    stage.tell(tell::ChannelNews{"presence/deck", {item(2, joined, "bob"), item(3, left, "ada")}});
    CHECK(stage.told() == Lines{"member_added presence-deck bob presence/deck@5-2",
                                "member_removed presence-deck ada presence/deck@5-3"});
}

TEST_CASE("webhook events: a channel is observed for a while after the last one is gone") {
    Stage stage;
    stage.use("presence/deck", 1);
    stage.tell(tell::ChannelOpened{"presence/deck", 5, 1, 2, {item(1, joined, "ada")}, {}});
    stage.use("presence/deck", 0);
    (void)stage.observed();
    (void)stage.told();
    stage.pass(9s);
    CHECK(stage.observed().empty());
    stage.tell(tell::ChannelNews{"presence/deck", {item(2, left, "ada")}});
    CHECK(stage.told() == Lines{"member_removed presence-deck ada presence/deck@5-2"});
    stage.pass(2s);
    CHECK(stage.observed() == std::vector<std::pair<std::string, bool>>{{"presence/deck", false}});
    SUBCASE("what was told is not told again when it is used again") {
        stage.tell(tell::ChannelClosed{"presence/deck"});
        stage.use("presence/deck", 1);
        stage.tell(tell::ChannelOpened{
            "presence/deck",
            5,
            1,
            4,
            {item(1, joined, "ada"), item(2, left, "ada"), item(3, joined, "bob")},
            {item(0, ChannelKind::member, "bob")}});
        CHECK(stage.told() == Lines{"channel_occupied presence-deck",
                                    "member_added presence-deck bob presence/deck@5-3"});
    }
}

TEST_CASE("webhook events: after a gap who came and went is told by who is there") {
    Stage stage;
    stage.use("presence/deck", 1);
    stage.tell(tell::ChannelOpened{
        "presence/deck", 5, 1, 2, {item(1, joined, "ada")}, {item(0, ChannelKind::member, "ada")}});
    (void)stage.told();
    stage.tell(tell::ChannelOpened{
        "presence/deck", 5, 900, 900, {}, {item(0, ChannelKind::member, "bob")}});
    CHECK(stage.told() == Lines{"member_removed presence-deck ada presence/deck@5-899/ada",
                                "member_added presence-deck bob presence/deck@5-899/bob"});
}

TEST_CASE("webhook events: a channel is occupied and vacated once, however many are on it") {
    Stage stage;
    for (const std::size_t subscribers : {1U, 2U, 3U, 1U}) stage.use("news", subscribers);
    CHECK(stage.told() == Lines{"channel_occupied news"});
    stage.pass(1s);
    CHECK(stage.told() == Lines{"subscription_count news"});
    stage.use("news", 0);
    CHECK(stage.told() == Lines{"channel_vacated news"});
    CHECK(stage.observed().empty());
}

TEST_CASE("webhook events: only what Pusher's clients say is a client event") {
    Stage stage;
    stage.use("private/deck", 2);
    stage.tell(tell::ChannelOpened{"private/deck", 5, 1, 1, {}, {}});
    tell::ChannelItem said = item(1, ChannelKind::message, "ada");
    said.event = "wave";
    said.not_to = GuestId{3};
    stage.tell(tell::ChannelNews{"private/deck", {said}});
    CHECK(stage.told() == Lines{"channel_occupied private-deck"});
    stage.events().add_socket(GuestId{3}, "1.2");
    said.number = 2;
    stage.tell(tell::ChannelNews{"private/deck", {said}});
    CHECK(stage.told() == Lines{"client_event private-deck"});
}

TEST_CASE("webhook events: of what a server has that ends, all is ended") {
    Stage stage;
    stage.use("news", 1);
    stage.list({room(1, "a", RoomPhase::playing), room(2, "b", RoomPhase::playing)});
    (void)stage.told();
    stage.events().on_stop();
    CHECK(stage.told() == Lines{"channel_vacated news", "room_ended 1", "server_stopped "});
}
