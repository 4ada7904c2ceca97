#include "core/random.hpp"
#include "replay/playback.hpp"
#include "replay/recorded_match.hpp"
#include "replay/recorded_room.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace engine_net;
using Outcome = Playback::Outcome;

namespace {

std::vector<std::uint8_t> bytes_of(const std::string& text) {
    return {text.begin(), text.end()};
}

/// A match with people, inputs, chat, events and states, and an input that changes every 7 ticks.
void play_full(RecordedRoom& room, std::uint32_t ticks) {
    room.tape().join({.id = PresenceId{3}, .name = "ada", .colour = 0xFF8000, .team = 1});
    for (std::uint32_t i = 1; i <= ticks; ++i) {
        if (i == 70) room.tape().join({.id = PresenceId{4}, .name = "bob", .is_spectator = true});
        if (i == 90) room.tape().leave(PresenceId{3});
        if (i < 90)
            room.tape().add_input(PresenceId{3}, std::vector{static_cast<std::uint8_t>(i / 7)});
        if (i % 25 == 0) room.tape().add_chat(room.now(), "ada", "line " + std::to_string(i));
        if (i % 20 == 0)
            room.tape().add_event(room.now() + 1, bytes_of("event " + std::to_string(i)));
        if (i % 50 == 40) room.set_state(bytes_of("state " + std::to_string(i)));
        room.play(1);
    }
}

/// Everything that a playback tells of its tick.
std::string told(const Playback& playback) {
    std::string text = std::to_string(playback.frame()->tick.value) + ": ";
    for (const auto& [id, member] : playback.people()) {
        text += member.name + (member.is_spectator ? " watches" : " plays") +
                std::to_string(member.colour + member.team) + ", ";
    }
    text.append(playback.state().begin(), playback.state().end());
    for (const auto& [who, input] : playback.inputs())
        text += ", " + std::to_string(who.value) + " gives " + std::to_string(input.at(0));
    return text;
}

} // namespace

TEST_CASE("replay: what is played is every tick that was recorded") {
    RecordedRoom room;
    room.play(400);
    const RecordingFile file = opened(room.end());
    CHECK(file.has_index());
    CHECK(file.header().kind == "rocks");
    CHECK(file.header().room_name == "Rocks 7");
    CHECK(file.header().room == RoomId{7});
    CHECK(file.header().ticks_per_second == RecordedRoom::tick_rate);
    CHECK(file.last_tick() == Tick{400});
    CHECK(file.entries().size() == 7);
    Playback playback(file);
    std::size_t hashes = 0;
    for (const Frame& truth : room.frames) {
        REQUIRE(playback.step() == Outcome::frame);
        REQUIRE(frame_difference(truth, playback.frame()) == "");
        CHECK(playback.is_as_hashed().value_or(true));
        hashes += playback.is_as_hashed().has_value();
    }
    CHECK(hashes == 14);
    CHECK(playback.step() == Outcome::end);
    CHECK(playback.step() == Outcome::end);
}

TEST_CASE("replay: people, inputs, state, events and chat are played at their ticks") {
    RecordedRoom room;
    play_full(room, 120);
    const RecordingFile file = opened(room.end());
    Playback playback(file);
    std::vector<std::string> ticks{""};
    std::vector<std::string> said;
    while (playback.step() == Outcome::frame) {
        ticks.push_back(told(playback));
        for (const Bytes event : playback.events()) said.emplace_back(event.begin(), event.end());
        for (const ChatLine& line : playback.chat()) said.push_back(line.name + ": " + line.text);
    }
    REQUIRE(ticks.size() == 121);
    CHECK(ticks[1] == "1: ada plays16744449, , 3 gives 0");
    CHECK(ticks[60] == "60: ada plays16744449, state 40, 3 gives 8");
    CHECK(ticks[75] == "75: ada plays16744449, bob watches0, state 40, 3 gives 10");
    CHECK(ticks[95] == "95: bob watches0, state 90");
    const std::vector<std::string> expected{"event 20",
                                            "ada: line 25",
                                            "event 40",
                                            "ada: line 50",
                                            "event 60",
                                            "ada: line 75",
                                            "event 80",
                                            "ada: line 100",
                                            "event 100",
                                            "event 120"};
    CHECK(said == expected);
}

TEST_CASE("replay: events that not everyone got say whose they are") {
    RecordedRoom room;
    const std::vector both{PresenceId{3}, PresenceId{4}};
    room.play(10);
    room.tape().add_private_event(room.now(), both, bytes_of("to both"));
    room.tape().add_client_event(room.now(), PresenceId{3}, bytes_of("from ada"));
    room.play(10);
    const RecordingFile file = opened(room.end());
    Playback playback(file);
    std::vector<PrivateEvent> events;
    while (playback.step() == Outcome::frame) {
        for (const PrivateEvent& event : playback.private_events()) events.push_back(event);
        CHECK(playback.events().empty());
    }
    REQUIRE(events.size() == 2);
    CHECK(events[0].people == both);
    CHECK(events[0].bytes == bytes_of("to both"));
    CHECK_FALSE(events[0].is_from_client);
    CHECK(events[1].people == std::vector{PresenceId{3}});
    CHECK(events[1].bytes == bytes_of("from ada"));
    CHECK(events[1].is_from_client);
}

TEST_CASE("replay: what an event says of people is not believed") {
    CHECK_FALSE(read_private_event({}));
    const std::vector<std::uint8_t> lying{0xFF, 0xFF, 1, 0, 0, 0};
    CHECK_FALSE(read_private_event(lying));
    const std::vector<std::uint8_t> nobody{0, 0};
    CHECK(read_private_event(nobody));
}

TEST_CASE("replay: seeking any tick shows what playing up to it shows") {
    RecordedRoom room;
    play_full(room, 200);
    const RecordingFile file = opened(room.end());
    Playback playback(file);
    std::vector<std::string> ticks{""};
    while (playback.step() == Outcome::frame) ticks.push_back(told(playback));
    Random random(1);
    Playback sought(file);
    for (int i = 0; i < 300; ++i) {
        const auto tick = static_cast<std::uint32_t>(1 + random.next_below(200));
        REQUIRE(sought.seek(Tick{tick}) == Outcome::frame);
        REQUIRE(frame_difference(room.frames.at(tick - 1), sought.frame()) == "");
        REQUIRE(told(sought) == ticks.at(tick));
    }
    CHECK(sought.seek(Tick{0}) == Outcome::frame);
    CHECK(sought.frame()->tick == Tick{1});
    CHECK(sought.seek(Tick{1000}) == Outcome::frame);
    CHECK(sought.frame()->tick == Tick{200});
}

TEST_CASE("replay: a full queue leaves ticks out, counts them, and goes on with a keyframe") {
    RecordedRoom room(5, 16 * 1024);
    room.play(40);
    room.write();
    room.play(600); // more than the queue takes
    const auto dropped = room.tape().dropped_ticks();
    CHECK(dropped > 100);
    CHECK(dropped < 600);
    room.write();
    room.play(20);
    CHECK(room.tape().dropped_ticks() == dropped);
    const RecordingFile file = opened(room.end());
    CHECK(file.dropped_ticks() == dropped);
    CHECK(file.last_tick() == Tick{660});
    Playback playback(file);
    std::uint64_t played = 0;
    std::size_t gaps = 0;
    while (playback.step() == Outcome::frame) {
        ++played;
        gaps += playback.has_gap();
        REQUIRE(frame_difference(room.frames.at(playback.frame()->tick.value - 1),
                                 playback.frame()) == "");
        CHECK(playback.is_as_hashed().value_or(true));
    }
    CHECK(playback.problem() == "");
    CHECK(played + dropped == 660);
    CHECK(gaps == 1);
    REQUIRE(playback.seek(Tick{500}) == Outcome::frame);
    CHECK(playback.frame()->tick.value < 500);
    const auto match = read_match(file);
    REQUIRE(match);
    CHECK(match->stretches.size() == 2);
    CHECK(match->stretches.back().size() == 20);
}

TEST_CASE("replay: a state that the server did not have is found at its tick") {
    RecordedRoom room;
    room.play(100);
    std::vector<std::uint8_t> bytes = room.end();
    const RecordingFile file = opened(bytes);
    BlockReader blocks = file.blocks();
    Tick changed;
    for (std::uint64_t at = blocks.offset(); const auto block = blocks.next();
         at = blocks.offset()) {
        if (block->kind != BlockKind::hash || block->tick < Tick{60}) continue;
        changed = block->tick;
        const std::vector<std::uint8_t> other(8, 0x55);
        std::vector<std::uint8_t> made;
        append_block(BlockKind::hash, block->tick, other, made);
        std::copy(made.begin(), made.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
        break;
    }
    const RecordingFile other = opened(bytes);
    Playback playback(other);
    std::vector<Tick> differing;
    while (playback.step() == Outcome::frame) {
        if (!playback.is_as_hashed().value_or(true)) differing.push_back(playback.frame()->tick);
    }
    REQUIRE(differing.size() == 1);
    CHECK(differing.front() == changed);
}

TEST_CASE("replay: what is learned from takes no more memory than is allowed") {
    RecordedRoom room;
    room.play(200);
    const RecordingFile file = opened(room.end());
    CHECK(read_match(file)->stretches.front().size() == 200);
    const auto match = read_match(file, 64 * 1024);
    REQUIRE_FALSE(match);
    CHECK(match.error().text.find("is beyond what is read of one recording") != std::string::npos);
}
