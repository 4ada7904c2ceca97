#include "client/room_list.hpp"

#include "wire/bulk.hpp"
#include "wire/control.hpp"

#include <engine_net/limits.hpp>

#include <utility>
#include <vector>

namespace engine_net {

void RoomList::watch(std::uint32_t request) {
    request_ = request;
    is_whole_ = false;
}

bool RoomList::receive(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<wire::RoomNewsHeader>();
    if (!reader.ok() || header.begins() > 1 || header.is_whole() > 1) return false;
    // Aligned as a FlatBuffer must be, wherever the message lies.
    const std::vector<std::uint8_t> copy(reader.rest().begin(), reader.rest().end());
    const wire::RoomNews* const news = wire::decode_room_news(copy);
    if (!news) return false;
    if (request_ != header.request()) return true;
    if (header.begins() == 1) rooms_.clear();
    for (const wire::RoomLine* line : *news->rooms()) {
        const RoomId id{line->room()};
        if (rooms_.size() < max_listed_rooms || rooms_.contains(id))
            rooms_.insert_or_assign(id, wire::summary_of(*line));
    }
    if (news->gone()) {
        for (const std::uint32_t id : *news->gone()) rooms_.erase(RoomId{id});
    }
    is_whole_ = header.is_whole() == 1;
    has_news_ = true;
    return true;
}

bool RoomList::take_news() {
    return std::exchange(has_news_, false);
}

} // namespace engine_net
