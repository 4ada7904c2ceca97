#pragma once

#include "core/bytes.hpp"
#include "wire/bulk.hpp"
#include "wire/people_encoder.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace engine_net::testing {

/// What a server sends on the bulk channel: a header, and a table behind it.
template <class Header>
std::vector<std::uint8_t> bulk_message(const Header& header, Bytes table) {
    std::vector<std::uint8_t> message;
    ByteWriter writer(message);
    writer.write(header);
    writer.write_bytes(table);
    return message;
}

/// The same, of each kind that a client takes in as news.
class BulkNews {
public:
    std::vector<std::uint8_t>
    people(PresenceId seat, bool begins, bool is_whole, const wire::PeopleEncoder::People& people) {
        const wire::RoomPeopleHeader header(
            wire::BulkKind::room_people, begins ? 1 : 0, is_whole ? 1 : 0, seat.value);
        return bulk_message(header, encoder_.room_people(people));
    }
    std::vector<std::uint8_t> channel(const wire::ChannelNewsHeader& header,
                                      std::span<const ChannelMessage> messages) {
        return bulk_message(header, encoder_.channel_news(messages));
    }
    std::vector<std::uint8_t> users(std::uint32_t request, std::span<const UserSummary> users) {
        const wire::UserNewsHeader header(wire::BulkKind::users, request);
        return bulk_message(header, encoder_.user_news(users));
    }

private:
    wire::PeopleEncoder encoder_;
};

} // namespace engine_net::testing
