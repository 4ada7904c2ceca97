#pragma once

#include "wire/control_encoder.hpp"
#include "wire/people_samples.hpp"
#include "wire/sample.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace engine_net::testing {

inline std::vector<RoomSummary> sample_rooms(std::size_t count) {
    using namespace std::chrono_literals;
    std::vector<RoomSummary> rooms;
    for (std::uint32_t i = 1; i <= count; ++i)
        rooms.push_back({RoomId{i}, "arena", "room " + std::to_string(i), i % 17, 16, i * 1s});
    return rooms;
}

/// Lines with as much of everything as one may have.
inline std::vector<RoomSummary> largest_rooms(std::size_t count) {
    std::vector<RoomSummary> rooms = sample_rooms(count);
    for (RoomSummary& room : rooms) {
        room.name = room.kind = longest_name();
        room.has_password = room.is_locked = true;
        room.spectators = UINT32_MAX;
        room.phase = RoomPhase::ended;
        room.metadata = sample_bytes(max_metadata_bytes);
    }
    return rooms;
}

inline std::map<std::string, std::string> largest_properties() {
    std::map<std::string, std::string> properties;
    for (std::size_t i = 0; i < max_ticket_properties; ++i) {
        const std::string text = longest_text(max_property_bytes - 1);
        properties.emplace(text + std::to_string(i), text);
    }
    return properties;
}

/// The messages of `ControlEncoder`.
class ControlSamples : public SampleList {
public:
    ControlSamples() {
        add_handshake();
        add_joins();
        add_requests();
        add_roaming();
        add_events();
    }

private:
    void add_handshake() {
        using wire::Message;
        const wire::ControlEncoder::Resume resume{SessionId{77}, sample_secret, 12, true};
        const wire::ControlEncoder::Resume bad_resume{SessionId{77}, {}, 0, false};
        add("hello", Message::Hello, encoder_.hello(1, {"Ada"}, nullptr));
        add("hello, no name", Message::Hello, encoder_.hello(UINT32_MAX, {""}, nullptr));
        add("hello, longest name", Message::Hello, encoder_.hello(1, {longest_name()}, nullptr));
        add("hello, resuming", Message::Hello, encoder_.hello(1, {"Ada"}, &resume));
        add("hello, empty secret", Message::Hello, encoder_.hello(1, {"Ada"}, &bad_resume));
        const std::string token(max_token_bytes, 't');
        add("hello, of a user",
            Message::Hello,
            encoder_.hello(1, {"Ada", "a token", 0xFF8800}, &resume));
        add("hello, longest",
            Message::Hello,
            encoder_.hello(1,
                           {"Ada", token, UINT32_MAX, true, sample_bytes(max_connect_token_bytes)},
                           &resume));
        add("welcome",
            Message::Welcome,
            encoder_.welcome({SessionId{UINT64_MAX},
                              sample_secret,
                              240,
                              30'000,
                              true,
                              7,
                              9,
                              RoomId{3},
                              PresenceId{UINT32_MAX},
                              UINT64_MAX,
                              UINT32_MAX,
                              Tick{UINT32_MAX},
                              longest_text(max_user_bytes)}));
        add("welcome, no seat",
            Message::Welcome,
            encoder_.welcome({SessionId{1}, sample_secret, 1, 0, false, 0, 0, {}, {}, 0, 0, {}}));
        add("confirm", Message::Confirm, encoder_.confirm());
        add("refuse",
            Message::Refuse,
            encoder_.refuse(wire::RefuseReason::server_full, "too many players"));
        add("refuse, longest",
            Message::Refuse,
            encoder_.refuse(wire::RefuseReason::replaced, std::string(max_reason_bytes, 'x')));
        add("state check", Message::StateCheck, encoder_.state_check(Tick{UINT32_MAX}, UINT64_MAX));
    }

    void add_joins() {
        using wire::Message;
        add("join",
            Message::JoinRoom,
            encoder_.join_room(1, {5, wire::JoinMode::join, RoomId{9}, {}, {}, 0, 0x1234}));
        add("create",
            Message::JoinRoom,
            encoder_.join_room(
                UINT32_MAX,
                {6, wire::JoinMode::create, {}, "arena", longest_name(), 8, UINT64_MAX}));
        const std::string password = longest_text(max_password_bytes);
        const std::string invite = longest_text(max_invite_bytes);
        const std::vector<std::uint8_t> metadata = sample_bytes(max_metadata_bytes);
        auto create = asking_to(wire::JoinMode::create);
        create.is_private = true;
        create.password = password;
        create.metadata = metadata;
        add("create, private", Message::JoinRoom, encoder_.join_room(1, create));
        auto invited = asking_to(wire::JoinMode::join_by_invite);
        invited.invite = invite;
        invited.as_spectator = true;
        add("join, by invite", Message::JoinRoom, encoder_.join_room(1, invited));
        add_queueing();
        add("answer",
            Message::JoinAnswer,
            encoder_.join_answer(2,
                                 {5,
                                  wire::RequestError::none,
                                  {},
                                  RoomId{9},
                                  PresenceId{UINT32_MAX},
                                  Tick{UINT32_MAX},
                                  UINT64_MAX,
                                  UINT32_MAX,
                                  invite}));
        add("answer, refused",
            Message::JoinAnswer,
            encoder_.join_answer(2, {5, wire::RequestError::not_in_room, "no", {}, {}, {}, 0, 0}));
    }

    void add_queueing() {
        using wire::Message;
        const std::map<std::string, std::string> few{{"region", "eu"}, {"mode", "duel"}};
        const std::map<std::string, std::string> many = largest_properties();
        const std::string party = longest_text(max_party_bytes);
        auto queue = asking_to(wire::JoinMode::queue);
        queue.rank = 1200.5;
        queue.properties = &few;
        add("queue", Message::JoinRoom, encoder_.join_room(1, queue));
        queue.rank = -1e300;
        queue.properties = &many;
        queue.party = party;
        queue.party_size = UINT32_MAX;
        add("queue, as a party", Message::JoinRoom, encoder_.join_room(UINT32_MAX, queue));
    }

    void add_roaming() {
        using wire::Message;
        const std::string address = longest_text(max_node_address_bytes);
        const std::vector<std::uint8_t> seat = sample_bytes(max_seat_bytes);
        const std::vector<std::uint8_t> ticket = sample_bytes(max_ticket_bytes);
        const wire::ControlEncoder::Elsewhere nearby{"10.0.0.2:7777", std::string_view(key_), {}};
        const wire::ControlEncoder::Elsewhere far{address, std::string_view(key_), seat};
        const wire::ControlEncoder::Resume resume{SessionId{77}, sample_secret, 12, false, ticket};
        add("hello, with a ticket", Message::Hello, encoder_.hello(1, {"Ada"}, &resume));
        wire::ControlEncoder::Newcomer newcomer{"Ada"};
        newcomer.seat = seat;
        add("hello, with a seat", Message::Hello, encoder_.hello(1, newcomer, nullptr));
        wire::ControlEncoder::Welcome welcome{
            SessionId{1}, sample_secret, 1, 0, false, 0, 0, {}, {}, 0, 0, {}};
        welcome.ticket = ticket;
        const std::string invite = longest_text(max_invite_bytes);
        welcome.invite = invite;
        add("welcome, with a ticket", Message::Welcome, encoder_.welcome(welcome));
        add("refuse, elsewhere", Message::Refuse, encoder_.refuse_elsewhere(far, "over there"));
        add("refuse, a seat",
            Message::Refuse,
            encoder_.refuse_seat(wire::RequestError::room_full, "no"));
        wire::ControlEncoder::JoinAnswer answer{
            5, wire::RequestError::elsewhere, {}, {}, {}, {}, 0, 0};
        answer.elsewhere = &far;
        add("answer, elsewhere", Message::JoinAnswer, encoder_.join_answer(2, answer));
        add("move", Message::Move, encoder_.move(3, nearby, ""));
        add("move, longest",
            Message::Move,
            encoder_.move(UINT32_MAX, far, std::string(max_reason_bytes, 'x')));
        add("ticket", Message::Ticket, encoder_.ticket(4, ticket));
        add("ticket, none", Message::Ticket, encoder_.ticket(4, {}));
    }

    void add_requests() {
        using wire::Message;
        add("schema", Message::RequestSchema, encoder_.request_schema(3, UINT64_MAX));
        add("watch", Message::WatchRooms, encoder_.watch_rooms(3, UINT32_MAX, true));
        add("leave", Message::LeaveRoom, encoder_.leave_room(3));
        add("left",
            Message::RoomLeft,
            encoder_.room_left(4, RoomId{9}, LeaveReason::protocol_error, "cheating"));
        add("list", Message::ListRooms, encoder_.list_rooms(5, UINT32_MAX, 64));
        add("rooms, none", Message::RoomList, encoder_.room_list(6, 8, 0, {}));
        add("rooms, one", Message::RoomList, encoder_.room_list(6, 8, 1, sample_rooms(1)));
        add("rooms, a full page",
            Message::RoomList,
            encoder_.room_list(6, 8, 1000, sample_rooms(max_rooms_per_page)));
        add("rooms, a largest one",
            Message::RoomList,
            encoder_.room_list(6, 8, 1, largest_rooms(1)));
        add("rooms, a largest page",
            Message::RoomList,
            encoder_.room_list(6, 8, 1000, largest_rooms(max_rooms_per_page)));
    }

    void add_events() {
        using wire::Message;
        const std::vector<std::uint8_t> payload{1, 2, 3, 4, 5};
        const std::vector<std::uint8_t> longest(max_event_bytes, 0xA5);
        add("event", Message::Event, encoder_.event(7, RoomId{9}, payload));
        add("event, empty", Message::Event, encoder_.event(7, RoomId{9}, {}));
        add("event, longest", Message::Event, encoder_.event(7, RoomId{9}, longest));
        add("goodbye", Message::Goodbye, encoder_.goodbye(8, LeaveReason::left, ""));
        add("goodbye, with a reason",
            Message::Goodbye,
            encoder_.goodbye(8, LeaveReason::server_closing, "maintenance"));
    }

    wire::ControlEncoder encoder_;
    std::string key_ = std::string(64, 'e');
};

/// Every kind of `control.fbs`, most of them as small and as large as they get.
inline const std::vector<ControlSample>& control_samples() {
    static const std::vector<ControlSample> samples = [] {
        std::vector<ControlSample> all = ControlSamples().all();
        const PeopleSamples people;
        all.insert(all.end(), people.all().begin(), people.all().end());
        return all;
    }();
    return samples;
}

} // namespace engine_net::testing
