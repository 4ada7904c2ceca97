#include "books.hpp"

#include <engine_net/server_view.hpp>

#include "books_generated.h"

#include <algorithm>
#include <vector>

using engine_net::CallResult;

namespace {

constexpr std::size_t seats_in_page = 200;

std::uint64_t said_in_lobby(const engine_net::ServerView& view) {
    const auto lobby = std::ranges::find(view.channels, "lobby", &engine_net::ChannelDetails::name);
    return lobby == view.channels.end() ? 0 : lobby->said;
}

std::vector<std::uint8_t> page_of(const engine_net::ServerView& view, std::size_t first) {
    flatbuffers::FlatBufferBuilder builder;
    std::vector<flatbuffers::Offset<demo::Seat>> seats;
    std::size_t number = 0;
    for (const engine_net::RoomDetails& room : view.rooms) {
        for (const engine_net::RoomMember& member : room.members) {
            if (number++ < first || seats.size() >= seats_in_page) continue;
            seats.push_back(demo::CreateSeatDirect(
                builder, member.user.c_str(), room.summary.id.value, member.id.value));
        }
    }
    std::size_t waiting = 0;
    for (const engine_net::QueueDetails& queue : view.queues) waiting += queue.waiting;
    builder.Finish(demo::CreateBooksPageDirect(builder,
                                               view.stats.joins,
                                               view.stats.leaves,
                                               view.stats.resumes,
                                               static_cast<std::uint32_t>(view.stats.sessions),
                                               static_cast<std::uint32_t>(view.users.size()),
                                               static_cast<std::uint32_t>(view.rooms.size()),
                                               static_cast<std::uint32_t>(waiting),
                                               said_in_lobby(view),
                                               static_cast<std::uint32_t>(number),
                                               &seats));
    const engine_net::EventBytes bytes = engine_net::bytes_of(builder);
    return {bytes.begin(), bytes.end()};
}

} // namespace

void answer_books(engine_net::Server& server) {
    server.on_call(
        "books", [&server](const engine_net::Caller&, std::span<const std::uint8_t> payload) {
            const std::vector<std::uint8_t> aligned(payload.begin(), payload.end());
            const auto* request = engine_net::verified<demo::BooksRequest>(aligned);
            return request ? CallResult::answer(page_of(*server.view(), request->first()))
                           : CallResult::refuse("not a BooksRequest");
        });
}
