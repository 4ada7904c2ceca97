#include "session/reliable_log.hpp"
#include "support/stepper.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// So many of the largest events.
void send_calls(Client& client, std::size_t count) {
    flatbuffers::FlatBufferBuilder builder;
    const auto text = builder.CreateString(std::string(max_event_bytes - 64, 'x'));
    builder.Finish(test_game::CreateCall(builder, 7, text));
    for (std::size_t i = 0; i < count; ++i) client.send_event(bytes_of(builder));
}

/// Cuts the link of a player, who goes on to send that many of the largest events, and mends it.
Client& play_with_a_cut(Stepper& stepper, std::size_t events) {
    Client& ada = stepper.add_player("ada");
    REQUIRE(stepper.run_until_joined());
    stepper.network.set_conditions({.blackout = true});
    REQUIRE(stepper.run_until(
        [&] {
            return ada.state() == ClientState::suspended;
        },
        20s));
    send_calls(ada, events);
    stepper.network.set_conditions({.delay = 20ms});
    stepper.run(5s);
    return ada;
}

constexpr std::size_t kept_events = ReliableLog::max_bytes / max_event_bytes;

} // namespace

TEST_CASE("client: what it sends while its link is lost arrives, as much as can be kept") {
    Stepper stepper;
    const Client& ada = play_with_a_cut(stepper, kept_events - 1);
    CHECK(ada.state() == ClientState::online);
    CHECK(stepper.books.calls.size() == kept_events - 1);
}

TEST_CASE("client: is told plainly that it must start over when it sent more than that") {
    Stepper stepper;
    const Client& ada = play_with_a_cut(stepper, kept_events + 2);
    CHECK(ada.state() == ClientState::closed);
    CHECK(ada.close_reason() == CloseReason::timed_out);
    CHECK(ada.close_detail().find("kept") != std::string::npos);
    CHECK(stepper.books.calls.empty());
}

TEST_CASE("client: what it sends while a server hangs arrives once that goes on") {
    Stepper stepper;
    Client& ada = stepper.add_player("ada");
    REQUIRE(stepper.run_until_joined());
    stepper.run(1s);
    stepper.is_server_stopped = true;
    REQUIRE(stepper.run_until(
        [&] {
            return ada.state() == ClientState::suspended;
        },
        20s));
    send_calls(ada, 1);
    stepper.is_server_stopped = false;
    stepper.run(2s);
    CHECK(ada.state() == ClientState::online);
    CHECK(stepper.books.calls.size() == 1);
    send_calls(ada, 1);
    stepper.run(1s);
    CHECK(stepper.books.calls.size() == 2);
    CHECK(stepper.server.stats().refused.unexpected_messages == 0);
}

TEST_CASE("client: when a link takes no more, what it lacks is not left out") {
    Stepper stepper;
    Client& ada = stepper.add_player("ada");
    REQUIRE(stepper.run_until_joined());
    stepper.run(1s);
    stepper.is_server_stopped = true;
    stepper.run(500ms);
    send_calls(ada, 3 * kept_events);
    stepper.is_server_stopped = false;
    stepper.run(5s);
    CHECK(ada.state() == ClientState::closed);
    CHECK(ada.close_detail().find("kept") != std::string::npos);
    CHECK(stepper.server.stats().refused.unexpected_messages == 0);
}
