#include "core/random.hpp"
#include "wire/hot.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace engine_net;
using wire::HotKind;

namespace {

using Message = std::vector<std::uint8_t>;

Message numbered(std::size_t bytes) {
    Message message(bytes);
    for (std::size_t i = 0; i < bytes; ++i) message[i] = static_cast<std::uint8_t>(i * 3 + 1);
    return message;
}

wire::InputHeader input_header(std::uint8_t count, std::uint8_t input_bytes) {
    return {HotKind::input, count, input_bytes, 1, 0x80000001, 3, 65'535, 77, 9, 0, 640};
}

Message input_message(std::uint8_t count, std::uint8_t input_bytes) {
    Message message;
    wire::encode_input(
        input_header(count, input_bytes), numbered(std::size_t{count} * input_bytes), message);
    return message;
}

/// As `encode_input` writes it, whatever the parts say.
Message input_message(const wire::InputHeader& header, std::size_t payload) {
    Message message;
    ByteWriter writer(message);
    writer.write(header);
    writer.write_bytes(numbered(payload));
    return message;
}

wire::InputHeader with_changes(std::uint8_t count, std::uint8_t bytes, std::uint16_t changes) {
    return {HotKind::input, count, bytes, 1, 0x80000001, 3, 65'535, 77, 9, changes, 640};
}

wire::Heartbeat sample_heartbeat(std::uint64_t sent_us = 1'000'000,
                                 std::uint64_t echo_us = 999'000) {
    return {HotKind::heartbeat,
            1,
            65'535,
            9,
            sent_us,
            echo_us,
            500,
            0xFFFFFFFF,
            16'000,
            -4,
            0xFFFFFFFD,
            0xFFFFFFFE,
            7,
            11,
            10};
}

Message heartbeat_message(const wire::Heartbeat& heartbeat) {
    Message message;
    wire::encode_heartbeat(heartbeat, message);
    return message;
}

/// The longest beginning of a message that a decoder accepts, tried in memory of its exact size.
template <class Decode>
std::size_t accepted_prefixes(const Message& message, Decode decode) {
    std::size_t accepted = 0;
    for (std::size_t size = 0; size < message.size(); ++size) {
        const Message cut(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
        accepted += decode(cut) ? 1 : 0;
    }
    return accepted;
}

} // namespace

TEST_CASE("hot: the first byte tells the kind") {
    CHECK(wire::kind_of({}) == HotKind::none);
    CHECK(wire::kind_of(Message{0}) == HotKind::none);
    CHECK(wire::kind_of(Message{1}) == HotKind::input);
    CHECK(wire::kind_of(Message{2}) == HotKind::heartbeat);
    CHECK(wire::kind_of(Message{3, 0}) == HotKind::event);
    CHECK(wire::kind_of(Message{4}) == HotKind::none);
    CHECK(wire::kind_of(Message{255}) == HotKind::none);
}

TEST_CASE("hot: inputs survive their coding") {
    const Message message = input_message(3, 5);
    CHECK(wire::kind_of(message) == HotKind::input);
    const auto decoded = wire::decode_input(message);
    REQUIRE(decoded);
    CHECK(decoded->header.count() == 3);
    CHECK(decoded->header.input_bytes() == 5);
    CHECK(decoded->header.has_ack() == 1);
    CHECK(decoded->header.ack_bits() == 0x80000001);
    CHECK(decoded->header.newest_tick() == 3);
    CHECK(decoded->header.ack_newest() == 65'535);
    CHECK(decoded->header.presence_low() == 77);
    CHECK(decoded->header.sequence() == 9);
    CHECK(decoded->header.shown_ago() == 640);
    const Message payload = numbered(15);
    CHECK(std::equal(decoded->inputs.begin(), decoded->inputs.end(), payload.begin()));
    const Bytes second = decoded->input(1);
    CHECK(Message(second.begin(), second.end()) ==
          Message(payload.begin() + 5, payload.begin() + 10));
}

TEST_CASE("hot: inputs belong to the ticks up to the newest, also where ticks wrap") {
    const Message message = input_message(5, 1); // newest tick: 3
    const auto decoded = wire::decode_input(message);
    REQUIRE(decoded);
    CHECK(decoded->tick_of(4) == Tick{3});
    CHECK(decoded->tick_of(1) == Tick{0});
    CHECK(decoded->tick_of(0) == Tick{UINT32_MAX});
}

TEST_CASE("hot: inputs have their bounds") {
    CHECK(wire::decode_input(input_message(max_redundant_inputs, max_input_bytes)));
    CHECK(wire::decode_input(input_message(1, 1)));
    CHECK(wire::decode_input(input_message(0, 0))); // acks alone
    CHECK_FALSE(wire::decode_input(input_message(with_changes(max_redundant_inputs + 1, 1, 1), 1)));
    CHECK_FALSE(wire::decode_input(input_message(1, max_input_bytes + 1)));
    CHECK_FALSE(wire::decode_input(input_message(with_changes(255, 255, 1), 255)));
    CHECK_FALSE(wire::decode_input(input_message(0, 1)));
    CHECK_FALSE(wire::decode_input(input_message(1, 0)));
    CHECK(wire::decode_input(input_message(with_changes(2, 4, 3), 8)));
    CHECK_FALSE(wire::decode_input(input_message(with_changes(2, 4, 3), 7)));
    CHECK_FALSE(wire::decode_input(input_message(with_changes(2, 4, 3), 9)));
    CHECK_FALSE(wire::decode_input(input_message(with_changes(0, 0, 0), 1)));
}

TEST_CASE("hot: inputs that stay the same are told once") {
    const Message inputs{7, 7, 7, 8, 8, 7};
    Message message;
    wire::encode_input(input_header(6, 1), inputs, message);
    CHECK(message.size() == sizeof(wire::InputHeader) + 3);
    const auto decoded = wire::decode_input(message);
    REQUIRE(decoded);
    for (std::size_t i = 0; i < inputs.size(); ++i) CHECK(decoded->input(i)[0] == inputs[i]);
}

TEST_CASE("hot: what is said to change is there, from the first input on") {
    CHECK(wire::decode_input(input_message(with_changes(3, 2, 0b101), 4)));
    CHECK_FALSE(wire::decode_input(input_message(with_changes(3, 2, 0b110), 4)));  // not the first
    CHECK_FALSE(wire::decode_input(input_message(with_changes(3, 2, 0b1001), 4))); // a fourth
    CHECK_FALSE(wire::decode_input(input_message(with_changes(3, 2, 0), 0)));
    CHECK_FALSE(wire::decode_input(input_message(with_changes(0, 0, 1), 0)));
}

TEST_CASE("hot: the longest inputs fit one datagram") {
    CHECK(input_message(max_redundant_inputs, max_input_bytes).size() <= max_message_bytes);
}

TEST_CASE("hot: a message of another kind is no input, no heartbeat and no event") {
    Message message = input_message(1, 4);
    for (const int kind : {0, 2, 3, 4, 255}) {
        message[0] = static_cast<std::uint8_t>(kind);
        CHECK_FALSE(wire::decode_input(message));
    }
    message = heartbeat_message(sample_heartbeat());
    for (const int kind : {0, 1, 3, 4, 255}) {
        message[0] = static_cast<std::uint8_t>(kind);
        CHECK_FALSE(wire::decode_heartbeat(message));
    }
    message.clear();
    wire::encode_event(RoomId{1}, numbered(8), message);
    for (const int kind : {0, 1, 2, 4, 255}) {
        message[0] = static_cast<std::uint8_t>(kind);
        CHECK_FALSE(wire::decode_event(message));
    }
}

TEST_CASE("hot: a heartbeat survives its coding") {
    const Message message = heartbeat_message(sample_heartbeat());
    CHECK(wire::kind_of(message) == HotKind::heartbeat);
    const auto decoded = wire::decode_heartbeat(message);
    REQUIRE(decoded);
    CHECK(decoded->has_echo() == 1);
    CHECK(decoded->sequence() == 65'535);
    CHECK(decoded->received() == 9);
    CHECK(decoded->sent_us() == 1'000'000);
    CHECK(decoded->echo_us() == 999'000);
    CHECK(decoded->held_us() == 500);
    CHECK(decoded->tick() == 0xFFFFFFFF);
    CHECK(decoded->tick_age_us() == 16'000);
    CHECK(decoded->input_lead_us() == -4);
    CHECK(decoded->input_lead_tick() == 0xFFFFFFFD);
    CHECK(decoded->inputs_newest() == 11);
    CHECK(decoded->inputs_received() == 10);
}

TEST_CASE("hot: a heartbeat has exactly one size") {
    Message message = heartbeat_message(sample_heartbeat());
    message.push_back(0);
    CHECK_FALSE(wire::decode_heartbeat(message));
}

TEST_CASE("hot: a clock that no machine has is refused") {
    constexpr std::uint64_t most = std::uint64_t{1} << 53;
    const auto accepts = [](std::uint64_t sent_us, std::uint64_t echo_us) {
        const Message message = heartbeat_message(sample_heartbeat(sent_us, echo_us));
        return wire::decode_heartbeat(message).has_value();
    };
    CHECK(accepts(most, most));
    CHECK_FALSE(accepts(most + 1, most));
    CHECK_FALSE(accepts(most, most + 1));
    CHECK_FALSE(accepts(UINT64_MAX, most));
    CHECK_FALSE(accepts(std::uint64_t{1} << 63, most));
}

TEST_CASE("hot: a flag is 0 or 1") {
    Message message = heartbeat_message(sample_heartbeat());
    message[1] = 2;
    CHECK_FALSE(wire::decode_heartbeat(message));
    message = input_message(1, 4);
    message[3] = 2;
    CHECK_FALSE(wire::decode_input(message));
}

TEST_CASE("hot: an event survives its coding") {
    Message message;
    wire::encode_event(RoomId{0xFFFFFFFE}, numbered(21), message);
    CHECK(wire::kind_of(message) == HotKind::event);
    const auto decoded = wire::decode_event(message);
    REQUIRE(decoded);
    CHECK(decoded->room == RoomId{0xFFFFFFFE});
    CHECK(decoded->payload == numbered(21));
    CHECK(reinterpret_cast<std::uintptr_t>(decoded->payload.data()) % 8 == 0);
}

TEST_CASE("hot: an event has its bounds, and the largest fits one datagram") {
    Message message;
    wire::encode_event(RoomId{1}, numbered(max_unreliable_event_bytes), message);
    CHECK(message.size() <= max_message_bytes);
    CHECK(wire::decode_event(message));
    message.push_back(0);
    CHECK_FALSE(wire::decode_event(message));
    message.clear();
    wire::encode_event(RoomId{1}, {}, message);
    CHECK_FALSE(wire::decode_event(message));
}

TEST_CASE("hot: a message cut short is refused at every length") {
    CHECK(accepted_prefixes(input_message(16, 16), wire::decode_input) == 0);
    CHECK(accepted_prefixes(input_message(1, 1), wire::decode_input) == 0);
    CHECK(accepted_prefixes(input_message(0, 0), wire::decode_input) == 0);
    CHECK(accepted_prefixes(heartbeat_message(sample_heartbeat()), wire::decode_heartbeat) == 0);
}

TEST_CASE("hot: an event cut short is refused while nothing of its payload is left") {
    Message message;
    wire::encode_event(RoomId{1}, numbered(5), message);
    // Where a payload ends is for its own verifier to say.
    CHECK(accepted_prefixes(message, wire::decode_event) == 4);
}

TEST_CASE("hot: what is appended to a message is added to what is there") {
    Message message{42};
    wire::encode_heartbeat(sample_heartbeat(), message);
    CHECK(message.front() == 42);
    CHECK(message.size() == 1 + sizeof(wire::Heartbeat));
}

TEST_CASE("hot: no noise makes a decoder read what is not there") {
    Random random(7);
    int inputs = 0;
    for (int round = 0; round < 100'000; ++round) {
        Message message = input_message(static_cast<std::uint8_t>(random.next_below(17)),
                                        static_cast<std::uint8_t>(1 + random.next_below(8)));
        for (std::uint64_t flips = random.next_below(4); flips > 0; --flips) {
            const auto flip = static_cast<std::uint8_t>(1u << random.next_below(8));
            message[random.next_below(message.size())] ^= flip;
        }
        if (random.next_chance(0.2)) message.resize(random.next_below(message.size()));
        message.shrink_to_fit();
        static_cast<void>(wire::decode_heartbeat(message));
        static_cast<void>(wire::decode_event(message));
        const auto decoded = wire::decode_input(message);
        if (!decoded) continue;
        ++inputs;
        for (std::size_t i = 0; i < decoded->header.count(); ++i)
            REQUIRE(decoded->input(i).size() == decoded->header.input_bytes());
        REQUIRE(decoded->header.count() <= max_redundant_inputs);
        REQUIRE(decoded->header.input_bytes() <= max_input_bytes);
    }
    CHECK(inputs > 1'000);
}
