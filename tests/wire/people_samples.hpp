#pragma once

#include "wire/people_encoder.hpp"
#include "wire/sample.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace engine_net::testing {

/// With as much of everything as a query may have.
inline RoomQuery largest_query() {
    const std::string text = longest_text(max_query_text_bytes);
    RoomQuery query{.kind = longest_name(), .first = UINT32_MAX, .count = UINT32_MAX};
    query.where.assign(max_query_filters, {text, Comparison::contains, text});
    query.where.front() = {text, Comparison::at_least, -1e300};
    query.order.assign(max_query_orders, {text, true});
    return query;
}

/// The messages of `PeopleEncoder` that travel in an envelope.
class PeopleSamples : public SampleList {
public:
    PeopleSamples() {
        add_queries();
        add_commands();
        add_channels();
        add_users();
    }

private:
    void add_queries() {
        using wire::Message;
        const RoomQuery query{
            .kind = "arena",
            .where = {{"players", Comparison::more, 1.0}, {"region", Comparison::equal, "eu-west"}},
            .order = {{"age", true}},
            .first = 64,
            .count = 10};
        add("find", Message::FindRooms, encoder_.find_rooms(9, 1, query));
        add("find, any", Message::FindRooms, encoder_.find_rooms(9, 1, {}));
        add("find, largest", Message::FindRooms, encoder_.find_rooms(9, 1, largest_query()));
        using namespace std::chrono_literals;
        add("cancel", Message::CancelQueue, encoder_.cancel_queue(10, UINT32_MAX));
        add("progress", Message::QueueProgress, encoder_.queue_progress(11, 5, 3, 4, 1500ms, 12.5));
        add("progress, not any",
            Message::QueueProgress,
            encoder_.queue_progress(11, 5, 0, 0, 0s, 0));
    }

    void add_commands() {
        using wire::Message;
        using wire::RequestError;
        const std::string reason(max_reason_bytes, 'x');
        const std::vector<std::uint8_t> payload{1, 2, 3, 4, 5};
        add("done", Message::Answer, encoder_.answer(12, 6, RequestError::none, ""));
        add("not done", Message::Answer, encoder_.answer(12, 6, RequestError::bad_request, reason));
        add("done, longest",
            Message::Answer,
            encoder_.answer(12, 6, RequestError::none, "", sample_bytes(max_call_bytes)));
        add("ready",
            Message::RoomCommand,
            encoder_.room_command(13, 7, RoomId{3}, RoomVerb::ready, {}, ""));
        add("kick",
            Message::RoomCommand,
            encoder_.room_command(
                13, 7, RoomId{3}, RoomVerb::kick, PresenceId{UINT32_MAX}, reason));
        add("reserve",
            Message::RoomCommand,
            encoder_.room_command(13, 7, RoomId{3}, RoomVerb::reserve, {}, ""));
        add("metadata", Message::SetMetadata, encoder_.set_metadata(14, 8, RoomId{3}, payload));
        add("metadata, none", Message::SetMetadata, encoder_.set_metadata(14, 8, RoomId{3}, {}));
        add("metadata, longest",
            Message::SetMetadata,
            encoder_.set_metadata(14, 8, RoomId{3}, sample_bytes(max_metadata_bytes)));
        add("call", Message::Call, encoder_.call(15, 9, {}, "buy", payload));
        add("call, longest",
            Message::Call,
            encoder_.call(15,
                          9,
                          RoomId{UINT32_MAX},
                          longest_text(max_event_name_bytes),
                          sample_bytes(max_call_bytes)));
    }

    void add_channels() {
        using wire::Message;
        const std::string channel = longest_text(max_channel_name_bytes);
        const std::string event = longest_text(max_event_name_bytes);
        const std::vector<std::uint8_t> payload{1, 2, 3, 4, 5};
        const std::vector<std::uint8_t> longest = sample_bytes(max_channel_payload_bytes);
        add("subscribe", Message::Subscribe, encoder_.subscribe(16, 10, "lobby", {}, 20));
        add("subscribe, going on",
            Message::Subscribe,
            encoder_.subscribe(16, 10, channel, {UINT64_MAX, UINT64_MAX}, UINT32_MAX));
        add("unsubscribe", Message::Unsubscribe, encoder_.unsubscribe(17, UINT32_MAX));
        add("publish",
            Message::Publish,
            encoder_.publish(
                18, 11, {.channel = "lobby", .event = "wave", .payload = payload}, true));
        add("publish, longest",
            Message::Publish,
            encoder_.publish(
                18, 11, {.channel = channel, .event = event, .payload = longest}, false));
        add("chat",
            Message::Publish,
            encoder_.publish(
                18, 11, {.channel = "lobby", .kind = ChannelKind::chat, .payload = payload}, true));
    }

    void add_users() {
        using wire::Message;
        add("status", Message::SetStatus, encoder_.set_status(19, false, ""));
        add("status, longest",
            Message::SetStatus,
            encoder_.set_status(19, true, longest_text(max_status_bytes)));
        const std::string user = longest_text(max_user_bytes);
        add("users, none", Message::WatchUsers, encoder_.watch_users(20, 12, {}));
        add("users, one", Message::WatchUsers, encoder_.watch_users(20, 12, std::vector{user}));
        add("users, as many as may be",
            Message::WatchUsers,
            encoder_.watch_users(20, 12, std::vector(max_watched_users, user)));
    }

    wire::PeopleEncoder encoder_;
};

} // namespace engine_net::testing
