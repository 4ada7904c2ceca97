#include "transport/unreliable_messages.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

using namespace engine_net;

namespace {

bool holds(const ENetPacket& packet, std::uint8_t value, std::size_t bytes) {
    return packet.dataLength == bytes &&
           std::ranges::all_of(std::span(packet.data, packet.dataLength), [&](std::uint8_t byte) {
               return byte == value;
           });
}

} // namespace

TEST_CASE("unreliable_messages: more than the memory holds are all there until they are sent") {
    UnreliableMessages messages;
    std::array<std::uint8_t, max_message_bytes> message{};
    std::vector<ENetPacket*> waiting;
    for (std::size_t i = 0; i < 2'000; ++i) {
        message.fill(static_cast<std::uint8_t>(i));
        const std::size_t bytes = 1 + i % message.size();
        waiting.push_back(messages.packet(Bytes(message).first(bytes)));
        REQUIRE(waiting.back() != nullptr);
    }
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        CHECK(holds(*waiting[i], static_cast<std::uint8_t>(i), 1 + i % message.size()));
        enet_packet_destroy(waiting[i]);
    }
}

TEST_CASE("unreliable_messages: the memory is used again once nothing in it waits") {
    UnreliableMessages messages;
    const std::array<std::uint8_t, 3> message{1, 2, 3};
    ENetPacket* const first = messages.packet(message);
    ENetPacket* const second = messages.packet(message);
    const std::uint8_t* const place = first->data;
    enet_packet_destroy(first);
    ENetPacket* const third = messages.packet(message);
    CHECK(third->data != place);
    enet_packet_destroy(second);
    enet_packet_destroy(third);
    ENetPacket* const fourth = messages.packet(message);
    CHECK(fourth->data == place);
    enet_packet_destroy(fourth);
}
