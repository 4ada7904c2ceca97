#include "support/pond.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// What `start` says to a room kind like that; "" if all is well.
std::string problem_with(const std::function<void(RoomKindConfig&)>& change) {
    SimulatedNetwork network({.seed = 1});
    Server server({.network = &network, .seed = 1});
    RoomKindConfig config;
    change(config);
    test_game::Books books;
    server.define_room("pond", test_game::schema(), config, [&books] {
        return std::make_unique<test_game::Pond>(books);
    });
    const auto started = server.start();
    if (started) return {};
    CHECK(started.error().code == StartErrorCode::bad_config);
    return started.error().detail;
}

struct Change {
    const char* field;
    std::function<void(RoomKindConfig&)> make;
};

} // namespace

TEST_CASE("room kind config: a field out of its bounds is named, with the room kind") {
    const std::vector<Change> bad{
        {"capacity",
         [](RoomKindConfig& config) {
             config.capacity = max_room_capacity + 1;
         }},
        {"repeated_input_ticks",
         [](RoomKindConfig& config) {
             config.repeated_input_ticks = max_repeated_inputs + 1;
         }},
        {"max_rewind",
         [](RoomKindConfig& config) {
             config.max_rewind = 1'001ms;
         }},
        {"max_rewind",
         [](RoomKindConfig& config) {
             config.max_rewind = -1ms;
         }},
        {"grace_time",
         [](RoomKindConfig& config) {
             config.grace_time = -1ms;
         }},
        {"bytes_per_second",
         [](RoomKindConfig& config) {
             config.bytes_per_second = 999;
         }},
    };
    for (const Change& change : bad) {
        CAPTURE(change.field);
        const std::string problem = problem_with(change.make);
        CHECK(problem.starts_with("room kind \"pond\": " + std::string(change.field)));
    }
}

TEST_CASE("room kind config: the bounds themselves are good") {
    CHECK(problem_with([](RoomKindConfig& config) {
              config.capacity = max_room_capacity;
              config.repeated_input_ticks = max_repeated_inputs;
              config.max_rewind = 1'000ms;
              config.grace_time = 0ms;
              config.bytes_per_second = 1'000;
          }).empty());
    CHECK(problem_with([](RoomKindConfig& config) {
              config.max_rewind = 0ms;
              config.bytes_per_second = 0;
          }).empty());
}
