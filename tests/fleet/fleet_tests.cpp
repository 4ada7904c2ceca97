// What a server says to the sidecar that a fleet has beside it: over TCP, in real time.

#include "support/sidecar.hpp"
#include "support/stepper.hpp"

#include <engine_net/fleet.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr const char* players_path = "PATCH /v1beta1/counters/players";

/// A fleet's end of a server, as fast as tests are, and what it logged.
struct Told {
    std::vector<std::string> log;
    std::unique_ptr<Fleet> fleet;

    explicit Told(std::uint16_t port, FleetConfig config = {}) {
        config.host = "127.0.0.1";
        config.port = port;
        config.health_interval = 50ms;
        config.longest_pause = 200ms;
        config.log = [this](LogLevel, std::string_view text) {
            log.emplace_back(text);
        };
        fleet = std::make_unique<Fleet>(std::move(config));
    }
    [[nodiscard]] std::size_t logged(const std::string& line) const {
        return static_cast<std::size_t>(std::ranges::count_if(log, [&](const std::string& one) {
            return one.find(line) != std::string::npos;
        }));
    }
    /// While the server beats.
    bool beat_until(const std::function<bool()>& is_true) const {
        return Sidecar::wait([&] {
            fleet->beat();
            return is_true();
        });
    }
};

} // namespace

TEST_CASE("fleet: a server is ready, allocated and shut down, by requests as the SDK has them") {
    Sidecar sidecar;
    Told told(sidecar.port());
    told.fleet->ready();
    REQUIRE(sidecar.wait_for("POST /ready"));
    told.fleet->allocate();
    REQUIRE(sidecar.wait_for("POST /allocate"));
    told.fleet->shutdown();
    told.fleet->ready(); // nothing comes after the end
    REQUIRE(sidecar.wait_for("POST /shutdown"));
    told.fleet.reset();
    const auto requests = sidecar.requests();
    REQUIRE(requests.size() == 3);
    for (const Sidecar::Request& request : requests) {
        CHECK(request.type == "application/json");
        CHECK(request.body == "{}");
    }
}

TEST_CASE("fleet: who is allocated at once is ready before it") {
    Sidecar sidecar;
    Told told(sidecar.port());
    told.fleet->allocate();
    REQUIRE(sidecar.wait_for("POST /allocate"));
    CHECK(sidecar.requests().front().line == "POST /ready");
}

TEST_CASE("fleet: a server is well while it steps, and no longer") {
    Sidecar sidecar;
    Told told(sidecar.port(), {.stall_time = 300ms});
    told.fleet->ready();
    REQUIRE(sidecar.wait_for("POST /ready"));
    CHECK(sidecar.count("POST /health") == 0); // it has not begun
    REQUIRE(told.beat_until([&] {
        return sidecar.count("POST /health") >= 5;
    }));
    std::size_t before = 0;
    CHECK(Sidecar::wait([&] {
        const std::size_t now = sidecar.count("POST /health");
        std::this_thread::sleep_for(400ms);
        before = sidecar.count("POST /health");
        return before == now;
    }));
    CHECK(told.beat_until([&] {
        return sidecar.count("POST /health") > before;
    }));
}

TEST_CASE("fleet: of what changes while the sidecar is slow, the newest is told") {
    Sidecar sidecar;
    sidecar.delay_ms = 200;
    Told told(sidecar.port());
    for (std::size_t players = 1; players <= 1'000; ++players)
        told.fleet->set_players(players, 2'000);
    CHECK(Sidecar::wait([&] {
        return sidecar.body_of(players_path) == R"({"capacity":"2000","count":"1000"})";
    }));
    CHECK(sidecar.requests().size() <= 3);
    const auto begin = std::chrono::steady_clock::now();
    told.fleet->beat();
    told.fleet->set_players(7);
    CHECK(std::chrono::steady_clock::now() - begin < 100ms); // no call waits
}

TEST_CASE("fleet: metadata is told key by key, in any letters, within its bound") {
    Sidecar sidecar;
    Told told(sidecar.port());
    CHECK(told.fleet->set_label("map", "the \"old\" mill\xFF"));
    CHECK(told.fleet->set_annotation("version", "1.2"));
    REQUIRE(sidecar.wait_for("PUT /metadata/annotation"));
    const auto label = nlohmann::json::parse(sidecar.body_of("PUT /metadata/label"));
    CHECK(label["key"] == "map");
    CHECK(label["value"] == "the \"old\" mill\xEF\xBF\xBD");
    CHECK(sidecar.body_of("PUT /metadata/annotation") == R"({"key":"version","value":"1.2"})");
    CHECK(told.fleet->set_annotation("version", "1.2")); // known already
    CHECK(told.fleet->set_annotation("version", "1.3"));
    REQUIRE(sidecar.wait_for("PUT /metadata/annotation", 2));
    CHECK(sidecar.body_of("PUT /metadata/annotation") == R"({"key":"version","value":"1.3"})");
    bool is_taken = true;
    for (std::size_t i = 0; i < Fleet::max_metadata; ++i)
        is_taken = told.fleet->set_label("key " + std::to_string(i), "1");
    CHECK_FALSE(is_taken);
}

TEST_CASE("fleet: a sidecar that comes late is told all, and the log has one line of it") {
    const std::uint16_t port = free_tcp_port();
    Told told(port);
    told.fleet->ready();
    told.fleet->set_players(3);
    REQUIRE(told.beat_until([&] {
        return told.logged("/ready can't be told yet") == 1;
    }));
    std::this_thread::sleep_for(600ms); // some attempts
    told.fleet->beat();
    CHECK(told.logged("/ready can't be told yet") == 1);
    Sidecar sidecar(port);
    CHECK(told.beat_until([&] {
        return sidecar.count("POST /ready") == 1 && sidecar.count("POST /health") > 0 &&
               sidecar.body_of(players_path) == R"({"count":"3"})";
    }));
    CHECK(told.beat_until([&] {
        return told.logged("/ready is told now") == 1;
    }));
}

TEST_CASE("fleet: while a sidecar answers with errors it is asked again, and told to be well") {
    Sidecar sidecar;
    sidecar.status = 500;
    Told told(sidecar.port());
    told.fleet->ready();
    CHECK(told.beat_until([&] {
        return sidecar.count("POST /ready") >= 3 && sidecar.count("POST /health") >= 3;
    }));
    sidecar.status = 200;
    CHECK(told.beat_until([&] {
        return told.logged("/ready is told now") == 1;
    }));
}

TEST_CASE("fleet: an answer that does not come in time is as good as none") {
    Sidecar sidecar;
    sidecar.delay_ms = 60'000;
    Told told(sidecar.port(), {.timeout = 100ms});
    told.fleet->ready();
    CHECK(told.beat_until([&] {
        return told.logged("can't be told yet") > 0;
    }));
    const auto begin = std::chrono::steady_clock::now();
    told.fleet.reset();
    CHECK(std::chrono::steady_clock::now() - begin < 10s);
}

TEST_CASE("fleet: a counter that the fleet does not have is tried once") {
    Sidecar sidecar;
    sidecar.counter_status = 404;
    Told told(sidecar.port());
    told.fleet->set_players(1);
    REQUIRE(told.beat_until([&] {
        return told.logged("/v1beta1/counters/players was refused with 404") == 1;
    }));
    told.fleet->set_players(2);
    told.fleet->ready();
    REQUIRE(sidecar.wait_for("POST /ready"));
    CHECK(sidecar.count(players_path) == 1);
}

TEST_CASE("fleet: the end is told though the server ends with it") {
    Sidecar sidecar;
    Told told(sidecar.port());
    told.fleet->shutdown();
    told.fleet.reset();
    CHECK(sidecar.count("POST /shutdown") == 1);
}

TEST_CASE("fleet: followed, a server is allocated with its first player, and ends when drained") {
    Sidecar sidecar;
    Told told(sidecar.port(), {.idle_time = 0ms, .capacity = 40});
    Stepper stepper;
    const auto follow_until = [&](const std::function<bool()>& is_true) {
        return Sidecar::wait([&] {
            stepper.run(20ms);
            told.fleet->follow(stepper.server);
            return is_true();
        });
    };
    REQUIRE(follow_until([&] {
        return sidecar.count("POST /ready") == 1 && sidecar.count("POST /health") > 0;
    }));
    CHECK(sidecar.count("POST /allocate") == 0);
    Client& ada = stepper.add_player("ada");
    REQUIRE(follow_until([&] {
        return sidecar.count("POST /allocate") == 1 &&
               sidecar.body_of(players_path) == R"({"capacity":"40","count":"1"})";
    }));
    ada.leave_room();
    REQUIRE(follow_until([&] {
        return sidecar.count("POST /ready") == 2;
    }));
    stepper.server.drain(1s, "an update");
    CHECK(follow_until([&] {
        return sidecar.count("POST /shutdown") == 1;
    }));
}
