#include "cluster/redis_channels.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace engine_net::cluster {

namespace {

std::string topic_of(const std::string& channel) {
    return std::string("chan:").append(channel);
}

} // namespace

std::string make_instance_name() {
    std::array<unsigned char, 16> random{};
    randombytes_buf(random.data(), random.size());
    std::array<char, 2 * sizeof(random) + 1> text{};
    return sodium_bin2hex(text.data(), text.size(), random.data(), random.size());
}

RedisChannels::RedisChannels(RedisScope& scope, WaitingSays& waiting_says)
    : scope_(scope), waiting_says_(waiting_says), instance_(make_instance_name()) {}

void RedisChannels::say(std::string channel, const ByteVector& bytes) {
    std::string frame = scope_.seal.seal({FramePurpose::Kind::said, channel}, scope_.stay, bytes);
    add({.script = RedisScript::say,
         .channel = std::move(channel),
         .frame = std::move(frame),
         .said_bytes = bytes.size()});
}

void RedisChannels::enter(const std::string& channel, const std::string& user, ByteVector bytes) {
    add_for_member(RedisScript::enter_channel, channel, user, bytes);
    members_[channel][user] = std::move(bytes);
}

void RedisChannels::leave(const std::string& channel, const std::string& user) {
    const auto users = members_.find(channel);
    if (users == members_.end() || users->second.erase(user) == 0) return;
    if (users->second.empty()) members_.erase(users);
    add_for_member(RedisScript::leave_channel, channel, user, {});
}

std::string
RedisChannels::seal_member(const std::string& channel, const std::string& user, Bytes bytes) {
    return scope_.seal.seal({FramePurpose::Kind::member, channel, user}, scope_.stay, bytes);
}

void RedisChannels::add_for_member(RedisScript script,
                                   std::string channel,
                                   std::string user,
                                   Bytes bytes) {
    if (needs_new_stay_) return;
    if (!scope_.is_in && member_operations_ >= max_member_operations) {
        needs_new_stay_ = true;
        drop_member_operations();
        return;
    }
    ++member_operations_;
    std::string frame = seal_member(channel, user, bytes);
    add({.script = script,
         .channel = std::move(channel),
         .user = std::move(user),
         .frame = std::move(frame)});
}

void RedisChannels::drop_member_operations() {
    std::erase_if(operations_, [](const Operation& one) {
        return one.script != RedisScript::say;
    });
    member_operations_ = 0;
}

void RedisChannels::add(Operation operation) {
    operation.sequence = ++last_sequence_;
    operations_.push_back(std::move(operation));
    if (scope_.is_in) send(operations_.back());
}

void RedisChannels::send(const Operation& operation) {
    RedisConnection::Arguments arguments = scope_.arguments();
    arguments.push_back(instance_);
    arguments.push_back(std::to_string(operation.sequence));
    arguments.push_back(operation.channel);
    arguments.push_back(operation.frame);
    arguments.push_back(operation.user);
    const std::uint64_t sequence = operation.sequence;
    scope_.run(operation.script, std::move(arguments), [this, sequence](const RedisReply&) {
        confirm(sequence);
    });
}

void RedisChannels::confirm(std::uint64_t sequence) {
    while (!operations_.empty() && operations_.front().sequence <= sequence) {
        if (operations_.front().script == RedisScript::say) {
            --waiting_says_.count;
            waiting_says_.bytes -= operations_.front().said_bytes;
        } else {
            --member_operations_;
        }
        operations_.pop_front();
    }
}

void RedisChannels::say_again(bool is_new_stay) {
    if (is_new_stay) {
        needs_new_stay_ = false;
        drop_member_operations();
        for (const auto& [channel, users] : members_) {
            for (const auto& [user, bytes] : users) {
                send({.script = RedisScript::enter_channel,
                      .channel = channel,
                      .user = user,
                      .frame = seal_member(channel, user, bytes)});
            }
        }
    }
    for (const Operation& operation : operations_) send(operation);
}

void RedisChannels::follow(const std::string& channel) {
    const auto [followed, is_new] = followed_.try_emplace(channel);
    if (!is_new) return;
    followed->second.id = ++last_follow_;
    scope_.link.subscribe(topic_of(channel));
}

void RedisChannels::unfollow(const std::string& channel) {
    if (followed_.erase(channel) > 0) scope_.link.unsubscribe(topic_of(channel));
}

void RedisChannels::linked() {
    for (const auto& [channel, follow] : followed_) scope_.link.subscribe(topic_of(channel));
}

void RedisChannels::unlinked() {
    for (auto& [channel, follow] : followed_) {
        follow.is_reading = false;
        follow.is_to_read_again = false;
        follow.heard.clear();
    }
}

void RedisChannels::subscribed(const std::string& channel) {
    const auto found = followed_.find(channel);
    if (found != followed_.end()) read(channel, found->second);
}

void RedisChannels::read(const std::string& channel, Follow& follow) {
    if (!scope_.link.is_up()) return;
    follow.is_to_read_again = std::exchange(follow.is_reading, true);
    if (follow.is_to_read_again) return;
    scope_.link.run(RedisScript::read_channel,
                    {channel, std::to_string(follow.epoch), std::to_string(follow.next)},
                    [this, channel, id = follow.id](const RedisReply& reply) {
                        take_channel(channel, id, reply);
                    });
}

void RedisChannels::take_channel(const std::string& channel,
                                 std::uint64_t id,
                                 const RedisReply& reply) {
    const auto found = followed_.find(channel);
    if (found == followed_.end() || found->second.id != id) return;
    Follow& follow = found->second;
    follow.is_reading = false;
    if (reply.size() == 3) {
        tell_entries(channel, follow, reply[2]);
    } else if (reply.size() == 4) {
        tell_whole(channel, follow, reply);
    }
    for (const std::string& payload : std::exchange(follow.heard, {})) published(channel, payload);
    if (std::exchange(follow.is_to_read_again, false)) read(channel, follow);
}

void RedisChannels::tell_entries(const std::string& channel,
                                 Follow& follow,
                                 const RedisReply& entries) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::uint64_t number = follow.next++;
        auto entry = open(channel, entries[i].text());
        if (entry)
            scope_.told.emplace_back(tell::Said{channel, follow.epoch, number, std::move(*entry)});
    }
}

void RedisChannels::tell_whole(const std::string& channel,
                               Follow& follow,
                               const RedisReply& reply) {
    follow.epoch = reply[0].number().value_or(0);
    follow.next = reply[1].number().value_or(0);
    tell::Followed followed{.channel = channel, .epoch = follow.epoch, .next = follow.next};
    const std::size_t first =
        reply[2].size() > max_channel_entries ? reply[2].size() - max_channel_entries : 0;
    for (std::size_t i = first; i < reply[2].size(); ++i) {
        auto entry = open(channel, reply[2][i].text());
        if (entry) followed.entries.push_back(std::move(*entry));
    }
    for (std::size_t i = 0; i + 1 < reply[3].size(); i += 2) {
        auto member = open_member(channel, reply[3][i].text(), reply[3][i + 1].text());
        if (member) followed.members.push_back(std::move(*member));
    }
    scope_.told.emplace_back(std::move(followed));
}

void RedisChannels::published(const std::string& channel, std::string_view payload) {
    const auto found = followed_.find(channel);
    if (found == followed_.end()) return;
    Follow& follow = found->second;
    if (follow.is_reading) {
        if (follow.heard.size() < max_channel_entries) {
            follow.heard.emplace_back(payload);
        } else {
            follow.is_to_read_again = true;
        }
        return;
    }
    const auto head = PublishedHead::parse(payload);
    if (!head || head->count != 2 || follow.epoch == 0) return;
    const bool is_same = head->numbers[0] == follow.epoch;
    if (is_same && head->numbers[1] < follow.next) return;
    if (!is_same || head->numbers[1] > follow.next) return read(channel, follow);
    ++follow.next;
    auto entry = open(channel, head->body);
    if (!entry) return;
    scope_.told.emplace_back(
        tell::Said{channel, follow.epoch, head->numbers[1], std::move(*entry)});
}

/// `S`, then what was said; or `J` or `L`, the length of the user's name, a space, that name, and
/// what the member came with.
std::optional<ChannelEntry> RedisChannels::open(const std::string& channel,
                                                std::string_view entry) {
    const char kind = entry.empty() ? ' ' : entry.front();
    if (kind == 'S') {
        const auto frame =
            scope_.open({FramePurpose::Kind::said, channel}, entry.substr(1), max_said_bytes);
        if (!frame) return std::nullopt;
        return ChannelEntry{.bytes = {frame->bytes.begin(), frame->bytes.end()}};
    }
    if (kind != 'J' && kind != 'L') return std::nullopt;
    std::size_t length = 0;
    const char* const end = entry.data() + entry.size();
    const auto [to, error] = std::from_chars(entry.data() + 1, end, length);
    if (error != std::errc() || to == end || *to != ' ') return std::nullopt;
    entry.remove_prefix(static_cast<std::size_t>(to + 1 - entry.data()));
    if (length > entry.size()) return std::nullopt;
    auto member = open_member(channel, entry.substr(0, length), entry.substr(length));
    if (!member) return std::nullopt;
    return ChannelEntry{.kind = kind == 'J' ? EntryKind::joined : EntryKind::left,
                        .user = std::move(member->user),
                        .bytes = std::move(member->bytes)};
}

std::optional<ChannelMember> RedisChannels::open_member(const std::string& channel,
                                                        std::string_view user,
                                                        std::string_view frame) {
    const auto opened =
        scope_.open({FramePurpose::Kind::member, channel, user}, frame, max_said_bytes);
    if (!opened || user.size() > max_key_bytes) return std::nullopt;
    return ChannelMember{std::string(user), {opened->bytes.begin(), opened->bytes.end()}};
}

} // namespace engine_net::cluster
