#include <engine_net/client.hpp>
#include <engine_net/server.hpp>

#include "game_bfbs_generated.h"
#include "game_generated.h"
#include "room_info_bfbs_generated.h"
#include "room_info_generated.h"

#include <flatbuffers/flatbuffers.h>

#include <string>
#include <vector>

namespace rooms_and_lobby {

using namespace engine_net;
using namespace std::chrono_literals;

void show_room(const RoomSummary& room);
void show_seat(const JoinResult& seat);
void show_line(std::string_view name, std::string_view text);
void show_friend(const UserSummary& user);
void show_problem(const std::string& text);

class TankRoom : public RoomOf<tanks::Order, tanks::Event> {
    void on_tick(Tick) override {}
    void describe(SnapshotBuilder&) const override {}
    void on_input(Presence&, const tanks::Order&) override {}

    Admission on_join_request(const JoinRequest& request) override {
        if (is_banned(request.user)) return Admission::refuse("not before Monday");
        return Admission::accept();
    }
    void on_phase(RoomPhase phase) override {
        if (phase == RoomPhase::playing) begin_match();
    }
    void on_event(Presence& who, const tanks::Event& event) override {
        if (event.kind() != tanks::EventKind::taunt) return;
        flatbuffers::FlatBufferBuilder builder;
        builder.Finish(tanks::CreateEvent(builder, tanks::EventKind::taunt, who.id().value));
        broadcast_event(bytes_of(builder));
    }
    void begin_match();
    static bool is_banned(std::string_view user);
};

std::vector<std::uint8_t> room_info(const std::string& map, std::uint8_t level) {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(tanks::CreateRoomInfoDirect(builder, map.c_str(), level));
    const EventBytes bytes = bytes_of(builder);
    return {bytes.begin(), bytes.end()};
}

void define(Server& server) {
    RoomKindConfig duel{.capacity = 4};
    duel.spectators = 8;
    duel.start = {.min_players = 2, .countdown = 3s};
    duel.metadata = compiled_schema<tanks::RoomInfoBinarySchema>();
    duel.matchmaking = MatchRules{.teams = 2, .team_size = 2};
    server.define_room<TankRoom>("duel", compiled_schema<tanks::EventBinarySchema>(), duel);
    if (auto started = server.start(); !started) return show_problem(started.error().detail);
    server.create_room("duel", "The first one"); // stays while it is empty
}

void watch_the_list(Client& client) {
    client.watch_rooms([&client] {
        for (const auto& [id, room] : client.rooms()) show_room(room);
    });
}

void search(Client& client) {
    RoomQuery query;
    query.kind = "duel";
    query.where = {{"free_seats", Comparison::at_least, 1.0}, {"map", Comparison::equal, "desert"}};
    query.order = {{"players", true}};
    client.find_rooms(query, [](const RoomPage& page) {
        if (page.error != RequestError::none) show_problem(std::string(message(page.error)));
        for (const RoomSummary& room : page.rooms) show_room(room);
    });
}

void get_in(Client& client, RoomId room, const std::string& invite) {
    client.join_room(room, show_seat);
    client.join_or_create("duel", show_seat);
    client.join_by_invite(invite, show_seat);
    RoomOptions options{.name = "Ada's", .is_private = true};
    options.metadata = room_info("desert", 3);
    client.create_room("duel", options, [](const JoinResult& seat) {
        if (!seat) return show_problem(std::string(message(seat.error)) + ": " + seat.detail);
        show_seat(seat); // seat.invite is for friends
    });
}

void find_a_match(Client& client) {
    MatchRequest match{.kind = "duel", .rank = 1200};
    match.properties["mode"] = "ranked";
    client.queue(match, show_seat, [](const QueueProgress& progress) {
        show_problem(std::to_string(progress.waiting) + " players wait");
    });
}

void talk(Client& client) {
    client.channels().subscribe("lobby", [](const ChannelMessage& said) {
        if (said.kind == ChannelKind::chat) show_line(said.name, said.text());
    });
    client.channels().say("lobby", "anyone for a match?");
}

void follow_friends(Client& client) {
    client.users().watch({"user-17", "user-4"}, show_friend);
    client.users().set_status(true, "back in five minutes");
}

ChannelRights rights_of(const ChannelRequest& request) {
    if (request.channel == "news") return {.subscribe = true, .publish = false};
    return default_channel_rights(request);
}

} // namespace rooms_and_lobby
