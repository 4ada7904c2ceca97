#include "room/room_watch.hpp"

#include "core/bytes.hpp"
#include "wire/bulk.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

namespace {

/// As many lines as usually fit a datagram.
constexpr std::size_t rooms_in_message = 10;

} // namespace

void RoomWatch::send(const RoomDirectory& directory,
                     Time now,
                     std::size_t count,
                     wire::ControlEncoder& encoder,
                     const std::function<void(Bytes)>& send) {
    std::vector<std::uint8_t> message;
    for (; count > 0 && has_news(directory); --count) {
        if (next_change_ < directory.changes().begin()) start_over(directory);
        News news;
        is_whole_ ? take_changes(directory, now, news) : take_rooms(directory, now, news);
        message.clear();
        ByteWriter writer(message);
        writer.write(wire::RoomNewsHeader(wire::BulkKind::room_news,
                                          std::uint8_t{std::exchange(begins_, false)},
                                          std::uint8_t{is_whole_},
                                          request_));
        writer.write_bytes(encoder.room_news(news.rooms, news.gone));
        send(message);
    }
    has_caught_up_ = !has_news(directory);
}

/// What changed is not known any more: the whole list tells.
void RoomWatch::start_over(const RoomDirectory& directory) {
    *this = RoomWatch(request_, directory);
}

void RoomWatch::take_rooms(const RoomDirectory& directory, Time now, News& news) {
    news.rooms = directory.lines_from(next_room_, rooms_in_message, now);
    is_whole_ = news.rooms.size() < rooms_in_message;
    if (!is_whole_) next_room_ = RoomId{news.rooms.back().id.value + 1};
}

void RoomWatch::take_changes(const RoomDirectory& directory, Time now, News& news) {
    const ChangeLog<RoomId>& changes = directory.changes();
    std::vector<RoomId> told;
    while (next_change_ < changes.end() && told.size() < rooms_in_message) {
        const RoomId id = changes.at(next_change_++);
        if (std::ranges::find(told, id) != told.end()) continue;
        told.push_back(id);
        if (auto line = directory.line_of(id, now)) {
            news.rooms.push_back(std::move(*line));
        } else {
            news.gone.push_back(id);
        }
    }
}

} // namespace engine_net
