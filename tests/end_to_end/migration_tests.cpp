#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr Duration round_trip = 40ms;

/// The player's port changes after a second and then every five.
void play_on_the_move(Duration time) {
    Stepper stepper({.link = {.delay = round_trip / 2}});
    Client& ada = stepper.add_player("ada");
    std::vector<std::uint32_t> heard;
    ada.on_event<test_game::Call>([&](const test_game::Call& call) {
        heard.push_back(call.number());
    });
    int resumes = 0;
    ada.on_suspended([&] {
        ++resumes;
    });
    REQUIRE(stepper.run_until_joined());
    stepper.run(200ms);

    std::vector<std::uint32_t> said;
    std::uint16_t port = first_client_port;
    std::uint32_t largest_gap = 0;
    Tick newest = ada.stats().newest_tick;
    Time changed = stepper.now();
    const Time begun = stepper.now();
    Duration next_change = 1s;
    std::uint32_t changes = 0;
    while (stepper.now() - begun < time) {
        if (stepper.now() - begun >= next_change) {
            stepper.network.rebind(port, static_cast<std::uint16_t>(port + 1));
            ++port;
            ++changes;
            next_change += 5s;
        }
        flatbuffers::FlatBufferBuilder builder;
        builder.Finish(test_game::CreateCall(builder, static_cast<std::uint32_t>(said.size())));
        ada.send_event(bytes_of(builder));
        said.push_back(static_cast<std::uint32_t>(said.size()));
        stepper.ponds.front()->call(said.back());
        stepper.run(Duration(1s) / 60);
        if (ada.stats().newest_tick != newest) {
            newest = ada.stats().newest_tick;
            changed = stepper.now();
        }
        const auto gap = (stepper.now() - changed) * 60 / 1s;
        largest_gap = std::max(largest_gap, static_cast<std::uint32_t>(gap));
    }
    stepper.run(1s);
    CHECK(changes >= 3);
    CHECK(stepper.server.stats().link.secure.migrations == changes);
    CHECK(stepper.books.log == std::vector<std::string>{"join ada"});
    CHECK(resumes == 0);
    CHECK(stepper.books.calls == said);
    CHECK(heard == said);
    CHECK(largest_gap <= 3 + round_trip * 60 / 1s + 1);
    CHECK(stepper.errors.empty());
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("migration: a client whose port changes plays on, without a gap or a word lost") {
        play_on_the_move(12s);
    }
}

TEST_SUITE("long, many seeds") {

    TEST_CASE("migration: for a minute a client's port changes, without a gap or a word lost") {
        play_on_the_move(60s);
    }
}
