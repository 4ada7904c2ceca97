#include "replication/budget.hpp"
#include "support/pond.hpp"

#include <engine_net/client.hpp>
#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// Entity 1 to n in a row, a metre from one to the next, each with its place as its secret; the
/// first ones belong to the players, in the order of joining.
class Row final : public RoomOf<test_game::Push, test_game::Call> {
public:
    void on_input(Presence&, const test_game::Push&) override {}
    void on_tick(Tick tick) override { time_ = tick.value; }
    void describe(SnapshotBuilder& snapshot) const override {
        for (std::uint32_t i = 1; i <= count; ++i) {
            const auto player = i - 1;
            const float sway = sways ? noise(i) : 0;
            const auto y = 0.4f * sway;
            const auto place = static_cast<float>(i) + 0.1f * sway;
            snapshot.add(EntityId{i},
                         test_game::Body(test_game::Vec2(place - 50, y),
                                         static_cast<std::uint16_t>(i),
                                         static_cast<std::uint8_t>(i)),
                         player < presences().size() ? presences()[player]->id() : PresenceId{});
        }
    }
    [[nodiscard]] double relevance(const Presence& viewer,
                                   const SeenEntity& entity) const override {
        ++asked;
        return relevance_of ? relevance_of(viewer.id(), entity.id) : 1;
    }
    [[nodiscard]] std::optional<Viewpoint> viewpoint(const Presence&) const override {
        return looks_from;
    }
    void slow_down(std::size_t player, std::uint32_t rate) {
        set_snapshot_rate(*presences()[player], rate);
    }

    std::uint32_t count = 90;
    bool sways = true;
    std::optional<Viewpoint> looks_from;
    std::function<double(PresenceId, EntityId)> relevance_of;
    mutable std::uint64_t asked = 0;

private:
    /// Between -1 and 1, another each tick, in steps that the schema keeps.
    [[nodiscard]] float noise(std::uint32_t entity) const {
        const std::uint32_t mixed = (time_ * 2654435761u + entity * 40503u) * 2246822519u;
        return static_cast<float>(mixed >> 16 & 0xFF) / 128 - 1;
    }

    std::uint32_t time_ = 0;
};

/// A server with one room of that kind and players who come one after the other.
class RowStory {
public:
    explicit RowStory(RoomKindConfig config, LinkConditions link = {.delay = 20ms, .loss = 0.02})
        : network({.seed = 3, .link = link}) {
        ServerConfig server_config;
        server_config.network = &network;
        server_config.seed = 1;
        server_config.state_check_interval = 100ms;
        server = std::make_unique<Server>(server_config);
        server->define_room("row", test_game::schema(), std::move(config), [this] {
            auto made = std::make_unique<Row>();
            room = made.get();
            return made;
        });
        started = server->start().has_value();
    }
    Client& add_player() {
        ClientConfig config;
        config.network = &network;
        config.host = "10.0.0.1";
        config.seed = 10 + clients.size();
        config.name = "player" + std::to_string(clients.size());
        config.schema = test_game::schema();
        clients.push_back(std::make_unique<Client>(config));
        clients.back()->join_or_create("row");
        Client& client = *clients.back();
        for (int i = 0; i < 3000 && !client.room().is_set(); ++i) run(1ms);
        REQUIRE(client.room().is_set());
        return client;
    }
    void run(Duration time) {
        for (const Time end = now + time; now < end; now += 1ms) {
            network.advance_to(now);
            if (now >= server->next_step()) server->step(now);
            for (const auto& client : clients) client->poll(now);
        }
    }
    [[nodiscard]] std::map<std::uint32_t, test_game::Body> shown(const Client& client) const {
        std::map<std::uint32_t, test_game::Body> bodies;
        const auto add = [&](EntityId id, const test_game::Body& body) {
            bodies.emplace(id.value, body);
        };
        client.each<test_game::Body>(now, add, engine_net::Shown::newest);
        return bodies;
    }
    [[nodiscard]] std::set<std::uint32_t> ids(const Client& client) const {
        std::set<std::uint32_t> ids;
        for (const auto& [id, body] : shown(client)) ids.insert(id);
        return ids;
    }
    [[nodiscard]] std::uint64_t mismatches() const {
        std::uint64_t sum = 0;
        for (const auto& client : clients) sum += client->stats().state_mismatches;
        return sum;
    }

    SimulatedNetwork network;
    std::unique_ptr<Server> server;
    std::vector<std::unique_ptr<Client>> clients;
    Row* room = nullptr;
    bool started = false;
    Time now{1s};
};

/// Of snapshots, all headers included.
std::uint64_t bytes_sent(const Server& server) {
    const ServerStats stats = server.stats();
    return stats.snapshot_bytes + stats.snapshot_datagrams * datagram_overhead_bytes;
}

std::set<std::uint32_t> from_to(std::uint32_t first, std::uint32_t last) {
    std::set<std::uint32_t> ids;
    for (std::uint32_t i = first; i <= last; ++i) ids.insert(i);
    return ids;
}

} // namespace

TEST_CASE("interest: a player is shown what is near its own entities, and what it owns") {
    RowStory story({.capacity = 4, .interest = {.radius = 10.5}});
    REQUIRE(story.started);
    Client& ada = story.add_player();
    Client& bob = story.add_player();
    story.run(1s);
    CHECK(story.ids(ada) == from_to(1, 11));
    CHECK(story.ids(bob) == from_to(1, 12));
    CHECK(story.shown(ada).at(1).secret() == 1);
    CHECK(story.shown(ada).at(2).secret() == 0);
    CHECK(story.mismatches() == 0);
}

TEST_CASE("interest: an entity enters, leaves and enters sight again") {
    RowStory story({.capacity = 4, .interest = {.radius = 10.5}});
    Client& ada = story.add_player();
    for (const double from : {0.0, 20.0, 0.0, -30.0, 0.0}) {
        story.room->looks_from = Viewpoint{from, 0, 0};
        story.run(1s);
        const auto middle = static_cast<std::uint32_t>(from + 50);
        auto expected = from_to(middle - 10, middle + 10);
        // Those at the edge sway in and out of it, and its own is always shown.
        expected.insert(1);
        auto shown = story.ids(ada);
        for (const std::uint32_t edge : {middle - 11, middle - 10, middle + 10, middle + 11}) {
            expected.erase(edge);
            shown.erase(edge);
        }
        CHECK(shown == expected);
    }
    CHECK(story.mismatches() == 0);
}

TEST_CASE("interest: the game hides what it will") {
    RowStory story({.capacity = 4, .interest = {.asks_room = true}});
    Client& ada = story.add_player();
    Client& bob = story.add_player();
    const PresenceId adas = ada.presence();
    story.room->relevance_of = [adas](PresenceId viewer, EntityId entity) {
        return (viewer == adas) == (entity.value % 2 == 0) ? 1.0 : 0.0;
    };
    story.run(1s);
    for (const std::uint32_t id : story.ids(ada)) CHECK((id % 2 == 0 || id == 1));
    for (const std::uint32_t id : story.ids(bob)) CHECK((id % 2 == 1 || id == 2));
    CHECK(story.ids(ada).size() == 46);
    CHECK(story.ids(bob).size() == 46);
    CHECK(story.room->asked > 0);
    CHECK(story.mismatches() == 0);
}

TEST_CASE("interest: nothing is asked of a room that everyone sees all of") {
    RowStory story({.capacity = 4});
    Client& ada = story.add_player();
    story.run(1s);
    CHECK(story.ids(ada) == from_to(1, 90));
    CHECK(story.room->asked == 0);
}

TEST_CASE("budget: at a tenth of the need nothing starves, and the important comes first") {
    RowStory story({.capacity = 4, .bytes_per_second = 2000, .interest = {.asks_room = true}});
    Client& ada = story.add_player();
    story.room->relevance_of = [](PresenceId, EntityId entity) {
        return entity.value <= 10 ? 8.0 : 1.0;
    };
    story.run(5s);
    CHECK(story.server->stats().snapshots_limited > 50);
    CHECK(story.ids(ada) == from_to(1, 90));

    std::map<std::uint32_t, float> last;
    std::map<std::uint32_t, int> unchanged;
    std::map<std::uint32_t, int> changes;
    int longest = 0;
    const std::uint64_t sent_before = bytes_sent(*story.server);
    constexpr int steps = 500;
    for (int i = 0; i < steps; ++i) {
        story.run(10ms);
        for (const auto& [id, body] : story.shown(ada)) {
            const bool is_same = last.contains(id) && last[id] == body.position().y();
            unchanged[id] = is_same ? unchanged[id] + 1 : 0;
            changes[id] += is_same ? 0 : 1;
            last[id] = body.position().y();
            longest = std::max(longest, unchanged[id]);
        }
    }
    // A second, what is told before it in line, and the way there.
    CHECK(longest < 200);
    int important = 0;
    int other = 0;
    for (const auto& [id, count] : changes) (id <= 10 ? important : other) += count;
    CHECK(important / 10 > 2 * other / 80);
    const std::uint64_t sent = bytes_sent(*story.server) - sent_before;
    CHECK(static_cast<double>(sent) <= 2000 * steps * 0.01 + max_datagram_bytes);
    CHECK(story.mismatches() == 0);

    story.room->sways = false;
    story.run(3s);
    for (const auto& [id, body] : story.shown(ada)) CHECK(body.position().y() == 0);
}

TEST_CASE("budget: a slow viewer does not slow a fast one") {
    RowStory story({.capacity = 4}, {.delay = 20ms});
    Client& ada = story.add_player();
    Client& bob = story.add_player();
    story.room->slow_down(1, 5);
    story.run(1s);
    const auto snapshots = [](const Client& client) {
        return client.stats().snapshot_datagrams;
    };
    const std::uint64_t adas = snapshots(ada);
    const std::uint64_t bobs = snapshots(bob);
    story.run(2s);
    CHECK(snapshots(ada) - adas == doctest::Approx(120).epsilon(0.05));
    CHECK(snapshots(bob) - bobs == doctest::Approx(10).epsilon(0.2));
}

TEST_CASE("interest: a room kind without positions can't have a radius, and it is said why") {
    SimulatedNetwork network({.seed = 1});
    test_game::Books books;
    ServerConfig config;
    config.network = &network;
    Server server(config);
    server.define_room(
        "pond", test_game::schema(), {.interest = {.radius = 5, .position = "place"}}, [&books] {
            return std::make_unique<test_game::Pond>(books);
        });
    const auto started = server.start();
    REQUIRE(!started);
    CHECK(started.error().code == StartErrorCode::bad_config);
    CHECK(started.error().detail.find("\"place\"") != std::string::npos);
}
