#include "wire/control.hpp"
#include "wire/control_encoder.hpp"
#include "wire/control_samples.hpp"
#include "wire/control_walk.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace engine_net;
using namespace engine_net::testing;
using namespace std::chrono_literals;

namespace {

std::string str(const flatbuffers::String* text) {
    return text ? text->str() : "(none)";
}

std::vector<std::uint8_t> vec(const flatbuffers::Vector<std::uint8_t>* bytes) {
    return {bytes->begin(), bytes->end()};
}

void check_same(const RoomSummary& got, const RoomSummary& sent) {
    CHECK(got.id == sent.id);
    CHECK(got.kind == sent.kind);
    CHECK(got.name == sent.name);
    CHECK(got.players == sent.players);
    CHECK(got.capacity == sent.capacity);
    CHECK(got.age == sent.age);
    CHECK(got.has_password == sent.has_password);
    CHECK(got.is_locked == sent.is_locked);
    CHECK(got.spectators == sent.spectators);
    CHECK(got.phase == sent.phase);
    CHECK(got.metadata == sent.metadata);
}

} // namespace

TEST_CASE("control: every kind of message has a valid sample") {
    std::set<wire::Message> kinds;
    for (const ControlSample& sample : control_samples()) {
        CAPTURE(sample.name);
        const wire::Envelope* envelope = wire::decode_control(sample.bytes);
        REQUIRE(envelope);
        CHECK(envelope->message_type() == sample.kind);
        kinds.insert(sample.kind);
    }
    CHECK(kinds.size() == static_cast<std::size_t>(wire::Message::MAX));
}

TEST_CASE("control: a hello survives its coding") {
    wire::ControlEncoder encoder;
    SUBCASE("of a new player") {
        const wire::Envelope* envelope = wire::decode_control(encoder.hello(7, {"Ada"}, nullptr));
        REQUIRE(envelope);
        CHECK(envelope->offset() == 0);
        const wire::Hello* hello = envelope->message_as_Hello();
        REQUIRE(hello);
        CHECK(hello->protocol_version() == 7);
        CHECK(str(hello->name()) == "Ada");
        CHECK_FALSE(hello->resume());
    }
    SUBCASE("of a user with a colour") {
        const wire::Envelope* envelope =
            wire::decode_control(encoder.hello(7, {"Ada", "a token", 0xFF8800}, nullptr));
        REQUIRE(envelope);
        const wire::Hello* hello = envelope->message_as_Hello();
        REQUIRE(hello);
        CHECK(str(hello->token()) == "a token");
        CHECK(hello->colour() == 0xFF8800);
    }
    SUBCASE("of one who comes back") {
        const wire::ControlEncoder::Resume resume{
            SessionId{0x1122334455667788}, sample_secret, 12, true};
        const wire::Envelope* envelope = wire::decode_control(encoder.hello(1, {"Ada"}, &resume));
        REQUIRE(envelope);
        const wire::Hello* hello = envelope->message_as_Hello();
        REQUIRE(hello);
        REQUIRE(hello->resume());
        CHECK(hello->resume()->session() == 0x1122334455667788);
        CHECK(vec(hello->resume()->secret()) ==
              std::vector<std::uint8_t>(sample_secret.begin(), sample_secret.end()));
        CHECK(hello->resume()->received() == 12);
        CHECK(hello->resume()->has_forgotten());
    }
}

TEST_CASE("control: a welcome survives its coding") {
    wire::ControlEncoder encoder;
    const wire::Envelope* envelope = wire::decode_control(encoder.welcome({SessionId{UINT64_MAX},
                                                                           sample_secret,
                                                                           60,
                                                                           30'000,
                                                                           true,
                                                                           4,
                                                                           5,
                                                                           RoomId{6},
                                                                           PresenceId{7},
                                                                           0x88,
                                                                           40'000,
                                                                           Tick{11},
                                                                           "user-12"}));
    REQUIRE(envelope);
    const wire::Welcome* welcome = envelope->message_as_Welcome();
    REQUIRE(welcome);
    CHECK(envelope->offset() == 0);
    CHECK(welcome->session() == UINT64_MAX);
    CHECK(vec(welcome->secret()) ==
          std::vector<std::uint8_t>(sample_secret.begin(), sample_secret.end()));
    CHECK(welcome->tick_rate() == 60);
    CHECK(welcome->grace_ms() == 30'000);
    CHECK(welcome->resumed());
    CHECK(welcome->received() == 4);
    CHECK(welcome->sent() == 5);
    CHECK(welcome->room() == 6);
    CHECK(welcome->presence() == 7);
    CHECK(welcome->schema_digest() == 0x88);
    CHECK(welcome->room_grace_ms() == 40'000);
    CHECK(welcome->tick() == 11);
    CHECK(str(welcome->user()) == "user-12");
}

TEST_CASE("control: a confirm, a refusal and a state check survive their coding") {
    wire::ControlEncoder encoder;
    SUBCASE("confirm") {
        const wire::Envelope* envelope = wire::decode_control(encoder.confirm());
        REQUIRE(envelope);
        CHECK(envelope->message_as_Confirm());
        CHECK(envelope->offset() == 0);
    }
    SUBCASE("refuse") {
        const wire::Envelope* envelope =
            wire::decode_control(encoder.refuse(wire::RefuseReason::server_full, "no seat"));
        REQUIRE(envelope);
        const wire::Refuse* refuse = envelope->message_as_Refuse();
        REQUIRE(refuse);
        CHECK(envelope->offset() == 0);
        CHECK(refuse->reason() == wire::RefuseReason::server_full);
        CHECK(str(refuse->detail()) == "no seat");
    }
    SUBCASE("state check") {
        const wire::Envelope* envelope =
            wire::decode_control(encoder.state_check(Tick{0xFFFFFFFE}, 0xFEDCBA9876543210));
        REQUIRE(envelope);
        const wire::StateCheck* check = envelope->message_as_StateCheck();
        REQUIRE(check);
        CHECK(envelope->offset() == 0);
        CHECK(check->tick() == 0xFFFFFFFE);
        CHECK(check->hash() == 0xFEDCBA9876543210);
    }
}

TEST_CASE("control: a request to join and its answer survive their coding") {
    wire::ControlEncoder encoder;
    SUBCASE("request") {
        const wire::Envelope* envelope = wire::decode_control(encoder.join_room(
            11, {2, wire::JoinMode::create, RoomId{3}, "arena", "my room", 4, 0x55}));
        REQUIRE(envelope);
        const wire::JoinRoom* join = envelope->message_as_JoinRoom();
        REQUIRE(join);
        CHECK(envelope->offset() == 11);
        CHECK(join->request() == 2);
        CHECK(join->mode() == wire::JoinMode::create);
        CHECK(join->room() == 3);
        CHECK(str(join->kind()) == "arena");
        CHECK(str(join->name()) == "my room");
        CHECK(join->capacity() == 4);
        CHECK(join->schema_digest() == 0x55);
    }
    SUBCASE("answer") {
        const wire::Envelope* envelope =
            wire::decode_control(encoder.join_answer(12,
                                                     {2,
                                                      wire::RequestError::room_full,
                                                      "sixteen of 16",
                                                      RoomId{3},
                                                      PresenceId{4},
                                                      Tick{99},
                                                      UINT64_MAX,
                                                      60'000,
                                                      "K3-9PX"}));
        REQUIRE(envelope);
        const wire::JoinAnswer* answer = envelope->message_as_JoinAnswer();
        REQUIRE(answer);
        CHECK(envelope->offset() == 12);
        CHECK(answer->request() == 2);
        CHECK(answer->error() == wire::RequestError::room_full);
        CHECK(str(answer->detail()) == "sixteen of 16");
        CHECK(answer->room() == 3);
        CHECK(answer->presence() == 4);
        CHECK(answer->tick() == 99);
        CHECK(answer->schema_digest() == UINT64_MAX);
        CHECK(answer->grace_ms() == 60'000);
        CHECK(str(answer->invite()) == "K3-9PX");
    }
    SUBCASE("the schema that was lacking") {
        const wire::Envelope* envelope = wire::decode_control(encoder.request_schema(13, 0x55));
        REQUIRE(envelope);
        REQUIRE(envelope->message_as_RequestSchema());
        CHECK(envelope->offset() == 13);
        CHECK(envelope->message_as_RequestSchema()->digest() == 0x55);
    }
}

TEST_CASE("control: leaving survives its coding") {
    wire::ControlEncoder encoder;
    SUBCASE("the room, by the player") {
        const wire::Envelope* envelope = wire::decode_control(encoder.leave_room(13));
        REQUIRE(envelope);
        CHECK(envelope->message_as_LeaveRoom());
        CHECK(envelope->offset() == 13);
    }
    SUBCASE("the room, by the server") {
        const wire::Envelope* envelope =
            wire::decode_control(encoder.room_left(14, RoomId{3}, LeaveReason::kicked, "cheating"));
        REQUIRE(envelope);
        const wire::RoomLeft* left = envelope->message_as_RoomLeft();
        REQUIRE(left);
        CHECK(envelope->offset() == 14);
        CHECK(left->room() == 3);
        CHECK(left->reason() == wire::LeaveReason::kicked);
        CHECK(str(left->detail()) == "cheating");
    }
    SUBCASE("the server") {
        const wire::Envelope* envelope =
            wire::decode_control(encoder.goodbye(15, LeaveReason::server_closing, "maintenance"));
        REQUIRE(envelope);
        const wire::Goodbye* goodbye = envelope->message_as_Goodbye();
        REQUIRE(goodbye);
        CHECK(envelope->offset() == 15);
        CHECK(goodbye->reason() == wire::LeaveReason::server_closing);
        CHECK(str(goodbye->detail()) == "maintenance");
    }
}

TEST_CASE("control: each reason to leave is the same number on the wire") {
    wire::ControlEncoder encoder;
    const std::vector<std::pair<LeaveReason, wire::LeaveReason>> pairs{
        {LeaveReason::left, wire::LeaveReason::left},
        {LeaveReason::timed_out, wire::LeaveReason::timed_out},
        {LeaveReason::kicked, wire::LeaveReason::kicked},
        {LeaveReason::room_closed, wire::LeaveReason::room_closed},
        {LeaveReason::server_closing, wire::LeaveReason::server_closing},
        {LeaveReason::protocol_error, wire::LeaveReason::protocol_error},
        {LeaveReason::node_lost, wire::LeaveReason::node_lost},
    };
    CHECK(pairs.size() == static_cast<std::size_t>(wire::LeaveReason::MAX) + 1);
    for (const auto& [reason, on_wire] : pairs) {
        const wire::Envelope* envelope = wire::decode_control(encoder.goodbye(1, reason, ""));
        REQUIRE(envelope);
        CHECK(envelope->message_as_Goodbye()->reason() == on_wire);
    }
}

TEST_CASE("control: a page of the lobby survives its coding") {
    wire::ControlEncoder encoder;
    SUBCASE("the request") {
        const wire::Envelope* envelope = wire::decode_control(encoder.list_rooms(16, 5, 64));
        REQUIRE(envelope);
        const wire::ListRooms* list = envelope->message_as_ListRooms();
        REQUIRE(list);
        CHECK(envelope->offset() == 16);
        CHECK(list->request() == 5);
        CHECK(list->first() == 64);
    }
    SUBCASE("the rooms") {
        const std::vector<RoomSummary> rooms{
            {RoomId{1}, "arena", "first", 3, 16, 1500ms},
            {RoomId{9}, "race", "second", 0, 2, 1h, true, true, 5, RoomPhase::ended, {1, 2, 3}},
        };
        const wire::Envelope* envelope = wire::decode_control(encoder.room_list(17, 5, 99, rooms));
        REQUIRE(envelope);
        const wire::RoomList* list = envelope->message_as_RoomList();
        REQUIRE(list);
        CHECK(envelope->offset() == 17);
        CHECK(list->request() == 5);
        CHECK(list->total() == 99);
        REQUIRE(list->rooms()->size() == 2);
        check_same(wire::summary_of(*list->rooms()->Get(0)), rooms[0]);
        check_same(wire::summary_of(*list->rooms()->Get(1)), rooms[1]);
    }
}

TEST_CASE("control: an event survives its coding, and can be read in place") {
    wire::ControlEncoder encoder;
    for (std::size_t size = 0; size <= 64; ++size) {
        CAPTURE(size);
        std::vector<std::uint8_t> payload(size);
        for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<std::uint8_t>(i * 7);
        const Bytes bytes = encoder.event(18, RoomId{3}, payload);
        const wire::Envelope* envelope = wire::decode_control(bytes);
        REQUIRE(envelope);
        const wire::Event* event = envelope->message_as_Event();
        REQUIRE(event);
        CHECK(envelope->offset() == 18);
        CHECK(event->room() == 3);
        CHECK(vec(event->payload()) == payload);
        const std::ptrdiff_t at = event->payload()->data() - bytes.data();
        if (size > 0) CHECK(at % 8 == 0);
    }
}

TEST_CASE("control: an encoder can be used again, and gives the same bytes again") {
    wire::ControlEncoder encoder;
    const Bytes first = encoder.refuse(wire::RefuseReason::bad_name, "no");
    const std::vector<std::uint8_t> copy(first.begin(), first.end());
    static_cast<void>(encoder.room_list(1, 1, 1, sample_rooms(5)));
    const Bytes again = encoder.refuse(wire::RefuseReason::bad_name, "no");
    CHECK(copy == std::vector<std::uint8_t>(again.begin(), again.end()));
}

TEST_CASE("control: a full page of the longest names stays under 16 kB") {
    wire::ControlEncoder encoder;
    std::vector<RoomSummary> rooms = sample_rooms(max_rooms_per_page);
    for (RoomSummary& room : rooms) room.name = room.kind = longest_name();
    const Bytes page = encoder.room_list(1, 1, 64, rooms);
    CHECK(wire::decode_control(page));
    CHECK(page.size() < 16'000);
}

TEST_CASE("control: a full page of the longest names and metadata is one message") {
    wire::ControlEncoder encoder;
    const std::vector<RoomSummary> rooms = largest_rooms(max_rooms_per_page);
    const Bytes page = encoder.room_list(UINT32_MAX, UINT32_MAX, UINT32_MAX, rooms);
    CHECK(wire::decode_control(page));
    CHECK(page.size() < max_reliable_message_bytes);

    const std::vector<RoomId> gone(max_rooms_per_page, RoomId{UINT32_MAX});
    const Bytes news = encoder.room_news(rooms, gone);
    CHECK(wire::decode_room_news(news));
    CHECK(news.size() < max_reliable_message_bytes);
}

TEST_CASE("control: text is cut between characters") {
    wire::ControlEncoder encoder;
    // One, two, three and four bytes each; every length of a first part puts the cut elsewhere.
    for (const std::string character : {"a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x9A\x80"}) {
        for (std::size_t before = 0; before < 8; ++before) {
            std::string name(before, '-');
            while (name.size() <= max_name_bytes + 8) name += character;
            const wire::Envelope* envelope =
                wire::decode_control(encoder.hello(1, {name}, nullptr));
            REQUIRE(envelope);
            const std::string cut = str(envelope->message_as_Hello()->name());
            CHECK(cut.size() <= max_name_bytes);
            CHECK(cut.size() + character.size() > max_name_bytes);
            CHECK(name.starts_with(cut));
            CHECK((cut.size() - before) % character.size() == 0);
        }
    }
}

TEST_CASE("control: rooms beyond a page are left out") {
    wire::ControlEncoder encoder;
    const wire::Envelope* envelope =
        wire::decode_control(encoder.room_list(1, 1, 65, sample_rooms(max_rooms_per_page + 1)));
    REQUIRE(envelope);
    CHECK(envelope->message_as_RoomList()->rooms()->size() == max_rooms_per_page);
}

TEST_CASE("control: a game's text that is not UTF-8 does not make its message unusable") {
    wire::ControlEncoder encoder;
    const wire::Envelope* envelope =
        wire::decode_control(encoder.refuse(wire::RefuseReason::bad_name, "caf\xE9 closed"));
    REQUIRE(envelope);
    CHECK(str(envelope->message_as_Refuse()->detail()) == "caf? closed");

    SUBCASE("in a page of rooms") {
        std::vector<RoomSummary> rooms = sample_rooms(2);
        rooms[1].name = "\xFF\xFE";
        envelope = wire::decode_control(encoder.room_list(1, 1, 2, rooms));
        REQUIRE(envelope);
        CHECK(str(envelope->message_as_RoomList()->rooms()->Get(1)->name()) == "??");
    }
    SUBCASE("nor one that is too long besides") {
        const std::string noise(2 * max_reason_bytes, '\x80');
        envelope = wire::decode_control(encoder.goodbye(1, LeaveReason::kicked, noise));
        REQUIRE(envelope);
        CHECK(str(envelope->message_as_Goodbye()->detail()).size() <= max_reason_bytes);
    }
}
