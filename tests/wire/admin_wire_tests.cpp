#include "core/random.hpp"
#include "wire/admin.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

AdminRoom largest_room() {
    return {.summary = {.id = RoomId{UINT32_MAX},
                        .kind = std::string(max_name_bytes, 'k'),
                        .name = std::string(max_name_bytes, 'n'),
                        .players = UINT32_MAX,
                        .capacity = UINT32_MAX,
                        .age = 24h,
                        .has_password = true,
                        .is_locked = true,
                        .spectators = UINT32_MAX,
                        .phase = RoomPhase::ended,
                        .metadata = std::vector<std::uint8_t>(max_metadata_bytes, 7)},
            .is_private = true,
            .is_paused = true,
            .tick_p50_us = UINT32_MAX,
            .tick_p99_us = UINT32_MAX,
            .bytes_in = UINT64_MAX,
            .bytes_out = UINT64_MAX};
}

/// As many types and fields as a schema may have, all with long names.
AdminBytes largest_bytes() {
    AdminBytes bytes;
    bytes.room = RoomId{7};
    bytes.viewer = PresenceId{8};
    bytes.tick = Tick{9};
    bytes.sent = UINT64_MAX;
    bytes.header_bits = 0.5;
    for (std::size_t type = 0; type < 64; ++type) {
        TypeTraffic& one = bytes.types.emplace_back();
        one.name = std::string(2 * max_name_bytes, 't');
        one.rest = 0.25;
        for (std::size_t field = 0; field < 64; ++field)
            one.fields.push_back({std::string(2 * max_name_bytes, 'f'), 1});
    }
    return bytes;
}

double bits_of(const AdminBytes& bytes) {
    double bits = 0;
    for (const TypeTraffic& type : bytes.types) {
        bits += type.rest;
        for (const TypeTraffic::Field& field : type.fields) bits += field.bits;
    }
    return bits;
}

std::vector<std::uint8_t> copy_of(Bytes bytes) {
    return {bytes.begin(), bytes.end()};
}

std::vector<std::vector<std::uint8_t>> replies() {
    wire::AdminTeller teller;
    std::vector<std::vector<std::uint8_t>> all;
    const std::array<std::uint8_t, wire::admin_number_bytes> number{1, 2, 3};
    all.push_back(copy_of(teller.challenge(number)));
    all.push_back(copy_of(teller.welcome(AdminRights::read_only, 128)));
    all.push_back(copy_of(teller.done()));
    const std::vector<TickRecord> ticks(
        1000, TickRecord{.tick = Tick{4}, .us = {1, 2, 3, 4, 5, 6, 7, 8}});
    const AdminLinks links{7, std::string(max_reason_bytes, 'l')};
    all.push_back(copy_of(teller.server({}, links, ticks)));
    teller.begin_rooms();
    while (teller.add_room(largest_room())) {
    }
    all.push_back(copy_of(teller.rooms(1, 2)));
    const std::vector<RoomTickRecord> room_ticks(500, RoomTickRecord{Tick{1}, 2, 3, 4});
    teller.begin_room(room_ticks);
    const AdminRoomView view{.id = RoomId{1}, .tick = Tick{9}, .host = PresenceId{3}};
    const std::string name(max_name_bytes, 'n');
    AdminMember member;
    member.member.user = name;
    member.member.name = name;
    member.address = name;
    member.worsened_link = std::string(max_reason_bytes, 'l');
    while (teller.add_member(member)) {
    }
    all.push_back(copy_of(teller.room(view, true)));
    teller.begin_room({});
    while (teller.add_said({1, name, name, std::string(max_chat_bytes, 't')})) {
    }
    all.push_back(copy_of(teller.room(view, true)));
    teller.begin_room({});
    while (teller.add_act(std::string(wire::max_admin_act_bytes, 'a'))) {
    }
    all.push_back(copy_of(teller.room(view, true)));
    const std::vector<std::uint8_t> bytes(max_schema_bytes, 7);
    all.push_back(copy_of(teller.schema(RoomId{1}, 77, bytes, 100)));
    teller.begin_entities();
    const Bytes state = Bytes(bytes).first(100);
    std::uint16_t type = 0;
    while (teller.add_entity({type, EntityId{1}, PresenceId{2}, 9, state})) ++type;
    all.push_back(
        copy_of(teller.entities(RoomId{1}, PresenceId{8}, 77, Tick{3}, wire::AdminPlace{4, 5})));
    all.push_back(copy_of(teller.bytes(largest_bytes(), true)));
    const std::vector<wire::AdminMessageLine> lines(200, {1, 2, 3, 4, 5, 6});
    all.push_back(copy_of(teller.messages(lines)));
    return all;
}

} // namespace

TEST_CASE("admin wire: a room comes as it was") {
    wire::AdminTeller teller;
    teller.begin_rooms();
    REQUIRE(teller.add_room(largest_room()));
    const auto* reply = wire::decode_admin_reply(teller.rooms(7, 9));
    REQUIRE(reply);
    const auto* page = reply->tell_as_AdminRooms();
    REQUIRE(page);
    CHECK(page->first() == 7);
    CHECK(page->next() == 9);
    const AdminRoom room = wire::room_of(*page->rooms()->Get(0));
    const AdminRoom sent = largest_room();
    CHECK(room.summary.name == sent.summary.name);
    CHECK(room.summary.metadata == sent.summary.metadata);
    CHECK(room.summary.age == sent.summary.age);
    CHECK(room.summary.phase == RoomPhase::ended);
    CHECK(room.is_private);
    CHECK(room.is_paused);
    CHECK(room.tick_p99_us == UINT32_MAX);
    CHECK(room.bytes_out == UINT64_MAX);
}

TEST_CASE("admin wire: ticks come in their order, the oldest first when there are too many") {
    std::vector<TickRecord> ticks;
    for (std::uint32_t i = 0; i < 1000; ++i)
        ticks.push_back({.tick = Tick{i}, .us = {i, 1, 2, 3, 4, 5, 6, 7}, .is_late = i == 3});
    wire::AdminTeller teller;
    const auto* reply = wire::decode_admin_reply(teller.server({}, {}, ticks));
    REQUIRE(reply);
    const auto& newest = *reply->tell_as_AdminServer()->newest();
    const auto& parts = *reply->tell_as_AdminServer()->parts();
    REQUIRE(newest.size() > 100);
    REQUIRE(parts.size() == newest.size());
    for (std::uint32_t i = 0; i < newest.size(); ++i) {
        const TickRecord record = wire::record_of(*newest.Get(i), parts.Get(i));
        CHECK(record.tick == Tick{i});
        CHECK(record.us == std::array<std::uint32_t, stage_count>{i, 1, 2, 3, 4, 5, 6, 7});
        // Who tells nothing of them has them in receive.
        CHECK(wire::record_of(*newest.Get(i), nullptr).us[0] == i + 3);
        CHECK(record.is_late == (i == 3));
    }
}

TEST_CASE("admin wire: of a room's ticks the newest come, the oldest of them first") {
    std::vector<RoomTickRecord> ticks;
    for (std::uint32_t i = 1; i <= 500; ++i) ticks.push_back({Tick{i}, 2 * i, 3 * i, 4 * i});
    wire::AdminTeller teller;
    teller.begin_room(ticks);
    const auto* reply =
        wire::decode_admin_reply(teller.room({.id = RoomId{1}, .tick = Tick{500}}, true));
    REQUIRE(reply);
    const auto& told = *reply->tell_as_AdminRoomNews()->ticks();
    REQUIRE(told.size() > 100);
    for (std::uint32_t i = 0; i < told.size(); ++i) {
        const RoomTickRecord record = wire::record_of(*told.Get(i));
        CHECK(record.tick.value == 500 - told.size() + 1 + i);
        CHECK(record.bytes_out == 4 * record.tick.value);
    }
}

TEST_CASE("admin wire: bits come as they were; what there is no room for is put together") {
    wire::AdminTeller teller;
    AdminBytes few;
    few.header_bits = 12.5;
    few.types = {{"game.Ship", {{"position", 100.25}, {"fuel", 3}}, 7.5}, {"game.Rock", {}, 1}};
    for (const AdminBytes& sent : {few, largest_bytes()}) {
        const auto* reply = wire::decode_admin_reply(teller.bytes(sent, true));
        REQUIRE(reply);
        const AdminBytes told = wire::bytes_of(*reply->tell_as_AdminBytes());
        CHECK(told.header_bits == sent.header_bits);
        CHECK(told.sent == sent.sent);
        CHECK(told.viewer == sent.viewer);
        CHECK(bits_of(told) == bits_of(sent));
    }
    const auto* reply = wire::decode_admin_reply(teller.bytes(few, true));
    const AdminBytes told = wire::bytes_of(*reply->tell_as_AdminBytes());
    REQUIRE(told.types.size() == 2);
    CHECK(told.types[0].name == "game.Ship");
    CHECK(told.types[0].fields[0].name == "position");
    CHECK(told.types[0].fields[0].bits == 100.25);
}

TEST_CASE("admin wire: bits that are no amount are refused") {
    for (const double bits : {std::nan(""), HUGE_VAL, -1.0}) {
        flatbuffers::FlatBufferBuilder builder;
        const auto name = builder.CreateString("x");
        const auto field = wire::CreateAdminFieldBits(builder, name, bits);
        const auto fields = builder.CreateVector(&field, 1);
        const auto type = wire::CreateAdminTypeBits(builder, name, 0, fields);
        const auto types = builder.CreateVector(&type, 1);
        const auto told = wire::CreateAdminBytes(builder, 1, 0, true, 1, 1, 1, 1, 1, types);
        builder.Finish(wire::CreateAdminReply(builder, wire::AdminTell::AdminBytes, told.Union()));
        CHECK_FALSE(wire::decode_admin_reply({builder.GetBufferPointer(), builder.GetSize()}));
    }
}

TEST_CASE("admin wire: kinds of messages have the names of their schemas, unknown ones a number") {
    const auto name = [](std::uint8_t channel, std::uint8_t kind) {
        const MessageTraffic one = wire::traffic_of({channel, kind, 1, 2, 3, 4});
        return one.channel + " " + one.kind;
    };
    CHECK(name(0, 1) == "control Hello");
    CHECK(name(2, 1) == "bulk room_state");
    CHECK(name(3, 0) == "snapshots snapshot");
    CHECK(name(4, 2) == "inputs heartbeat");
    CHECK(name(1, 0) == "events unreadable");
    CHECK(name(1, 255) == "events kind 255");
    CHECK(name(9, 1) == "unknown kind 1");
}

TEST_CASE("admin wire: no reply is longer than the answer of a call may be") {
    for (const auto& reply : replies()) {
        CHECK(reply.size() <= max_call_bytes);
        CHECK(wire::decode_admin_reply(reply));
    }
}

TEST_CASE("admin wire: what is damaged is refused, or stays within its bounds") {
    Random random(5);
    wire::AdminAsker asker;
    std::vector<std::vector<std::uint8_t>> asks{
        copy_of(asker.begin()),
        copy_of(asker.login(std::vector<std::uint8_t>(wire::admin_proof_bytes))),
        copy_of(asker.server(Tick{4})),
        copy_of(asker.rooms(3)),
        copy_of(asker.room(RoomId{3}, 8, Tick{9})),
        copy_of(asker.schema(RoomId{3}, 4096)),
        copy_of(asker.entities(RoomId{3}, {1, 2})),
        copy_of(asker.bytes(RoomId{3}, PresenceId{4})),
        copy_of(asker.messages()),
        copy_of(asker.act({AdminVerb::say, RoomId{2}, PresenceId{3}, "a word"})),
    };
    for (const auto& whole : asks) {
        CHECK(wire::decode_admin_request(whole));
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const std::vector<std::uint8_t> cut(whole.begin(),
                                                whole.begin() + static_cast<std::ptrdiff_t>(size));
            (void)wire::decode_admin_request(cut);
        }
        for (int i = 0; i < 500; ++i) {
            std::vector<std::uint8_t> damaged = whole;
            damaged[random.next_below(damaged.size())] ^=
                static_cast<std::uint8_t>(1U << random.next_below(8));
            const auto* request = wire::decode_admin_request(damaged);
            const auto* act = request ? request->ask_as_AdminAct() : nullptr;
            if (act) CHECK(act->verb() <= static_cast<std::uint8_t>(AdminVerb::drain));
        }
    }
    CHECK_FALSE(wire::decode_admin_request(
        copy_of(asker.login(std::vector<std::uint8_t>(wire::admin_proof_bytes - 1)))));
    for (const auto& whole : replies()) {
        for (int i = 0; i < 200; ++i) {
            std::vector<std::uint8_t> damaged = whole;
            damaged[random.next_below(damaged.size())] ^=
                static_cast<std::uint8_t>(1U << random.next_below(8));
            const auto* reply = wire::decode_admin_reply(damaged);
            const auto* page = reply ? reply->tell_as_AdminRooms() : nullptr;
            if (!page) continue;
            for (const auto* line : *page->rooms())
                CHECK(wire::room_of(*line).summary.name.size() <= max_name_bytes);
        }
    }
}

TEST_CASE("admin wire: a room of any age that the wire can tell is an old one") {
    flatbuffers::FlatBufferBuilder builder;
    const auto kind = builder.CreateString("kind");
    const auto name = builder.CreateString("name");
    const std::uint64_t age_ms = std::numeric_limits<std::uint64_t>::max();
    builder.Finish(wire::CreateAdminRoomLine(builder, 1, kind, name, 0, 0, 0, age_ms));
    const auto* line = flatbuffers::GetRoot<wire::AdminRoomLine>(builder.GetBufferPointer());
    CHECK(wire::room_of(*line).summary.age > std::chrono::hours(24 * 365'000));
}

TEST_CASE("admin wire: what is told of links comes as it was, and a share is a share") {
    wire::AdminTeller teller;
    const auto* server = wire::decode_admin_reply(teller.server({}, {3, "delay=40"}, {}));
    REQUIRE(server);
    const AdminLinks links = wire::links_of(*server->tell_as_AdminServer());
    CHECK(links.worsened == 3);
    CHECK(links.of_all == "delay=40");
    AdminMember member;
    member.worsened_link = "loss=2";
    member.loss_in = 0.25;
    member.loss_out = 7;
    teller.begin_room({});
    REQUIRE(teller.add_member(member));
    REQUIRE(teller.add_act("admin: lock"));
    const auto* room = wire::decode_admin_reply(teller.room({.listeners = 5}, true));
    REQUIRE(room);
    const auto& news = *room->tell_as_AdminRoomNews();
    const AdminMember told = wire::admin_member_of(*news.members()->Get(0));
    CHECK(told.worsened_link == "loss=2");
    CHECK(told.loss_in == 0.25);
    CHECK(told.loss_out == 1);
    CHECK(news.listeners() == 5);
    CHECK(news.acts()->Get(0)->str() == "admin: lock");
}
