#pragma once

#include "client/subscriptions.hpp"
#include "room/channel_table.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace engine_net::testing {

using Verdict = ChannelTable::Verdict;
using Lines = std::vector<std::string>;

inline constexpr Time start{std::chrono::hours(1)};

inline ChannelLog::Message message_of(const std::string& text, SessionId not_to = {}) {
    return {.kind = ChannelKind::message,
            .user = "ada",
            .name = "Ada",
            .event = "event",
            .payload = {text.begin(), text.end()},
            .not_to = not_to};
}

/// Empty for one that there is not.
inline ChannelDetails details_of(const ChannelTable& table, const std::string& channel) {
    for (ChannelDetails& details : table.details()) {
        if (details.name == channel) return std::move(details);
    }
    return {};
}

/// A session's client, and the lines that its handlers wrote down.
struct Listener {
    SessionId session;
    std::string user{};
    Subscriptions subscriptions{};
    Lines heard{};

    Lines take() { return std::exchange(heard, {}); }
    void write(const ChannelMessage& said) {
        const std::string user_of(said.user);
        switch (said.kind) {
        case ChannelKind::member: return heard.push_back("member " + user_of);
        case ChannelKind::joined: return heard.push_back("joined " + user_of);
        case ChannelKind::left: return heard.push_back("left " + user_of);
        case ChannelKind::message:
        case ChannelKind::chat: heard.emplace_back(said.text());
        }
    }
    [[nodiscard]] std::optional<ChannelPosition> position(const std::string& channel) const {
        const auto* subscription = subscriptions.find(channel);
        return subscription ? subscription->position : std::nullopt;
    }
};

/// The channels, and clients without a link in between.
struct Board {
    static Listener listener(std::uint64_t session, const std::string& user = "ada") {
        return {.session = SessionId{session}, .user = user};
    }
    Verdict subscribe(Listener& who, const std::string& channel, SubscribeOptions options = {}) {
        options.on_gap = [&who] {
            who.heard.emplace_back("gap");
        };
        who.subscriptions.add(channel,
                              {.on_message =
                                   [&who](const ChannelMessage& said) {
                                       who.write(said);
                                   },
                               .options = std::move(options)});
        return ask(who, channel);
    }
    /// As a client does it, over a new link as well.
    Verdict ask(Listener& who, const std::string& channel) {
        who.subscriptions.ask(channel, ++last_request);
        const auto& subscription = *who.subscriptions.find(channel);
        const ChannelPosition position = subscription.position.value_or(
            subscription.options.position.value_or(ChannelPosition{}));
        return table.subscribe({who.session, who.user, "name of " + who.user},
                               last_request,
                               channel,
                               {position.epoch, position.next, subscription.options.recent},
                               start);
    }
    void unsubscribe(Listener& who, const std::string& channel) {
        table.unsubscribe(who.session, *who.subscriptions.remove(channel));
    }
    void say(const std::string& channel, const std::string& text, SessionId not_to = {}) {
        REQUIRE(table.publish(channel, message_of(text, not_to), start));
    }
    /// `first` to below `end`.
    void count(const std::string& channel, int first, int end) {
        for (int i = first; i < end; ++i) say(channel, std::to_string(i));
    }
    /// What it hears of, in at most `most` messages.
    Lines tell(Listener& who, std::size_t most = 1'000) {
        table.send(who.session, most, encoder, [&](Bytes message) {
            ++messages;
            REQUIRE(who.subscriptions.receive(message));
        });
        return who.take();
    }

    ChannelTable table{500};
    wire::PeopleEncoder encoder;
    std::uint32_t last_request = 0;
    std::size_t messages = 0;
};

} // namespace engine_net::testing
