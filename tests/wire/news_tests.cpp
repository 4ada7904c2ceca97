#include "core/random.hpp"
#include "wire/control_checks.hpp"
#include "wire/control_samples.hpp"
#include "wire/hand_made.hpp"
#include "wire/people_walk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <optional>

using namespace engine_net;
using namespace engine_net::testing;

// The tables that travel without an envelope, behind headers on the bulk channel.

namespace {

using Message = std::vector<std::uint8_t>;
using Walked = std::optional<std::uint64_t>;

template <class Table>
Walked walk(const Table* table) {
    if (!table) return std::nullopt;
    PeopleWalk walk;
    walk.read(*table);
    return walk.hash();
}

/// Valid, in memory of exactly its size, and how it is read.
struct NewsSample {
    std::string name;
    Message bytes;
    std::function<Walked(Bytes)> decode;
};

std::vector<RoomMember> members(std::size_t count) {
    const RoomMember most{.id = PresenceId{UINT32_MAX},
                          .user = longest_text(max_user_bytes),
                          .name = longest_name(),
                          .colour = UINT32_MAX,
                          .is_spectator = true,
                          .is_connected = true,
                          .is_ready = true,
                          .is_muted = true,
                          .team = UINT32_MAX};
    std::vector<RoomMember> members(count, most);
    if (count > 1) members.front() = {.id = PresenceId{1}, .user = "ada", .name = "Ada"};
    return members;
}

std::vector<UserSummary> users(std::size_t count) {
    const UserSummary most{longest_text(max_user_bytes),
                           longest_name(),
                           UserState::in_match,
                           longest_text(max_status_bytes),
                           RoomId{UINT32_MAX}};
    std::vector<UserSummary> users(count, most);
    if (count > 1) users.front() = {.user = "ada"};
    return users;
}

class NewsSamples {
public:
    NewsSamples() {
        for (const std::size_t count : {std::size_t{0}, std::size_t{2}, wire::max_lines}) {
            add_rooms(count);
            add_people(count);
            add_users(count);
            add_messages(count);
        }
    }
    [[nodiscard]] const std::vector<NewsSample>& all() const { return samples_; }

private:
    void add(const std::string& name, Bytes bytes, std::function<Walked(Bytes)> decode) {
        samples_.push_back({name, {bytes.begin(), bytes.end()}, std::move(decode)});
    }
    void add_rooms(std::size_t count) {
        const std::vector<RoomId> gone(count, RoomId{UINT32_MAX});
        wire::ControlEncoder encoder;
        add("rooms " + std::to_string(count),
            encoder.room_news(largest_rooms(count), gone),
            [](Bytes bytes) {
                return walk(wire::decode_room_news(bytes));
            });
    }
    void add_people(std::size_t count) {
        const std::vector<PresenceId> gone(count, PresenceId{UINT32_MAX});
        add("people " + std::to_string(count),
            encoder_.room_people(
                {members(count), gone, RoomPhase::ended, Tick{UINT32_MAX}, PresenceId{1}}),
            [](Bytes bytes) {
                return walk(wire::decode_room_people(bytes));
            });
    }
    void add_users(std::size_t count) {
        add("users " + std::to_string(count), encoder_.user_news(users(count)), [](Bytes bytes) {
            return walk(wire::decode_user_news(bytes));
        });
    }
    void add_messages(std::size_t count) {
        const std::string user = longest_text(max_user_bytes);
        const std::vector<std::uint8_t> payload = sample_bytes(200);
        const ChannelMessage said{.number = UINT64_MAX,
                                  .kind = ChannelKind::left,
                                  .user = user,
                                  .name = user,
                                  .event = user,
                                  .payload = payload};
        add("messages " + std::to_string(count),
            encoder_.channel_news(std::vector(count, said)),
            [](Bytes bytes) {
                return walk(wire::decode_channel_news(bytes));
            });
    }

    wire::PeopleEncoder encoder_;
    std::vector<NewsSample> samples_;
};

const std::vector<NewsSample>& news_samples() {
    static const NewsSamples samples;
    return samples.all();
}

Walked walk_copy(const NewsSample& sample, Bytes bytes) {
    const Message copy(bytes.begin(), bytes.end());
    return sample.decode(copy);
}

} // namespace

TEST_CASE("news: each kind is taken, empty, short and as long as it gets") {
    for (const NewsSample& sample : news_samples()) {
        CAPTURE(sample.name);
        CHECK(sample.decode(sample.bytes));
    }
}

TEST_CASE("news: who is in a room survives its coding") {
    wire::PeopleEncoder encoder;
    const std::vector<RoomMember> told = members(2);
    const std::vector<PresenceId> gone{PresenceId{7}, PresenceId{8}};
    const Bytes bytes =
        encoder.room_people({told, gone, RoomPhase::countdown, Tick{UINT32_MAX}, PresenceId{1}});
    const wire::RoomPeople* people = wire::decode_room_people(bytes);
    REQUIRE(people);
    REQUIRE(people->members()->size() == told.size());
    for (flatbuffers::uoffset_t i = 0; i < told.size(); ++i) {
        const RoomMember got = wire::member_of(*people->members()->Get(i));
        CHECK(got.id == told[i].id);
        CHECK(got.user == told[i].user);
        CHECK(got.name == told[i].name);
        CHECK(got.colour == told[i].colour);
        CHECK(got.is_spectator == told[i].is_spectator);
        CHECK(got.is_connected == told[i].is_connected);
        CHECK(got.is_ready == told[i].is_ready);
        CHECK(got.is_muted == told[i].is_muted);
        CHECK(got.team == told[i].team);
    }
    REQUIRE(people->gone()->size() == 2);
    CHECK(people->gone()->Get(1) == 8);
    CHECK(people->phase() == wire::RoomPhase::countdown);
    CHECK(people->start() == UINT32_MAX);
    CHECK(people->host() == 1);
}

TEST_CASE("news: what is said on a channel survives its coding") {
    wire::PeopleEncoder encoder;
    const Message payload{1, 2, 250};
    for (int kind = 0; kind <= static_cast<int>(wire::ChannelKind::MAX); ++kind) {
        const ChannelMessage said{.number = 0x1122334455667788,
                                  .kind = static_cast<ChannelKind>(kind),
                                  .user = "user-1",
                                  .name = "Ada",
                                  .event = "wave",
                                  .payload = payload};
        const wire::ChannelNews* news = wire::decode_channel_news(encoder.channel_news({&said, 1}));
        REQUIRE(news);
        REQUIRE(news->messages()->size() == 1);
        const wire::ChannelMessage& got = *news->messages()->Get(0);
        CHECK(got.number() == 0x1122334455667788);
        CHECK(static_cast<int>(got.kind()) == kind);
        CHECK(wire::view_of(got.user()) == "user-1");
        CHECK(wire::view_of(got.name()) == "Ada");
        CHECK(wire::view_of(got.event()) == "wave");
        CHECK(std::ranges::equal(wire::view_of(got.payload()), payload));
    }
}

TEST_CASE("news: where users are survives its coding") {
    wire::PeopleEncoder encoder;
    for (int state = 0; state <= static_cast<int>(wire::UserState::MAX); ++state) {
        const UserSummary told{"user-1", "Ada", static_cast<UserState>(state), "tea", RoomId{3}};
        const wire::UserNews* news = wire::decode_user_news(encoder.user_news({&told, 1}));
        REQUIRE(news);
        REQUIRE(news->users()->size() == 1);
        const UserSummary got = wire::summary_of(*news->users()->Get(0));
        CHECK(got.user == told.user);
        CHECK(got.name == told.name);
        CHECK(got.state == told.state);
        CHECK(got.status == told.status);
        CHECK(got.room == told.room);
    }
}

TEST_CASE("news: lists have their bounds") {
    check_list(
        wire::max_lines,
        [](Builder& builder) {
            const TextOffset text = builder.CreateString("any");
            return wire::CreateMember(builder, 1, text, text);
        },
        [](Builder& builder, auto list) {
            return wire::CreateRoomPeople(builder, list);
        });
    check_list(
        wire::max_lines,
        [](Builder& builder) {
            const TextOffset text = builder.CreateString("any");
            return wire::CreateChannelMessage(builder, 1, wire::ChannelKind::chat, text, text);
        },
        [](Builder& builder, auto list) {
            return wire::CreateChannelNews(builder, list);
        });
    check_list(
        wire::max_lines,
        [](Builder& builder) {
            return wire::CreateUserLine(builder, builder.CreateString("any"));
        },
        [](Builder& builder, auto list) {
            return wire::CreateUserNews(builder, list);
        });
    check_list(
        wire::max_lines,
        [](Builder&) {
            return std::uint32_t{1};
        },
        [](Builder& builder, auto gone) {
            const auto none =
                builder.CreateVector(std::vector<flatbuffers::Offset<wire::Member>>{});
            return wire::CreateRoomPeople(builder, none, gone);
        });
}

TEST_CASE("news: a member's texts and the room's phase have their bounds") {
    const auto people_of = [](Builder& builder, TextOffset user, TextOffset name) {
        const auto list =
            builder.CreateVector(std::vector{wire::CreateMember(builder, 1, user, name)});
        return wire::CreateRoomPeople(builder, list);
    };
    check_text(max_user_bytes, [&](Builder& builder, TextOffset text) {
        return people_of(builder, text, builder.CreateString("any"));
    });
    check_text(max_name_bytes, [&](Builder& builder, TextOffset text) {
        return people_of(builder, builder.CreateString("any"), text);
    });
    check_enum<wire::RoomPhase>([](Builder& builder, wire::RoomPhase phase) {
        const auto none = builder.CreateVector(std::vector<flatbuffers::Offset<wire::Member>>{});
        return wire::CreateRoomPeople(builder, none, 0, phase);
    });
}

TEST_CASE("news: a message's kind, texts and payload have their bounds") {
    using wire::ChannelKind;
    const auto news_of = [](Builder& builder, flatbuffers::Offset<wire::ChannelMessage> message) {
        const auto list = builder.CreateVector(std::vector{message});
        return wire::CreateChannelNews(builder, list);
    };
    check_text(max_user_bytes, [&](Builder& builder, TextOffset user) {
        const TextOffset any = builder.CreateString("any");
        return news_of(builder,
                       wire::CreateChannelMessage(builder, 1, ChannelKind::chat, user, any));
    });
    check_text(max_name_bytes, [&](Builder& builder, TextOffset name) {
        const TextOffset any = builder.CreateString("any");
        return news_of(builder,
                       wire::CreateChannelMessage(builder, 1, ChannelKind::chat, any, name));
    });
    check_text(max_event_name_bytes, [&](Builder& builder, TextOffset event) {
        const TextOffset any = builder.CreateString("any");
        return news_of(builder,
                       wire::CreateChannelMessage(builder, 1, ChannelKind::chat, any, any, event));
    });
    check_blob(max_channel_payload_bytes, [&](Builder& builder, BlobOffset bytes) {
        const TextOffset any = builder.CreateString("any");
        return news_of(
            builder,
            wire::CreateChannelMessage(builder, 1, ChannelKind::chat, any, any, any, bytes));
    });
    check_enum<ChannelKind>([&](Builder& builder, ChannelKind kind) {
        const TextOffset any = builder.CreateString("any");
        return news_of(builder, wire::CreateChannelMessage(builder, 1, kind, any, any));
    });
}

TEST_CASE("news: a user's texts and state have their bounds") {
    using wire::UserState;
    const auto news_of = [](Builder& builder, flatbuffers::Offset<wire::UserLine> line) {
        return wire::CreateUserNews(builder, builder.CreateVector(std::vector{line}));
    };
    check_text(max_user_bytes, [&](Builder& builder, TextOffset user) {
        return news_of(builder, wire::CreateUserLine(builder, user));
    });
    check_text(max_name_bytes, [&](Builder& builder, TextOffset name) {
        const TextOffset any = builder.CreateString("any");
        return news_of(builder, wire::CreateUserLine(builder, any, name));
    });
    check_text(max_status_bytes, [&](Builder& builder, TextOffset status) {
        const TextOffset any = builder.CreateString("any");
        return news_of(builder, wire::CreateUserLine(builder, any, any, UserState::away, status));
    });
    check_enum<UserState>([&](Builder& builder, UserState state) {
        const TextOffset any = builder.CreateString("any");
        return news_of(builder, wire::CreateUserLine(builder, any, any, state));
    });
}

TEST_CASE("news: what is cut short is refused, or only lacks padding") {
    for (const NewsSample& sample : news_samples()) {
        CAPTURE(sample.name);
        const Walked whole = sample.decode(sample.bytes);
        std::size_t accepted = 0;
        for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
            const Walked walked = walk_copy(sample, Bytes(sample.bytes).first(size));
            if (!walked) continue;
            ++accepted;
            CAPTURE(size);
            REQUIRE(walked == whole);
        }
        CHECK(accepted <= 7); // padding goes up to a multiple of 8
    }
}

TEST_CASE("news: no flipped byte makes the decoders read what is not there") {
    for (const NewsSample& sample : news_samples()) {
        CAPTURE(sample.name);
        Message bytes = sample.bytes;
        // A long one has each kind of byte near its begin or near its end.
        const bool is_long = bytes.size() > 2'000;
        const std::size_t tried = is_long ? 200 : bytes.size();
        std::size_t refused = 0;
        const auto flip = [&](std::size_t at) {
            for (const unsigned mask : {0x01u, 0x04u, 0x80u, 0xFFu}) {
                bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ mask);
                refused += sample.decode(bytes) ? 0 : 1;
                bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ mask);
            }
        };
        for (std::size_t i = 0; i < tried; ++i) {
            flip(i);
            if (is_long) flip(bytes.size() - 1 - i);
        }
        CHECK(refused > 0);
    }
}

TEST_CASE("news: several flipped bits do not make the decoders read what is not there either") {
    Random random(20'241'126);
    for (const NewsSample& sample : news_samples()) {
        CAPTURE(sample.name);
        const int rounds = sample.bytes.size() > 2'000 ? 1'000 : 20'000;
        std::size_t refused = 0;
        for (int round = 0; round < rounds; ++round) {
            Message bytes = sample.bytes;
            for (std::uint64_t i = 0; i <= random.next_below(8); ++i) {
                const std::uint64_t bit = random.next_below(bytes.size() * 8);
                bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
            }
            refused += sample.decode(bytes) ? 0 : 1;
        }
        CHECK(refused > 0);
    }
}
