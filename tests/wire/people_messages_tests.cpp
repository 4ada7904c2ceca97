#include "wire/control.hpp"
#include "wire/control_encoder.hpp"
#include "wire/people_encoder.hpp"
#include "wire/people_samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <map>
#include <utility>
#include <variant>

using namespace engine_net;
using namespace engine_net::testing;
using namespace std::chrono_literals;
using wire::view_of;

namespace {

const std::vector<std::uint8_t> payload{1, 2, 3, 250};

template <class Table>
const Table* decoded(Bytes bytes, std::uint32_t offset) {
    const wire::Envelope* envelope = wire::decode_control(bytes);
    REQUIRE(envelope);
    CHECK(envelope->offset() == offset);
    const Table* table = envelope->message_as<Table>();
    REQUIRE(table);
    return table;
}

bool is_payload(const flatbuffers::Vector<std::uint8_t>* bytes) {
    return std::ranges::equal(view_of(bytes), payload);
}

void check_same(const RoomQuery& got, const RoomQuery& asked) {
    CHECK(got.kind == asked.kind);
    REQUIRE(got.where.size() == asked.where.size());
    for (std::size_t i = 0; i < got.where.size(); ++i) {
        CHECK(got.where[i].field == asked.where[i].field);
        CHECK(got.where[i].is == asked.where[i].is);
        CHECK((got.where[i].value == asked.where[i].value));
    }
    REQUIRE(got.order.size() == asked.order.size());
    for (std::size_t i = 0; i < got.order.size(); ++i) {
        CHECK(got.order[i].field == asked.order[i].field);
        CHECK(got.order[i].descending == asked.order[i].descending);
    }
    CHECK(got.first == asked.first);
    CHECK(got.count == asked.count);
}

} // namespace

TEST_CASE("control: a request to open a room survives its coding") {
    wire::ControlEncoder encoder;
    auto asked = asking_to(wire::JoinMode::create);
    asked.is_private = true;
    asked.password = "sesame";
    asked.metadata = payload;
    const auto* join = decoded<wire::JoinRoom>(encoder.join_room(21, asked), 21);
    CHECK(join->is_private());
    CHECK(view_of(join->password()) == "sesame");
    CHECK(view_of(join->invite()).empty());
    CHECK_FALSE(join->as_spectator());
    CHECK(is_payload(join->metadata()));
}

TEST_CASE("control: a request to watch a room one was invited to survives its coding") {
    wire::ControlEncoder encoder;
    auto asked = asking_to(wire::JoinMode::join_by_invite);
    asked.invite = "K3-9PX";
    asked.as_spectator = true;
    const auto* join = decoded<wire::JoinRoom>(encoder.join_room(22, asked), 22);
    CHECK(join->mode() == wire::JoinMode::join_by_invite);
    CHECK(view_of(join->invite()) == "K3-9PX");
    CHECK(join->as_spectator());
    CHECK_FALSE(join->is_private());
    CHECK(view_of(join->metadata()).empty());
}

TEST_CASE("control: a request to be matched survives its coding") {
    wire::ControlEncoder encoder;
    const std::map<std::string, std::string> properties{{"mode", "duel"}, {"region", "eu-west"}};
    auto asked = asking_to(wire::JoinMode::queue);
    asked.rank = -1200.25;
    asked.properties = &properties;
    asked.party = "the-two";
    asked.party_size = 2;
    const auto* join = decoded<wire::JoinRoom>(encoder.join_room(23, asked), 23);
    CHECK(join->mode() == wire::JoinMode::queue);
    CHECK(join->rank() == -1200.25);
    REQUIRE(join->properties());
    std::map<std::string, std::string> got;
    for (const wire::Property* property : *join->properties())
        got.emplace(view_of(property->key()), view_of(property->value()));
    CHECK((got == properties));
    CHECK(view_of(join->party()) == "the-two");
    CHECK(join->party_size() == 2);
}

TEST_CASE("control: the wait for a match survives its coding") {
    wire::PeopleEncoder encoder;
    SUBCASE("how it goes") {
        const auto* progress =
            decoded<wire::QueueProgress>(encoder.queue_progress(24, 5, 3, 4, 90'500ms, 12.5), 24);
        CHECK(progress->request() == 5);
        CHECK(progress->waiting() == 3);
        CHECK(progress->needed() == 4);
        CHECK(progress->waited_ms() == 90'500);
        CHECK(progress->window() == 12.5);
    }
    SUBCASE("its end") {
        CHECK(decoded<wire::CancelQueue>(encoder.cancel_queue(25, 5), 25)->request() == 5);
    }
}

TEST_CASE("control: a query survives its coding") {
    wire::PeopleEncoder encoder;
    RoomQuery query;
    SUBCASE("for any room") {}
    SUBCASE("with a bit of everything") {
        query = {.kind = "arena",
                 .where = {{"players", Comparison::at_least, 2.5},
                           {"region", Comparison::not_equal, "eu"},
                           {"title", Comparison::contains, ""}}, // a text, if an empty one
                 .order = {{"age", true}, {"name", false}},
                 .first = 64,
                 .count = 10};
    }
    SUBCASE("with as much as may be") {
        query = largest_query();
    }
    const auto* find = decoded<wire::FindRooms>(encoder.find_rooms(26, 6, query), 26);
    CHECK(find->request() == 6);
    check_same(wire::query_of(*find), query);
}

TEST_CASE("control: a query without lists is one for any room") {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(wire::CreateFindRooms(builder, 6));
    const auto* find = flatbuffers::GetRoot<wire::FindRooms>(builder.GetBufferPointer());
    check_same(wire::query_of(*find), {.count = 0});
}

TEST_CASE("control: an answer survives its coding") {
    wire::PeopleEncoder encoder;
    const auto* answer = decoded<wire::Answer>(
        encoder.answer(27, 7, wire::RequestError::bad_request, "no such item", payload), 27);
    CHECK(answer->request() == 7);
    CHECK(answer->error() == wire::RequestError::bad_request);
    CHECK(view_of(answer->detail()) == "no such item");
    CHECK(is_payload(answer->payload()));
}

TEST_CASE("control: a command of a host survives its coding") {
    wire::PeopleEncoder encoder;
    const auto* command = decoded<wire::RoomCommand>(
        encoder.room_command(28, 8, RoomId{UINT32_MAX}, RoomVerb::kick, PresenceId{4}, "sleeps"),
        28);
    CHECK(command->request() == 8);
    CHECK(command->room() == UINT32_MAX);
    CHECK(command->verb() == wire::RoomVerb::kick);
    CHECK(command->presence() == 4);
    CHECK(view_of(command->reason()) == "sleeps");
}

TEST_CASE("control: metadata that a host sets survive their coding") {
    wire::PeopleEncoder encoder;
    const auto* set =
        decoded<wire::SetMetadata>(encoder.set_metadata(29, 9, RoomId{3}, payload), 29);
    CHECK(set->request() == 9);
    CHECK(set->room() == 3);
    CHECK(is_payload(set->metadata()));
}

TEST_CASE("control: a subscription survives its coding") {
    wire::PeopleEncoder encoder;
    SUBCASE("its begin") {
        const auto* subscribe = decoded<wire::Subscribe>(
            encoder.subscribe(30, 10, "room/3", {UINT64_MAX, 0x1122334455667788}, 20), 30);
        CHECK(subscribe->request() == 10);
        CHECK(view_of(subscribe->channel()) == "room/3");
        CHECK(subscribe->epoch() == UINT64_MAX);
        CHECK(subscribe->next() == 0x1122334455667788);
        CHECK(subscribe->recent() == 20);
    }
    SUBCASE("its end") {
        CHECK(decoded<wire::Unsubscribe>(encoder.unsubscribe(31, 10), 31)->request() == 10);
    }
}

TEST_CASE("control: what is said on a channel survives its coding") {
    wire::PeopleEncoder encoder;
    for (const bool to_self : {false, true}) {
        const auto* publish = decoded<wire::Publish>(
            encoder.publish(
                32, 11, {.channel = "lobby", .event = "wave", .payload = payload}, to_self),
            32);
        CHECK(publish->request() == 11);
        CHECK(view_of(publish->channel()) == "lobby");
        CHECK(publish->kind() == wire::ChannelKind::message);
        CHECK(view_of(publish->event()) == "wave");
        CHECK(is_payload(publish->payload()));
        CHECK(publish->to_self() == to_self);
    }
}

TEST_CASE("control: a call survives its coding") {
    wire::PeopleEncoder encoder;
    const auto* call = decoded<wire::Call>(encoder.call(33, 12, RoomId{3}, "buy", payload), 33);
    CHECK(call->request() == 12);
    CHECK(call->room() == 3);
    CHECK(view_of(call->name()) == "buy");
    CHECK(is_payload(call->payload()));
}

TEST_CASE("control: a status and a wish to watch users survive their coding") {
    wire::PeopleEncoder encoder;
    SUBCASE("status") {
        const auto* status = decoded<wire::SetStatus>(encoder.set_status(34, true, "at tea"), 34);
        CHECK(status->is_away());
        CHECK(view_of(status->text()) == "at tea");
    }
    SUBCASE("users") {
        const std::vector<std::string> users{"ada", "", "grace"};
        const auto* watch = decoded<wire::WatchUsers>(encoder.watch_users(35, 13, users), 35);
        CHECK(watch->request() == 13);
        REQUIRE(watch->users()->size() == 3);
        for (flatbuffers::uoffset_t i = 0; i < 3; ++i)
            CHECK(view_of(watch->users()->Get(i)) == users[i]);
    }
}

TEST_CASE("control: a payload can be read in place as a FlatBuffer") {
    wire::PeopleEncoder encoder;
    for (std::size_t size = 1; size <= 17; ++size) {
        const std::vector<std::uint8_t> body(size, 1);
        const auto is_aligned = [](Bytes whole, const flatbuffers::Vector<std::uint8_t>* bytes) {
            return (bytes->data() - whole.data()) % 8 == 0;
        };
        const Bytes set = encoder.set_metadata(1, 2, RoomId{3}, body);
        CHECK(is_aligned(set, decoded<wire::SetMetadata>(set, 1)->metadata()));
        const Bytes call = encoder.call(1, 2, RoomId{3}, "buy", body);
        CHECK(is_aligned(call, decoded<wire::Call>(call, 1)->payload()));
        const Bytes answer = encoder.answer(1, 2, wire::RequestError::none, "done", body);
        CHECK(is_aligned(answer, decoded<wire::Answer>(answer, 1)->payload()));
    }
}

TEST_CASE("control: text about people that is too long or no UTF-8 is made to fit") {
    wire::PeopleEncoder encoder;
    const std::string longer = longest_text(1'024);
    CHECK(view_of(decoded<wire::Subscribe>(encoder.subscribe(1, 2, longer, {}, 0), 1)->channel()) ==
          longest_text(max_channel_name_bytes));
    CHECK(view_of(decoded<wire::SetStatus>(encoder.set_status(1, false, longer), 1)->text()) ==
          longest_text(max_status_bytes));
    CHECK(view_of(decoded<wire::SetStatus>(encoder.set_status(1, false, "caf\xE9"), 1)->text()) ==
          "caf?");
}

TEST_CASE("control: each verb of a room is the same number on the wire") {
    wire::PeopleEncoder encoder;
    const std::vector<std::pair<RoomVerb, wire::RoomVerb>> pairs{
        {RoomVerb::ready, wire::RoomVerb::ready},
        {RoomVerb::unready, wire::RoomVerb::unready},
        {RoomVerb::start, wire::RoomVerb::start},
        {RoomVerb::kick, wire::RoomVerb::kick},
        {RoomVerb::ban, wire::RoomVerb::ban},
        {RoomVerb::mute, wire::RoomVerb::mute},
        {RoomVerb::unmute, wire::RoomVerb::unmute},
        {RoomVerb::make_host, wire::RoomVerb::make_host},
        {RoomVerb::lock, wire::RoomVerb::lock},
        {RoomVerb::unlock, wire::RoomVerb::unlock},
        {RoomVerb::reserve, wire::RoomVerb::reserve},
    };
    CHECK(pairs.size() == static_cast<std::size_t>(wire::RoomVerb::MAX) + 1);
    for (const auto& [verb, on_wire] : pairs) {
        const Bytes bytes = encoder.room_command(1, 2, RoomId{3}, verb, {}, "");
        CHECK(decoded<wire::RoomCommand>(bytes, 1)->verb() == on_wire);
    }
}

TEST_CASE("control: each comparison is the same number on the wire") {
    wire::PeopleEncoder encoder;
    const std::vector<std::pair<Comparison, wire::Comparison>> pairs{
        {Comparison::equal, wire::Comparison::equal},
        {Comparison::not_equal, wire::Comparison::not_equal},
        {Comparison::less, wire::Comparison::less},
        {Comparison::at_most, wire::Comparison::at_most},
        {Comparison::more, wire::Comparison::more},
        {Comparison::at_least, wire::Comparison::at_least},
        {Comparison::contains, wire::Comparison::contains},
    };
    CHECK(pairs.size() == static_cast<std::size_t>(wire::Comparison::MAX) + 1);
    for (const auto& [comparison, on_wire] : pairs) {
        const Bytes bytes = encoder.find_rooms(1, 2, {.where = {{"age", comparison, 1.0}}});
        CHECK(decoded<wire::FindRooms>(bytes, 1)->where()->Get(0)->is() == on_wire);
    }
}
