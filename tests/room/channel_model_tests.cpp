// What is heard on channels, against a model that keeps all that was ever said: users with several
// sessions each, on links that break, one seed after the other.

#include "client/subscriptions.hpp"
#include "core/random.hpp"
#include "room/channel_board.hpp"
#include "room/channel_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;

namespace {

constexpr Time start{std::chrono::hours(1)};
const std::array<std::string, 4> all_channels{"lobby", "room/7", "presence/lobby", "presence/all"};
/// A log keeps more than these.
constexpr std::uint64_t surely_kept = 100;

bool has_members(const std::string& channel) {
    return channel.starts_with("presence/");
}

/// All that was said on a channel since it was opened, from number 1 on.
struct Truth {
    struct Line {
        ChannelKind kind = ChannelKind::message;
        std::string text{}; ///< what is said, or who joined or left
        SessionId not_to{};
    };
    std::vector<Line> lines{};
    std::map<std::string, std::size_t> members{}; ///< sessions, by user

    [[nodiscard]] std::uint64_t end() const { return lines.size() + 1; }
    [[nodiscard]] const Line& at(std::uint64_t number) const { return lines.at(number - 1); }
};

/// A session's own end, and what is underway to it.
struct Listener {
    std::string user{};
    Subscriptions subscriptions{};
    std::deque<std::vector<std::uint8_t>> underway{};
    std::map<std::string, std::uint64_t>
        expected{}; ///< what is to be heard next; 0: whatever comes
    bool is_linked = true;
};

class Story {
public:
    explicit Story(std::uint64_t seed) : random_(seed) {}

    /// What went wrong, or nothing.
    std::string play() {
        for (int i = 0; i < 250 && wrong_.empty(); ++i) {
            step();
            check_table();
        }
        for (auto& [session, listener] : listeners_) {
            if (!listener.is_linked) resume(session, listener);
            while (table_.has_news(session)) send(session, listener, 1'000);
            deliver(listener, listener.underway.size());
            check_heard(session, listener);
        }
        return wrong_;
    }
    [[nodiscard]] std::size_t heard() const { return heard_; }
    [[nodiscard]] std::size_t gaps() const { return gaps_; }

private:
    void fail(const std::string& wrong) {
        if (wrong_.empty()) wrong_ = wrong;
    }
    const std::string& some_channel() { return all_channels[random_.next_below(4)]; }

    void step() {
        const std::uint64_t what = random_.next_below(20);
        if (what < 5) return publish(some_channel(), 1 + random_.next_below(4));
        if (what == 5 && random_.next_chance(0.1)) return publish(some_channel(), 300);
        if (what == 6 && random_.next_chance(0.1)) return remove(some_channel());
        if (listeners_.empty() || (what == 7 && listeners_.size() < 12)) return enter();
        auto any = listeners_.begin();
        std::advance(any, static_cast<std::ptrdiff_t>(random_.next_below(listeners_.size())));
        const SessionId session = any->first;
        Listener& listener = any->second;
        if (what == 8 && random_.next_chance(0.3)) return forget(session);
        if (!listener.is_linked) {
            if (random_.next_chance(0.5)) resume(session, listener);
            return;
        }
        if (what < 12) return subscribe(session, listener, some_channel());
        if (what == 12) return unsubscribe(session, listener, some_channel());
        if (what == 13) return lose(listener);
        if (what == 14) return expel(session, listener, some_channel());
        if (what < 18) return send(session, listener, 1 + random_.next_below(4));
        deliver(listener, random_.next_below(listener.underway.size() + 1));
    }
    void enter() {
        listeners_[SessionId{++last_session_}].user =
            "user" + std::to_string(random_.next_below(4));
    }
    void publish(const std::string& channel, std::uint64_t count) {
        for (; count > 0; --count) {
            const std::string text = std::to_string(++last_text_);
            const SessionId not_to{random_.next_chance(0.3) ? random_.next_below(12) : 0};
            truth_of(channel).lines.push_back({ChannelKind::message, text, not_to});
            table_.publish(channel,
                           {.kind = ChannelKind::message,
                            .user = "ada",
                            .payload = {text.begin(), text.end()},
                            .not_to = not_to},
                           start);
        }
    }
    /// It may be opened anew, and is another one then.
    void remove(const std::string& channel) {
        table_.remove(channel);
        truths_.erase(channel);
        for (auto& [session, listener] : listeners_) {
            listener.subscriptions.remove(channel);
            listener.expected.erase(channel);
        }
    }
    Truth& truth_of(const std::string& channel) { return truths_[channel]; }

    void subscribe(SessionId session, Listener& listener, const std::string& channel) {
        if (listener.subscriptions.find(channel)) return;
        SubscribeOptions options{.recent = static_cast<std::uint32_t>(random_.next_below(3) * 5)};
        if (random_.next_chance(0.5)) options.position = some_position(channel);
        options.on_gap = [this, &listener, channel] {
            note_gap(listener, channel);
        };
        listener.subscriptions.add(channel,
                                   {.on_message =
                                        [this, &listener, session](const ChannelMessage& said) {
                                            note_heard(session, listener, said);
                                        },
                                    .options = std::move(options)});
        Truth& truth = truth_of(channel);
        if (has_members(channel) && ++truth.members[listener.user] == 1)
            truth.lines.push_back({ChannelKind::joined, listener.user, {}});
        ask(session, listener, channel);
    }
    /// Of whoever is subscribed, or was to an earlier one.
    std::optional<ChannelPosition> some_position(const std::string& channel) {
        const auto known = positions_.find(channel);
        return known == positions_.end() ? std::nullopt : std::optional(known->second);
    }
    void ask(SessionId session, Listener& listener, const std::string& channel) {
        listener.subscriptions.ask(channel, ++last_request_);
        const auto& subscription = *listener.subscriptions.find(channel);
        const auto position =
            subscription.position ? subscription.position : subscription.options.position;
        const std::uint64_t end = truth_of(channel).end();
        if (!position) {
            const std::uint64_t wanted = has_members(channel) ? 0 : subscription.options.recent;
            listener.expected[channel] = end - std::min(end - 1, wanted);
        } else if (!subscription.position) {
            listener.expected[channel] = position->next;
        }
        table_.subscribe({session, listener.user, "name of " + listener.user},
                         last_request_,
                         channel,
                         {position ? position->epoch : 0,
                          position ? position->next : 0,
                          subscription.options.recent},
                         start);
    }
    void unsubscribe(SessionId session, Listener& listener, const std::string& channel) {
        const auto* subscription = listener.subscriptions.find(channel);
        if (!subscription) return;
        if (subscription->position) positions_[channel] = *subscription->position;
        table_.unsubscribe(session, *listener.subscriptions.remove(channel));
        note_left(listener, channel);
    }
    void expel(SessionId session, Listener& listener, const std::string& channel) {
        if (!listener.subscriptions.remove(channel)) return;
        table_.expel(session, channel);
        note_left(listener, channel);
    }
    void forget(SessionId session) {
        Listener& listener = listeners_.at(session);
        table_.forget(session);
        for (const std::string& channel : subscribed(session)) note_left(listener, channel);
        listeners_.erase(session);
    }
    /// In the order in which it has subscribed.
    std::vector<std::string> subscribed(SessionId session) {
        std::vector<std::string> channels;
        for (const auto& [channel, one] : listeners_.at(session).subscriptions.all())
            channels.push_back(channel);
        return channels;
    }
    void note_left(Listener& listener, const std::string& channel) {
        listener.expected.erase(channel);
        Truth& truth = truth_of(channel);
        if (!has_members(channel) || --truth.members.at(listener.user) > 0) return;
        truth.members.erase(listener.user);
        truth.lines.push_back({ChannelKind::left, listener.user, {}});
    }

    /// With what was underway.
    static void lose(Listener& listener) {
        listener.underway.clear();
        listener.is_linked = false;
    }
    void resume(SessionId session, Listener& listener) {
        listener.is_linked = true;
        table_.suspend(session);
        if (table_.has_news(session)) fail("a suspended session is told something");
        for (const std::string& channel : subscribed(session)) ask(session, listener, channel);
    }
    void send(SessionId session, Listener& listener, std::size_t count) {
        table_.send(session, count, encoder_, [&](Bytes message) {
            listener.underway.emplace_back(message.begin(), message.end());
        });
    }
    static void deliver(Listener& listener, std::size_t count) {
        for (; count > 0; --count) {
            REQUIRE(listener.subscriptions.receive(listener.underway.front()));
            listener.underway.pop_front();
        }
    }

    /// Only when what was to come is not kept, or is another channel's, or not all members came.
    void note_gap(Listener& listener, const std::string& channel) {
        ++gaps_;
        const std::uint64_t next = std::exchange(listener.expected.at(channel), 0);
        const bool is_kept = next != 0 && next + surely_kept > truth_of(channel).end() &&
                             next <= truth_of(channel).end();
        const auto& options = listener.subscriptions.find(channel)->options;
        if (is_kept && !has_members(channel) && !options.position) fail("a gap without a reason");
    }
    void note_heard(SessionId session, Listener& listener, const ChannelMessage& said) {
        ++heard_;
        if (said.kind == ChannelKind::member) return;
        const std::string channel(said.channel);
        const Truth& truth = truth_of(channel);
        std::uint64_t& expected = listener.expected.at(channel);
        if (expected == 0) expected = said.number;
        check_skipped(session, channel, expected, said.number);
        if (said.number < expected || said.number >= truth.end())
            return fail("a number that is not due");
        const Truth::Line& line = truth.at(said.number);
        const bool is_message = said.kind == ChannelKind::message;
        if (line.kind != said.kind) fail("another kind");
        if (line.text != (is_message ? said.text() : said.user)) fail("another text");
        if (line.not_to == session) fail("an echo");
        expected = said.number + 1;
    }
    /// What is not heard is not for it, or says of a member what it knows.
    void check_skipped(SessionId session,
                       const std::string& channel,
                       std::uint64_t first,
                       std::uint64_t end) {
        const Truth& truth = truth_of(channel);
        for (std::uint64_t number = first; number < end && number < truth.end(); ++number) {
            const Truth::Line& line = truth.at(number);
            if (line.kind == ChannelKind::message && line.not_to != session)
                fail("number " + std::to_string(number) + " of " + channel + " is lost");
        }
    }
    void check_table() {
        for (const std::string& channel : all_channels) {
            std::size_t subscribers = 0;
            for (const auto& [session, listener] : listeners_)
                subscribers += listener.subscriptions.find(channel) ? 1 : 0;
            if (testing::details_of(table_, channel).subscribers != subscribers)
                fail("another number of subscribers");
            std::vector<std::string> members;
            for (const auto& [user, sessions] : truth_of(channel).members) members.push_back(user);
            if (testing::details_of(table_, channel).members != members) fail("other members");
        }
    }
    /// When nothing is underway any more.
    void check_heard(SessionId session, Listener& listener) {
        for (const auto& [channel, subscription] : listener.subscriptions.all()) {
            const Truth& truth = truth_of(channel);
            if (!subscription.position) return fail("nobody was let in to " + channel);
            if (subscription.position->next != truth.end()) fail("it is behind in " + channel);
            const std::uint64_t expected = listener.expected.at(channel);
            if (expected != 0) check_skipped(session, channel, expected, truth.end());
            std::set<std::string> members;
            for (const auto& [user, name] : subscription.members) members.insert(user);
            std::set<std::string> present;
            for (const auto& [user, sessions] : truth.members) present.insert(user);
            if (members != present) fail("other members are known of " + channel);
        }
    }

    Random random_;
    ChannelTable table_{1'000};
    wire::PeopleEncoder encoder_;
    std::map<std::string, Truth> truths_;
    std::map<SessionId, Listener> listeners_;
    std::map<std::string, ChannelPosition> positions_;
    std::uint64_t last_session_ = 0;
    std::uint32_t last_request_ = 0;
    std::uint64_t last_text_ = 0;
    std::string wrong_;
    std::size_t heard_ = 0;
    std::size_t gaps_ = 0;
};

void play_seeds(std::uint64_t first, std::uint64_t count) {
    std::size_t heard = 0;
    std::size_t gaps = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        Story story(seed);
        const std::string wrong = story.play();
        REQUIRE_MESSAGE(wrong.empty(), "seed ", seed, ": ", wrong);
        heard += story.heard();
        gaps += story.gaps();
    }
    CHECK(heard > count * 100);
    CHECK(gaps > count / 2);
}

} // namespace

TEST_CASE("channels: everyone hears what was said, in order and without holes but those told") {
    play_seeds(1, 20);
}

TEST_SUITE("long, many seeds") {
    TEST_CASE("channels: everyone hears what was said, 1,000 seeds long") {
        play_seeds(1'000, 1'000);
    }
}
