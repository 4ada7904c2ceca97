// What happens to a match of real programs when the world around them misbehaves.

#include "process/demo_programs.hpp"
#include "process/udp_relay.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

using namespace std::chrono_literals;

namespace {

constexpr int players = 8;

/// Bots in the Arena of a server, who compare at the end what they know with what it knows.
struct Match {
    explicit Match(const std::string& port, std::chrono::seconds time)
        : bots(ours("bots"),
               {"--connect",
                "127.0.0.1:" + port,
                "--players",
                std::to_string(players),
                "--scenario",
                "play",
                "--seconds",
                std::to_string(time.count())}) {}

    bool has_begun() { return bots.line_with("all are in rooms").has_value(); }
    void check_nobody_left(std::chrono::seconds limit) {
        CHECK_MESSAGE(bots.exit_code(limit) == 0, bots.output(), bots.errors());
        CHECK(bots.line_with("differences: 0"));
        CHECK(bots.line_with("resumes:              0"));
    }

    Program bots;
};

/// The match goes on while the server hangs for so long.
void hang(std::chrono::seconds time) {
    CAPTURE(time.count());
    DemoServer server;
    Match match(server.port, time + 8s);
    REQUIRE(match.has_begun());
    server.program.send_signal(SIGSTOP);
    std::this_thread::sleep_for(time);
    server.program.send_signal(SIGCONT);
    match.check_nobody_left(time + 30s);
}

/// The way to the server changes after a second and then every five, and once its address does.
void move(std::chrono::seconds time) {
    DemoServer server;
    UdpRelay relay(server.port);
    Match match(relay.port(), time + 6s);
    REQUIRE(match.has_begun());
    std::this_thread::sleep_for(1s);
    relay.rebind("127.0.0.1");
    for (auto at = 5s; at < time; at += 5s) {
        std::this_thread::sleep_for(5s);
        relay.rebind(at == 5s ? "127.0.0.2" : "127.0.0.1");
    }
    match.check_nobody_left(40s);
    CHECK(relay.datagrams() > 1'000);
}

constexpr const char* fake_clock = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

} // namespace

TEST_CASE("outage: a server that hangs for three seconds has lost nobody") {
    hang(3s);
}

TEST_CASE("outage: a server that hangs for one second has lost nobody") {
    hang(1s);
}

TEST_CASE("outage: a server that hangs for eight seconds has lost nobody") {
    hang(8s);
}

TEST_CASE("outage: a client's port and address change, and it plays on") {
    move(10s);
}

TEST_CASE("outage: a client's port changes for a minute, and it plays on") {
    move(60s);
}

TEST_CASE("outage: a wall clock that jumps a minute either way and an hour on loses nobody") {
    if (!std::filesystem::exists(fake_clock)) {
        MESSAGE("there is no libfaketime for this machine's kind: not tested");
        return;
    }
    const TemporaryFile clock(".clock", "+0");
    DemoServer server({},
                      {{"LD_PRELOAD", fake_clock},
                       {"FAKETIME_TIMESTAMP_FILE", clock.path()},
                       {"FAKETIME_NO_CACHE", "1"},
                       {"FAKETIME_DONT_FAKE_MONOTONIC", "1"}});
    Match match(server.port, 9s);
    REQUIRE(match.has_begun());
    for (const char* offset : {"+60", "-60", "+3600"}) {
        std::this_thread::sleep_for(1s);
        std::ofstream(clock.path()) << offset;
    }
    match.check_nobody_left(40s);
}
