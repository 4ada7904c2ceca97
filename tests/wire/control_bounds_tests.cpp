#include "wire/control.hpp"
#include "wire/hand_made.hpp"
#include "wire/sample.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

BlobOffset secret_of(Builder& builder, std::size_t bytes) {
    return builder.CreateVector(std::vector<std::uint8_t>(bytes, 1));
}

bool accepts_name(const std::string& name) {
    Builder builder;
    const auto text = builder.CreateString(name);
    return is_accepted(builder, wire::CreateHello(builder, 1, text));
}

bool accepts_resume_secret(std::size_t bytes) {
    Builder builder;
    const auto secret = secret_of(builder, bytes);
    const auto resume = wire::CreateResume(builder, 1, secret);
    const auto name = builder.CreateString("Ada");
    return is_accepted(builder, wire::CreateHello(builder, 1, name, resume));
}

bool accepts_welcome(std::size_t secret_size, std::uint16_t tick_rate, std::uint64_t session) {
    Builder builder;
    const auto secret = secret_of(builder, secret_size);
    return is_accepted(builder, wire::CreateWelcome(builder, session, secret, tick_rate));
}

bool accepts_event(std::size_t bytes) {
    Builder builder;
    const auto payload = secret_of(builder, bytes);
    return is_accepted(builder, wire::CreateEvent(builder, 1, payload));
}

/// A page of `lines` lines, which are all one and the same table when `is_shared`.
bool accepts_page(std::size_t lines, bool is_shared, const std::string& name) {
    Builder builder;
    std::vector<flatbuffers::Offset<wire::RoomLine>> offsets;
    for (std::size_t i = 0; i < lines; ++i) {
        if (is_shared && i > 0) {
            offsets.push_back(offsets.front());
            continue;
        }
        const auto kind = builder.CreateString("arena");
        const auto text = builder.CreateString(name);
        offsets.push_back(wire::CreateRoomLine(builder, 1, kind, text));
    }
    const auto rooms = builder.CreateVector(offsets);
    return is_accepted(builder, wire::CreateRoomList(builder, 1, 1, rooms));
}

} // namespace

TEST_CASE("control: a name that is too long or not UTF-8 is refused") {
    CHECK(accepts_name(""));
    CHECK(accepts_name(std::string(max_name_bytes, 'x')));
    CHECK(accepts_name("Zo\xC3\xAB"));
    CHECK_FALSE(accepts_name(std::string(max_name_bytes + 1, 'x')));
    CHECK_FALSE(accepts_name(std::string(60'000, 'x')));
    CHECK_FALSE(accepts_name("\xFF"));
    CHECK_FALSE(accepts_name("Zo\xEB"));
    CHECK_FALSE(accepts_name(longest_name().substr(0, 63)));
}

TEST_CASE("control: a hello without a name is refused") {
    Builder builder;
    // The generated function asserts that required fields are set, so this table is built by hand.
    const auto start = builder.StartTable();
    builder.AddElement<std::uint32_t>(wire::Hello::VT_PROTOCOL_VERSION, 1, 0);
    const flatbuffers::Offset<wire::Hello> hello(builder.EndTable(start));
    CHECK_FALSE(is_accepted(builder, hello));
}

TEST_CASE("control: a resume's secret is never longer than a secret") {
    // Shorter ones are only wrong, and get the answer that all wrong ones get.
    CHECK(accepts_resume_secret(0));
    CHECK(accepts_resume_secret(wire::secret_bytes - 1));
    CHECK(accepts_resume_secret(wire::secret_bytes));
    CHECK_FALSE(accepts_resume_secret(wire::secret_bytes + 1));
    CHECK_FALSE(accepts_resume_secret(std::size_t{1024} * 1024));
}

TEST_CASE("control: a welcome has a whole secret, a session and a possible tick rate") {
    CHECK(accepts_welcome(wire::secret_bytes, 1, 1));
    CHECK(accepts_welcome(wire::secret_bytes, max_tick_rate, UINT64_MAX));
    CHECK_FALSE(accepts_welcome(0, 60, 1));
    CHECK_FALSE(accepts_welcome(wire::secret_bytes - 1, 60, 1));
    CHECK_FALSE(accepts_welcome(wire::secret_bytes + 1, 60, 1));
    CHECK_FALSE(accepts_welcome(wire::secret_bytes, 0, 1));
    CHECK_FALSE(accepts_welcome(wire::secret_bytes, max_tick_rate + 1, 1));
    CHECK_FALSE(accepts_welcome(wire::secret_bytes, 60, 0));
}

TEST_CASE("control: a number that no enum has is refused") {
    Builder builder;
    SUBCASE("a reason to refuse") {
        constexpr auto beyond =
            static_cast<wire::RefuseReason>(static_cast<std::uint8_t>(wire::RefuseReason::MAX) + 1);
        CHECK_FALSE(is_accepted(builder, wire::CreateRefuse(builder, beyond)));
    }
    SUBCASE("a way to join") {
        CHECK_FALSE(
            is_accepted(builder, wire::CreateJoinRoom(builder, 1, static_cast<wire::JoinMode>(5))));
    }
    SUBCASE("an error") {
        CHECK_FALSE(is_accepted(
            builder, wire::CreateJoinAnswer(builder, 1, static_cast<wire::RequestError>(22))));
    }
    SUBCASE("a reason to leave a room") {
        CHECK_FALSE(is_accepted(
            builder, wire::CreateRoomLeft(builder, 1, static_cast<wire::LeaveReason>(7))));
    }
    SUBCASE("a reason to leave") {
        CHECK_FALSE(is_accepted(builder,
                                wire::CreateGoodbye(builder, static_cast<wire::LeaveReason>(255))));
    }
}

TEST_CASE("control: a message of an unknown kind, or of none, is refused") {
    for (const int type : {0, static_cast<int>(wire::Message::MAX) + 1, 255}) {
        CAPTURE(type);
        Builder builder;
        const auto confirm = wire::CreateConfirm(builder);
        builder.Finish(
            wire::CreateEnvelope(builder, 0, static_cast<wire::Message>(type), confirm.Union()),
            wire::EnvelopeIdentifier());
        CHECK_FALSE(wire::decode_control({builder.GetBufferPointer(), builder.GetSize()}));
    }
}

TEST_CASE("control: a message said to be of a kind whose fields it lacks is refused") {
    Builder builder;
    const auto confirm = wire::CreateConfirm(builder);
    builder.Finish(wire::CreateEnvelope(builder, 0, wire::Message::Hello, confirm.Union()),
                   wire::EnvelopeIdentifier());
    CHECK_FALSE(wire::decode_control({builder.GetBufferPointer(), builder.GetSize()}));
}

TEST_CASE("control: each text has its bound") {
    const std::string name(max_name_bytes + 1, 'x');
    const std::string reason(max_reason_bytes + 1, 'x');
    Builder builder;
    SUBCASE("a room kind") {
        const auto text = builder.CreateString(name);
        CHECK_FALSE(is_accepted(builder,
                                wire::CreateJoinRoom(builder, 1, wire::JoinMode::create, 0, text)));
    }
    SUBCASE("a room's name") {
        const auto text = builder.CreateString(name);
        CHECK_FALSE(is_accepted(
            builder, wire::CreateJoinRoom(builder, 1, wire::JoinMode::create, 0, 0, text)));
    }
    SUBCASE("why one is refused") {
        const auto text = builder.CreateString(reason);
        CHECK_FALSE(is_accepted(
            builder, wire::CreateRefuse(builder, wire::RefuseReason::server_full, text)));
    }
    SUBCASE("why one can't join") {
        const auto text = builder.CreateString(reason);
        CHECK_FALSE(is_accepted(
            builder, wire::CreateJoinAnswer(builder, 1, wire::RequestError::room_full, text)));
    }
    SUBCASE("why one left a room") {
        const auto text = builder.CreateString(reason);
        CHECK_FALSE(is_accepted(builder,
                                wire::CreateRoomLeft(builder, 1, wire::LeaveReason::kicked, text)));
    }
    SUBCASE("why one left") {
        const auto text = builder.CreateString(reason);
        CHECK_FALSE(
            is_accepted(builder, wire::CreateGoodbye(builder, wire::LeaveReason::kicked, text)));
    }
    SUBCASE("a line of the lobby") {
        CHECK(accepts_page(1, false, name.substr(1)));
        CHECK_FALSE(accepts_page(1, false, name));
        CHECK_FALSE(accepts_page(1, false, "\xC0\xAF"));
    }
}

namespace {

/// Which has texts and a seat of so many bytes.
bool accepts_move(std::size_t address, std::size_t key, std::size_t seat) {
    Builder builder;
    const auto address_text = builder.CreateString(std::string(address, 'a'));
    const auto key_text = builder.CreateString(std::string(key, 'e'));
    const auto blob = secret_of(builder, seat);
    const auto elsewhere = wire::CreateElsewhere(builder, address_text, key_text, blob);
    return is_accepted(builder, wire::CreateMove(builder, elsewhere));
}

} // namespace

TEST_CASE("control: where else to go has its bounds") {
    CHECK(accepts_move(max_node_address_bytes, 64, max_seat_bytes));
    CHECK(accepts_move(0, 0, 0));
    CHECK_FALSE(accepts_move(max_node_address_bytes + 1, 64, 0));
    CHECK_FALSE(accepts_move(9, 65, 0));
    CHECK_FALSE(accepts_move(9, 64, max_seat_bytes + 1));
    Builder builder;
    const auto ticket = secret_of(builder, max_ticket_bytes + 1);
    CHECK_FALSE(is_accepted(builder, wire::CreateTicket(builder, ticket)));
}

TEST_CASE("control: an event's payload has its bound") {
    CHECK(accepts_event(max_event_bytes));
    CHECK_FALSE(accepts_event(max_event_bytes + 1));
}

TEST_CASE("control: a page has its bound, however little its lines weigh") {
    CHECK(accepts_page(max_rooms_per_page, false, "room"));
    CHECK(accepts_page(max_rooms_per_page, true, "room"));
    CHECK_FALSE(accepts_page(max_rooms_per_page + 1, false, "room"));
    CHECK_FALSE(accepts_page(max_rooms_per_page + 1, true, "room"));
    CHECK_FALSE(accepts_page(15'000, true, "room"));
}

TEST_CASE("control: fields of a newer version are skipped") {
    Builder builder;
    const auto detail = builder.CreateString("no");
    const auto news = builder.CreateString("what a later version adds");
    const auto start = builder.StartTable();
    builder.AddElement<std::uint8_t>(
        wire::Refuse::VT_REASON, static_cast<std::uint8_t>(wire::RefuseReason::bad_name), 0);
    builder.AddOffset(wire::Refuse::VT_DETAIL, detail);
    builder.AddOffset(static_cast<flatbuffers::voffset_t>(wire::Refuse::VT_JOIN_ERROR + 2), news);
    const flatbuffers::Offset<wire::Refuse> refuse(builder.EndTable(start));
    CHECK(is_accepted(builder, refuse));
}
