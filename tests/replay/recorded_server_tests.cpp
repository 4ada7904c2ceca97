#include "core/bytes.hpp"
#include "replay/playback.hpp"
#include "replay/recorded_match.hpp"
#include "support/stepper.hpp"

#include <engine_net/admin.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// A pond with two swimmers who talk; what was recorded of it.
std::vector<std::uint8_t> recorded_pond() {
    std::vector<std::uint8_t> bytes;
    {
        Stepper::Options options;
        options.server.admin.key = std::string(64, 'a');
        options.record = [&](RoomId) {
            return [&](Bytes more) {
                bytes.insert(bytes.end(), more.begin(), more.end());
            };
        };
        Stepper stepper(std::move(options));
        AdminClient admin({.host = "10.0.0.1",
                           .key = std::string(64, 'a'),
                           .network = &stepper.network,
                           .seed = 7});
        Client& ada = stepper.add_player("ada");
        stepper.add_player("bob");
        REQUIRE(stepper.run_until_joined());
        for (int i = 0; i < 30; ++i) {
            ada.send_input(test_game::Push(static_cast<std::int8_t>(i), 3));
            if (i == 10) stepper.ponds.at(0)->call(4711);
            if (i == 12) {
                flatbuffers::FlatBufferBuilder builder;
                builder.Finish(test_game::CreateCall(builder, 17));
                ada.send_event(bytes_of(builder));
            }
            if (i == 15) ada.channels().say("room/" + std::to_string(ada.room().value), "hello");
            if (i == 25) admin.act({AdminVerb::say, ada.room(), {}, "last minute"});
            admin.poll(stepper.now());
            stepper.run(100ms);
        }
        CHECK(stepper.errors.empty());
        CHECK(stepper.server.stats().recording_ticks_dropped == 0);
    } // what was recorded is written by the end of the server
    return bytes;
}

} // namespace

TEST_CASE("replay: a server's recording has its match, who played it and what was said") {
    auto opened = RecordingFile::open(recorded_pond());
    REQUIRE(opened);
    CHECK(opened->has_index());
    CHECK(opened->header().kind == "pond");
    CHECK(opened->header().ticks_per_second == 60);
    Playback playback(*opened);
    std::size_t ticks = 0;
    std::size_t hashes = 0;
    std::size_t events = 0;
    std::size_t calls_of_ada = 0;
    std::set<std::string> names;
    std::set<std::vector<std::uint8_t>> inputs;
    std::vector<std::string> chat;
    Playback::Outcome outcome{};
    while ((outcome = playback.step()) == Playback::Outcome::frame) {
        ++ticks;
        CHECK(playback.is_as_hashed().value_or(true));
        hashes += playback.is_as_hashed().has_value();
        events += playback.events().size();
        for (const PrivateEvent& event : playback.private_events()) {
            REQUIRE(event.is_from_client);
            const auto* call = verified<test_game::Call>(event.bytes);
            calls_of_ada += call && call->number() == 17 &&
                            playback.people().at(event.people.at(0)).name == "ada";
        }
        for (const auto& [id, member] : playback.people()) names.insert(member.name);
        for (const auto& [id, input] : playback.inputs()) inputs.insert(input);
        for (const ChatLine& line : playback.chat()) chat.push_back(line.name + ": " + line.text);
    }
    CHECK_MESSAGE(outcome == Playback::Outcome::end, playback.problem());
    CHECK(ticks >= 180);
    CHECK(hashes >= 3);
    CHECK(events == 1);
    CHECK(calls_of_ada == 1);
    CHECK(names == std::set<std::string>{"ada", "bob"});
    CHECK(inputs.size() >= 28);
    CHECK(chat == std::vector<std::string>{"ada: hello", "admin: last minute"});
    const auto match = read_match(*opened);
    REQUIRE(match);
    CHECK(match->stretches.size() == 1);
}
