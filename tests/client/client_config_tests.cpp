#include <engine_net/client.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

struct Change {
    std::string field;
    std::function<void(ClientConfig&)> make;
};

std::optional<std::string> problem_of(const Change& change) {
    ClientConfig config;
    change.make(config);
    return config.validate();
}

} // namespace

TEST_CASE("client config: the defaults are good") {
    CHECK_FALSE(ClientConfig().validate());
}

TEST_CASE("client config: a field out of its bounds is named") {
    const std::vector<Change> bad{
        {"host",
         [](auto& c) {
             c.host = "";
         }},
        {"port",
         [](auto& c) {
             c.port = 0;
         }},
        {"connect_token",
         [](auto& c) {
             c.connect_token = "open sesame";
         }},
        {"min_interpolation_delay",
         [](auto& c) {
             c.min_interpolation_delay = -1ms;
         }},
        {"max_interpolation_delay",
         [](auto& c) {
             c.min_interpolation_delay = 200ms;
             c.max_interpolation_delay = 100ms;
         }},
        {"max_interpolation_delay",
         [](auto& c) {
             c.max_interpolation_delay = 1'001ms;
         }},
        {"max_extrapolation",
         [](auto& c) {
             c.max_extrapolation = 1'001ms;
         }},
        {"name",
         [](auto& c) {
             c.name = "";
         }},
        {"name",
         [](auto& c) {
             c.name = "  ";
         }},
        {"name",
         [](auto& c) {
             c.name = "a\nb";
         }},
        {"name",
         [](auto& c) {
             c.name = "Zo\xEB";
         }},
        {"name",
         [](auto& c) {
             c.name = std::string(65, 'x');
         }},
        {"connect_timeout",
         [](auto& c) {
             c.connect_timeout = 99ms;
         }},
        {"heartbeat_interval",
         [](auto& c) {
             c.heartbeat_interval = 19ms;
         }},
        {"heartbeat_interval",
         [](auto& c) {
             c.heartbeat_interval = 5'001ms;
         }},
        {"session_timeout",
         [](auto& c) {
             c.session_timeout = 500ms;
         }},
        {"suspicion_time",
         [](auto& c) {
             c.suspicion_time = 249ms;
         }},
        {"resume_time",
         [](auto& c) {
             c.resume_time = -1ms;
         }},
        {"redundant_inputs",
         [](auto& c) {
             c.redundant_inputs = 0;
         }},
        {"redundant_inputs",
         [](auto& c) {
             c.redundant_inputs = 17;
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

TEST_CASE("client config: the bounds themselves are good") {
    const std::vector<Change> good{
        {"port",
         [](auto& c) {
             c.port = 65'535;
         }},
        {"name",
         [](auto& c) {
             c.name = std::string(64, 'x');
         }},
        {"name",
         [](auto& c) {
             c.name = "Zo\xC3\xAB";
         }},
        {"connect_timeout",
         [](auto& c) {
             c.connect_timeout = 100ms;
         }},
        {"heartbeat_interval",
         [](auto& c) {
             c.heartbeat_interval = 20ms;
         }},
        {"session_timeout",
         [](auto& c) {
             c.session_timeout = 501ms;
         }},
        {"suspicion_time",
         [](auto& c) {
             c.suspicion_time = 250ms;
         }},
        {"resume_time",
         [](auto& c) {
             c.resume_time = 0ms;
         }},
        {"redundant_inputs",
         [](auto& c) {
             c.redundant_inputs = 1;
         }},
        {"redundant_inputs",
         [](auto& c) {
             c.redundant_inputs = 16;
         }},
    };
    for (const Change& change : good) {
        CAPTURE(change.field);
        CHECK_FALSE(problem_of(change));
    }
}
