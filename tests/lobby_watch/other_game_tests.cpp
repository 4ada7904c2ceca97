// A game whose schema lobby-watch has never seen, right in the tool.

#include "lobby-watch/screens/watch_screens.hpp"
#include "lobby_watch/imgui_stage.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/server.hpp>

#include "reef_bfbs_generated.h"
#include "reef_generated.h"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// One more than a double can tell from its neighbour.
constexpr std::int64_t exact = (std::int64_t{1} << 53) + 1;

class Reef final : public Room {
public:
    void on_tick(Tick) override { x_ += 1; }
    void describe(SnapshotBuilder& snapshot) const override {
        const reef::Turtle turtle(
            {x_, -40}, -exact, std::numeric_limits<std::uint64_t>::max(), true);
        snapshot.add(EntityId{11}, turtle);
        snapshot.add(EntityId{12}, reef::Coral(60'000));
    }

private:
    float x_ = 0;
};

const std::string key(64, 'a');

/// What `AdminClient` says, and nothing else.
class ClientSource final : public watch::LobbySource {
public:
    explicit ClientSource(AdminClientConfig config) : client_(std::move(config)) {}

    void poll(Time now) override { client_.poll(now); }
    void leave() override { client_.leave(); }
    [[nodiscard]] AdminState state() const override { return client_.state(); }
    [[nodiscard]] std::string problem() const override { return client_.problem(); }
    [[nodiscard]] AdminRights rights() const override { return client_.rights(); }
    [[nodiscard]] std::uint32_t tick_rate() const override { return client_.tick_rate(); }
    [[nodiscard]] const ServerStats& stats() const override { return client_.stats(); }
    [[nodiscard]] const AdminLinks& links() const override { return client_.links(); }
    [[nodiscard]] const std::vector<TickRecord>& ticks() const override { return client_.ticks(); }
    [[nodiscard]] const std::map<RoomId, AdminRoom>& rooms() const override {
        return client_.rooms();
    }
    [[nodiscard]] bool has_all_rooms() const override { return client_.has_all_rooms(); }
    void look_at(RoomId room) override { client_.look_at(room); }
    [[nodiscard]] const AdminRoomView* room_view() const override { return client_.room_view(); }
    void inspect(bool is_wanted, PresenceId viewer) override { client_.inspect(is_wanted, viewer); }
    [[nodiscard]] const AdminEntities* seen() const override { return client_.seen(); }
    void watch_bytes(bool is_wanted, PresenceId viewer) override {
        client_.watch_bytes(is_wanted, viewer);
    }
    [[nodiscard]] const AdminBytes* bytes() const override { return client_.bytes(); }
    [[nodiscard]] const std::vector<MessageTraffic>& messages() const override {
        return client_.messages();
    }
    [[nodiscard]] const AdminEntities* entities() const override { return client_.entities(); }
    void act(const AdminAction& action, std::function<void(const std::string&)> done) override {
        client_.act(action, std::move(done));
    }

private:
    AdminClient client_;
};

/// A reef and the tool that looks at it.
struct Dive {
    Time now{1s};
    SimulatedNetwork network{{.seed = 3, .link = {.delay = 10ms}}};
    std::unique_ptr<Server> server = open();
    watch::WatchScreens screens{watching(), ""};
    ImguiStage stage{[this] {
        draw();
    }};

    std::unique_ptr<Server> open() {
        ServerConfig config;
        config.network = &network;
        config.seed = 5;
        config.admin.key = key;
        auto opened = std::make_unique<Server>(std::move(config));
        opened->define_room<Reef>("reef", compiled_schema<reef::HelloBinarySchema>());
        REQUIRE(opened->start().has_value());
        opened->create_room("reef", "Great reef");
        return opened;
    }
    watch::WatchScreens::Servers watching() {
        AdminClientConfig config;
        config.host = "10.0.0.1";
        config.key = key;
        config.network = &network;
        config.seed = 6;
        config.log = [](LogLevel, std::string_view) {};
        watch::WatchScreens::Servers servers;
        servers.push_back(std::make_unique<watch::WatchedServer>(
            "reef:7777", std::make_unique<ClientSource>(std::move(config))));
        return servers;
    }
    void draw() {
        now += 16'667us;
        network.advance_to(now);
        server->step(now);
        screens.update(now);
        screens.draw();
    }
    bool shows(const std::string& words, Duration limit = 20s) {
        for (const Time end = now + limit; now < end;) {
            stage.frame();
            if (stage.shows(words)) return true;
        }
        return false;
    }
};

} // namespace

TEST_CASE("lobby-watch: a game of another schema is read by its own words, each digit right") {
    Dive dive;
    REQUIRE(dive.shows("Great reef"));
    REQUIRE(dive.stage.double_click("Great reef"));
    dive.screens.press(watch::Shortcut::entities);
    REQUIRE(dive.shows("reef.Turtle (1)"));
    REQUIRE(dive.stage.click("reef.Turtle (1)"));
    for (const std::string words : {"position.x", "born", "tag", "reef.Coral (1)"}) {
        CAPTURE(words);
        CHECK(dive.shows(words));
    }
    CHECK(dive.shows("-9007199254740993"));
    CHECK(dive.shows("18446744073709551615"));
    const auto& points = dive.screens.server().entities().points();
    REQUIRE(points.size() == 1);
    CHECK(points[0].id == EntityId{11});
    CHECK(points[0].y == doctest::Approx(-40));
    CHECK(points[0].x > 10);
    const auto saved = dive.screens.server().entities().saved();
    CHECK(saved.csv().find("-9007199254740993,18446744073709551615,1") != std::string::npos);
    CHECK(saved.json().find("18446744073709551615") != std::string::npos);
}

TEST_CASE("lobby-watch: a server that is started anew is watched and acted on again by itself") {
    Dive dive;
    REQUIRE(dive.shows("Great reef"));
    dive.server.reset();
    dive.server = dive.open();
    REQUIRE(dive.shows("lost, tries again", 30s));
    REQUIRE(dive.shows("watched, may act", 60s));
    REQUIRE(dive.shows("Great reef"));
    REQUIRE(dive.stage.double_click("Great reef"));
    REQUIRE(dive.stage.click("Pause"));
    CHECK(dive.shows("pause room 1 (Great reef): done"));
}
