#include "wire/hand_made.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/room_query.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <limits>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

TextOffset any_text(Builder& builder) {
    return builder.CreateString("any");
}

using JoinFields = wire::JoinRoomBuilder;

/// A request to wait for a match, with what `set` does to it besides.
template <class Set>
flatbuffers::Offset<wire::JoinRoom> join_with(Builder& builder, Set&& set) {
    JoinFields join(builder);
    join.add_mode(wire::JoinMode::queue);
    set(join);
    return join.Finish();
}

bool accepts_rank(double rank) {
    Builder builder;
    return is_accepted(builder, join_with(builder, [rank](JoinFields& join) {
                           join.add_rank(rank);
                       }));
}

flatbuffers::Offset<wire::FindRooms> find_with(Builder& builder,
                                               flatbuffers::Offset<wire::RoomFilter> filter) {
    const auto where = builder.CreateVector(std::vector{filter});
    return wire::CreateFindRooms(builder, 1, 0, where);
}

bool accepts_said(wire::ChannelKind kind) {
    Builder builder;
    const TextOffset channel = any_text(builder);
    return is_accepted(builder, wire::CreatePublish(builder, 1, channel, kind));
}

} // namespace

TEST_CASE("control: a token and a user's name have their bounds") {
    check_text(max_token_bytes, [](Builder& builder, TextOffset text) {
        return wire::CreateHello(builder, 1, any_text(builder), 0, text);
    });
    check_text(max_user_bytes, [](Builder& builder, TextOffset text) {
        const auto secret = builder.CreateVector(std::vector<std::uint8_t>(wire::secret_bytes, 1));
        wire::WelcomeBuilder welcome(builder);
        welcome.add_session(1);
        welcome.add_secret(secret);
        welcome.add_tick_rate(60);
        welcome.add_user(text);
        return welcome.Finish();
    });
}

TEST_CASE("control: texts and metadata of a request to join have their bounds") {
    const auto check = [](std::size_t max_bytes, void (JoinFields::*add)(TextOffset)) {
        check_text(max_bytes, [add](Builder& builder, TextOffset text) {
            return join_with(builder, [&](JoinFields& join) {
                (join.*add)(text);
            });
        });
    };
    check(max_password_bytes, &JoinFields::add_password);
    check(max_invite_bytes, &JoinFields::add_invite);
    check(max_party_bytes, &JoinFields::add_party);
    check_blob(max_metadata_bytes, [](Builder& builder, BlobOffset bytes) {
        return join_with(builder, [&](JoinFields& join) {
            join.add_metadata(bytes);
        });
    });
}

TEST_CASE("control: properties of a request to be matched have their bounds") {
    const auto join_for = [](Builder& builder, auto properties) {
        return join_with(builder, [&](JoinFields& join) {
            join.add_properties(properties);
        });
    };
    const auto join_one = [&](Builder& builder, flatbuffers::Offset<wire::Property> property) {
        return join_for(builder, builder.CreateVector(std::vector{property}));
    };
    check_text(max_property_bytes, [&](Builder& builder, TextOffset text) {
        return join_one(builder, wire::CreateProperty(builder, text, any_text(builder)));
    });
    check_text(max_property_bytes, [&](Builder& builder, TextOffset text) {
        return join_one(builder, wire::CreateProperty(builder, any_text(builder), text));
    });
    check_list(
        max_ticket_properties,
        [](Builder& builder) {
            const TextOffset text = any_text(builder);
            return wire::CreateProperty(builder, text, text);
        },
        join_for);
}

TEST_CASE("control: a rank that is no number, or none that ends, is refused") {
    using Limits = std::numeric_limits<double>;
    for (const double rank : {0.0, -0.0, -1e300, Limits::max(), Limits::lowest(), Limits::min()})
        CHECK(accepts_rank(rank));
    for (const double rank :
         {Limits::quiet_NaN(), -Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()})
        CHECK_FALSE(accepts_rank(rank));
}

TEST_CASE("control: a room's invite, phase and metadata have their bounds") {
    check_text(max_invite_bytes, [](Builder& builder, TextOffset text) {
        wire::JoinAnswerBuilder answer(builder);
        answer.add_invite(text);
        return answer.Finish();
    });
    const auto list_with = [](Builder& builder, wire::RoomPhase phase, BlobOffset metadata) {
        const TextOffset text = any_text(builder);
        wire::RoomLineBuilder line(builder);
        line.add_kind(text);
        line.add_name(text);
        line.add_phase(phase);
        line.add_metadata(metadata);
        const auto rooms = builder.CreateVector(std::vector{line.Finish()});
        return wire::CreateRoomList(builder, 1, 1, rooms);
    };
    check_blob(max_metadata_bytes, [&](Builder& builder, BlobOffset bytes) {
        return list_with(builder, wire::RoomPhase::playing, bytes);
    });
    check_enum<wire::RoomPhase>([&](Builder& builder, wire::RoomPhase phase) {
        return list_with(builder, phase, builder.CreateVector(std::vector<std::uint8_t>{1}));
    });
}

TEST_CASE("control: a query's texts and comparisons have their bounds") {
    check_text(max_name_bytes, [](Builder& builder, TextOffset text) {
        return wire::CreateFindRooms(builder, 1, text);
    });
    check_text(max_query_text_bytes, [](Builder& builder, TextOffset text) {
        return find_with(builder, wire::CreateRoomFilter(builder, text));
    });
    check_text(max_query_text_bytes, [](Builder& builder, TextOffset text) {
        const TextOffset field = any_text(builder);
        return find_with(builder,
                         wire::CreateRoomFilter(builder, field, wire::Comparison::equal, text));
    });
    check_text(max_query_text_bytes, [](Builder& builder, TextOffset text) {
        const auto order = builder.CreateVector(std::vector{wire::CreateRoomOrder(builder, text)});
        return wire::CreateFindRooms(builder, 1, 0, 0, order);
    });
    check_enum<wire::Comparison>([](Builder& builder, wire::Comparison is) {
        return find_with(builder, wire::CreateRoomFilter(builder, any_text(builder), is));
    });
}

TEST_CASE("control: a query has no more filters and orders than may be") {
    check_list(
        max_query_filters,
        [](Builder& builder) {
            return wire::CreateRoomFilter(builder, any_text(builder));
        },
        [](Builder& builder, auto where) {
            return wire::CreateFindRooms(builder, 1, 0, where);
        });
    check_list(
        max_query_orders,
        [](Builder& builder) {
            return wire::CreateRoomOrder(builder, any_text(builder));
        },
        [](Builder& builder, auto order) {
            return wire::CreateFindRooms(builder, 1, 0, 0, order);
        });
}

TEST_CASE("control: an answer's error, detail and payload have their bounds") {
    using wire::RequestError;
    check_enum<RequestError>([](Builder& builder, RequestError error) {
        return wire::CreateAnswer(builder, 1, error);
    });
    check_text(max_reason_bytes, [](Builder& builder, TextOffset text) {
        return wire::CreateAnswer(builder, 1, RequestError::bad_request, text);
    });
    check_blob(max_call_bytes, [](Builder& builder, BlobOffset bytes) {
        return wire::CreateAnswer(builder, 1, RequestError::none, 0, bytes);
    });
}

TEST_CASE("control: a command's verb and reason, and metadata that are set, have their bounds") {
    check_enum<wire::RoomVerb>([](Builder& builder, wire::RoomVerb verb) {
        return wire::CreateRoomCommand(builder, 1, 2, verb);
    });
    check_text(max_reason_bytes, [](Builder& builder, TextOffset text) {
        return wire::CreateRoomCommand(builder, 1, 2, wire::RoomVerb::ban, 3, text);
    });
    check_blob(max_metadata_bytes, [](Builder& builder, BlobOffset bytes) {
        return wire::CreateSetMetadata(builder, 1, 2, bytes);
    });
}

TEST_CASE("control: names and payloads on channels have their bounds") {
    using wire::ChannelKind;
    check_text(max_channel_name_bytes, [](Builder& builder, TextOffset text) {
        return wire::CreateSubscribe(builder, 1, text);
    });
    check_text(max_channel_name_bytes, [](Builder& builder, TextOffset text) {
        return wire::CreatePublish(builder, 1, text);
    });
    check_text(max_event_name_bytes, [](Builder& builder, TextOffset text) {
        return wire::CreatePublish(builder, 1, any_text(builder), ChannelKind::message, text);
    });
    check_blob(max_channel_payload_bytes, [](Builder& builder, BlobOffset bytes) {
        return wire::CreatePublish(builder, 1, any_text(builder), ChannelKind::chat, 0, bytes);
    });
}

TEST_CASE("control: nothing but messages and chat can be said on a channel") {
    CHECK(accepts_said(wire::ChannelKind::message));
    CHECK(accepts_said(wire::ChannelKind::chat));
    for (int kind = static_cast<int>(wire::ChannelKind::member); kind <= 255; ++kind) {
        CAPTURE(kind);
        CHECK_FALSE(accepts_said(static_cast<wire::ChannelKind>(kind)));
    }
}

TEST_CASE("control: a call's name and payload have their bounds") {
    check_text(max_event_name_bytes, [](Builder& builder, TextOffset text) {
        return wire::CreateCall(builder, 1, 2, text);
    });
    check_blob(max_call_bytes, [](Builder& builder, BlobOffset bytes) {
        return wire::CreateCall(builder, 1, 2, any_text(builder), bytes);
    });
}

TEST_CASE("control: a status and a list of users have their bounds") {
    check_text(max_status_bytes, [](Builder& builder, TextOffset text) {
        return wire::CreateSetStatus(builder, false, text);
    });
    check_text(max_user_bytes, [](Builder& builder, TextOffset text) {
        const auto users = builder.CreateVector(std::vector{text});
        return wire::CreateWatchUsers(builder, 1, users);
    });
    check_list(max_watched_users, any_text, [](Builder& builder, auto users) {
        return wire::CreateWatchUsers(builder, 1, users);
    });
}
