#include <engine_net/server.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

struct Change {
    std::string field;
    std::function<void(ServerConfig&)> make;
};

std::optional<std::string> problem_of(const Change& change) {
    ServerConfig config;
    change.make(config);
    return config.validate();
}

} // namespace

TEST_CASE("server config: the defaults are good") {
    CHECK_FALSE(ServerConfig().validate());
}

TEST_CASE("server config: a field out of its bounds is named") {
    const std::vector<Change> bad{
        {"tokens:",
         [](auto& c) {
             c.auth = Auth::token;
         }},
        {"authenticate",
         [](auto& c) {
             c.auth = Auth::token;
             c.tokens.keys = {std::string(64, '1')};
             c.authenticate = [](const AuthRequest&, const AuthReply&) {};
         }},
        {"tick_rate",
         [](auto& c) {
             c.tick_rate = 0;
         }},
        {"tick_rate",
         [](auto& c) {
             c.tick_rate = 241;
         }},
        {"banned_addresses: \"10.0.0.0/33\" is",
         [](auto& c) {
             c.banned_addresses = {"10.0.0.0/8", "10.0.0.0/33"};
         }},
        {"snapshot_rate",
         [](auto& c) {
             c.snapshot_rate = 61;
         }},
        {"max_peers",
         [](auto& c) {
             c.max_peers = 0;
         }},
        {"max_peers",
         [](auto& c) {
             c.max_peers = 32'001;
         }},
        {"max_rooms",
         [](auto& c) {
             c.max_rooms = 0;
         }},
        {"room_threads",
         [](auto& c) {
             c.room_threads = 65;
         }},
        {"room_threads",
         [](auto& c) {
             c.room_threads = 0;
         }},
        {"max_catch_up_ticks",
         [](auto& c) {
             c.max_catch_up_ticks = 0;
         }},
        {"max_catch_up_ticks",
         [](auto& c) {
             c.max_catch_up_ticks = 61;
         }},
        {"input_window_ticks",
         [](auto& c) {
             c.input_window_ticks = 0;
         }},
        {"input_window_ticks",
         [](auto& c) {
             c.input_window_ticks = 257;
         }},
        {"heartbeat_interval",
         [](auto& c) {
             c.heartbeat_interval = 19ms;
         }},
        {"heartbeat_interval",
         [](auto& c) {
             c.heartbeat_interval = -1ms;
         }},
        {"heartbeat_interval",
         [](auto& c) {
             c.heartbeat_interval = 5'001ms;
         }},
        {"session_timeout",
         [](auto& c) {
             c.session_timeout = 500ms;
         }},
        {"session_timeout",
         [](auto& c) {
             c.session_timeout = -10s;
         }},
        {"grace_time",
         [](auto& c) {
             c.grace_time = -1ms;
         }},
        {"grace_time",
         [](auto& c) {
             c.grace_time = 24h + 1ms;
         }},
        {"empty_room_linger",
         [](auto& c) {
             c.empty_room_linger = -1ms;
         }},
        {"handshake_timeout",
         [](auto& c) {
             c.handshake_timeout = 99ms;
         }},
        {"state_check_interval",
         [](auto& c) {
             c.state_check_interval = 9ms;
         }},
        {"log",
         [](auto& c) {
             c.log = nullptr;
         }},
    };
    for (const Change& change : bad) {
        CAPTURE(change.field);
        const auto problem = problem_of(change);
        REQUIRE(problem);
        CHECK(problem->starts_with(change.field + " "));
    }
}

TEST_CASE("server config: the bounds themselves are good") {
    const std::vector<Change> good{
        {"tick_rate",
         [](auto& c) {
             c.tick_rate = 1;
         }},
        {"tick_rate",
         [](auto& c) {
             c.tick_rate = 240;
         }},
        {"snapshot_rate",
         [](auto& c) {
             c.snapshot_rate = 60;
         }},
        {"max_peers",
         [](auto& c) {
             c.max_peers = 1;
         }},
        {"max_peers",
         [](auto& c) {
             c.max_peers = 32'000;
         }},
        {"max_rooms",
         [](auto& c) {
             c.max_rooms = 1;
         }},
        {"room_threads",
         [](auto& c) {
             c.room_threads = 64;
         }},
        {"max_catch_up_ticks",
         [](auto& c) {
             c.max_catch_up_ticks = 1;
         }},
        {"max_catch_up_ticks",
         [](auto& c) {
             c.max_catch_up_ticks = 60;
         }},
        {"input_window_ticks",
         [](auto& c) {
             c.input_window_ticks = 1;
         }},
        {"input_window_ticks",
         [](auto& c) {
             c.input_window_ticks = 256;
         }},
        {"heartbeat_interval",
         [](auto& c) {
             c.heartbeat_interval = 20ms;
         }},
        {"session_timeout",
         [](auto& c) {
             c.session_timeout = 501ms;
         }},
        {"grace_time",
         [](auto& c) {
             c.grace_time = 0ms;
         }},
        {"grace_time",
         [](auto& c) {
             c.grace_time = 24h;
         }},
        {"empty_room_linger",
         [](auto& c) {
             c.empty_room_linger = 0ms;
         }},
        {"handshake_timeout",
         [](auto& c) {
             c.handshake_timeout = 100ms;
         }},
        {"state_check_interval",
         [](auto& c) {
             c.state_check_interval = 10ms;
         }},
        {"max_errors_per_peer",
         [](auto& c) {
             c.max_errors_per_peer = 0;
         }},
    };
    for (const Change& change : good) {
        CAPTURE(change.field);
        CHECK_FALSE(problem_of(change));
    }
}
