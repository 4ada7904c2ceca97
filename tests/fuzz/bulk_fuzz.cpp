// What a server may send on the bulk channel: pieces of states, the lobby list, and news about
// people and channels, each with two bytes of length before it. A length of 0 is the seat after the
// one so far.

#include "client/people_view.hpp"
#include "client/room_list.hpp"
#include "client/state_inbox.hpp"
#include "client/subscriptions.hpp"
#include "client/user_list.hpp"
#include "wire/bulk.hpp"
#include "wire/text.hpp"

#include <engine_net/event.hpp>

#include "test_game_generated.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

using namespace engine_net;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

bool is_board(Bytes bytes) {
    return verified<test_game::Board>(bytes, max_state_tables) != nullptr;
}

/// A state that is handed out can be read.
void read(Bytes state) {
    require(state.size() <= max_state_bytes);
    if (state.empty()) return;
    const auto* board = flatbuffers::GetRoot<test_game::Board>(state.data());
    std::size_t sum = board->title()->size();
    if (board->marks()) {
        for (const std::uint32_t mark : *board->marks()) sum += mark;
    }
    asm volatile("" : : "r"(sum)); // the compiler must take it to be used
}

/// All that a client keeps of the news on the bulk channel.
class News {
public:
    News() {
        rooms_.watch(1);
        subscriptions_.add("lobby", {.on_message = [](const ChannelMessage& message) {
                               require(wire::is_utf8(message.name));
                               require(message.payload.size() <= max_channel_payload_bytes);
                           }});
        subscriptions_.ask("lobby", 1);
        users_.watch({"ada", "bob"}, [](const UserSummary& user) {
            require(wire::is_utf8(user.status));
        });
        users_.ask(1);
    }
    void enter(PresenceId seat) { people_.enter(seat); }
    void receive(Bytes message) {
        rooms_.receive(message);
        require(rooms_.rooms().size() <= max_listed_rooms);
        people_.receive(message);
        people_.receive_pings(message);
        require(people_.members().size() <= 2 * std::size_t{max_room_capacity});
        subscriptions_.receive(message);
        require(subscriptions_.find("lobby")->request == 1);
        users_.receive(message);
        require(users_.all().size() <= 2);
    }

private:
    RoomList rooms_;
    PeopleView people_;
    Subscriptions subscriptions_;
    UserList users_;
};

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    StateInbox inbox;
    News news;
    PresenceId seat{1};
    inbox.enter(seat);
    news.enter(seat);
    ByteReader reader({data, size});
    while (reader.ok() && !reader.rest().empty()) {
        const auto length =
            std::min<std::size_t>(reader.read<std::uint16_t>(), reader.rest().size());
        if (length == 0) {
            inbox.enter(PresenceId{++seat.value});
            news.enter(seat);
        }
        const Bytes bytes = reader.read_bytes(length);
        // Memory of its own, so that a read past the end is seen.
        const std::vector<std::uint8_t> message(bytes.begin(), bytes.end());
        if (const auto piece = wire::decode_state_piece(message)) {
            std::vector<std::uint8_t> again;
            wire::encode_state_piece(*piece, again);
            require(again == message);
            inbox.receive(*piece);
        }
        read(inbox.newest(is_board));
        news.receive(message);
    }
    return 0;
}
