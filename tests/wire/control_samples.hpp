#pragma once

#include "wire/control.hpp"

#include <engine_net/limits.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace engine_net::testing {

/// A valid message, in memory of exactly its size, so that a sanitizer sees any read beyond it.
struct ControlSample {
    std::string name;
    wire::Message kind;
    std::vector<std::uint8_t> bytes;
};

inline constexpr std::array<std::uint8_t, wire::secret_bytes> sample_secret{
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255};

/// As long as a name may be, in characters of four bytes.
inline std::string longest_name() {
    std::string name;
    while (name.size() + 4 <= max_name_bytes) name += "\xF0\x9F\x9A\x80"; // a rocket
    return name;
}

inline std::vector<RoomSummary> sample_rooms(std::size_t count) {
    using namespace std::chrono_literals;
    std::vector<RoomSummary> rooms;
    for (std::uint32_t i = 1; i <= count; ++i)
        rooms.push_back({RoomId{i}, "arena", "room " + std::to_string(i), i % 17, 16, i * 1s});
    return rooms;
}

class ControlSamples {
public:
    ControlSamples() {
        add_handshake();
        add_requests();
        add_events();
    }
    [[nodiscard]] const std::vector<ControlSample>& all() const { return samples_; }

private:
    void add(std::string name, wire::Message kind, Bytes bytes) {
        samples_.push_back({std::move(name), kind, {bytes.begin(), bytes.end()}});
    }

    void add_handshake() {
        using wire::Message;
        const wire::ControlEncoder::Resume resume{SessionId{77}, sample_secret, 12, true};
        const wire::ControlEncoder::Resume bad_resume{SessionId{77}, {}, 0, false};
        add("hello", Message::Hello, encoder_.hello(1, "Ada", nullptr));
        add("hello, no name", Message::Hello, encoder_.hello(UINT32_MAX, "", nullptr));
        add("hello, longest name", Message::Hello, encoder_.hello(1, longest_name(), nullptr));
        add("hello, resuming", Message::Hello, encoder_.hello(1, "Ada", &resume));
        add("hello, empty secret", Message::Hello, encoder_.hello(1, "Ada", &bad_resume));
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
                              Tick{UINT32_MAX}}));
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

    void add_requests() {
        using wire::Message;
        add("join",
            Message::JoinRoom,
            encoder_.join_room(1, {5, wire::JoinMode::join, RoomId{9}, {}, {}, 0, 0x1234}));
        add("create",
            Message::JoinRoom,
            encoder_.join_room(
                UINT32_MAX,
                {6, wire::JoinMode::create, {}, "arena", longest_name(), 8, UINT64_MAX}));
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
                                  UINT32_MAX}));
        add("answer, refused",
            Message::JoinAnswer,
            encoder_.join_answer(2, {5, wire::RequestError::not_in_room, "no", {}, {}, {}, 0, 0}));
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
    std::vector<ControlSample> samples_;
};

/// Every kind of `control.fbs`, most of them as small and as large as they get.
inline const std::vector<ControlSample>& control_samples() {
    static const ControlSamples samples;
    return samples.all();
}

} // namespace engine_net::testing
