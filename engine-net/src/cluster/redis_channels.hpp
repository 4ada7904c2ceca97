#pragma once

#include "cluster/redis_scope.hpp"

#include <atomic>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net::cluster {

/// What waits to be said by a node: the server's thread adds, its backplane's takes away.
struct WaitingSays {
    std::atomic<std::size_t> count = 0;
    std::atomic<std::size_t> bytes = 0;

    /// False: it would be too much.
    bool add(std::size_t more) {
        if (count >= max_waiting_says || bytes + more > max_waiting_say_bytes) return false;
        ++count;
        bytes += more;
        return true;
    }
};

/// What a node says on channels, who is on them by it, and what it hears of those it follows.
class RedisChannels {
public:
    RedisChannels(RedisScope& scope, WaitingSays& waiting_says);

    void say(std::string channel, const ByteVector& bytes);
    void enter(const std::string& channel, const std::string& user, ByteVector bytes);
    void leave(const std::string& channel, const std::string& user);
    void follow(const std::string& channel);
    void unfollow(const std::string& channel);

    /// Follows on, on a new link.
    void linked();
    void unlinked();
    /// Says what was not confirmed, in a new stay all members as well.
    void say_again(bool is_new_stay);
    /// Too much has changed meanwhile: only a new stay's members can be right.
    [[nodiscard]] bool needs_new_stay() const { return needs_new_stay_; }

    void subscribed(const std::string& channel);
    void published(const std::string& channel, std::string_view payload);

private:
    static constexpr std::size_t max_member_operations = 65'536; ///< while the service is away

    struct Operation {
        RedisScript script{};
        std::uint64_t sequence = 0; ///< by which one that is repeated is known; 0: it may be
        std::string channel{};
        std::string user{};
        std::string frame{};
        std::size_t said_bytes = 0;
    };
    struct Follow {
        std::uint64_t id = 0;
        std::uint64_t epoch = 0;
        std::uint64_t next = 0;
        bool is_reading = false;
        bool is_to_read_again = false;
        std::vector<std::string> heard{}; ///< meanwhile
    };

    void add(Operation operation);
    void add_for_member(RedisScript script, std::string channel, std::string user, Bytes bytes);
    void send(const Operation& operation);
    void confirm(std::uint64_t sequence);
    [[nodiscard]] std::string
    seal_member(const std::string& channel, const std::string& user, Bytes bytes);
    void drop_member_operations();

    void read(const std::string& channel, Follow& follow);
    void take_channel(const std::string& channel, std::uint64_t id, const RedisReply& reply);
    void tell_entries(const std::string& channel, Follow& follow, const RedisReply& entries);
    void tell_whole(const std::string& channel, Follow& follow, const RedisReply& reply);
    [[nodiscard]] std::optional<ChannelEntry> open(const std::string& channel,
                                                   std::string_view entry);
    [[nodiscard]] std::optional<ChannelMember>
    open_member(const std::string& channel, std::string_view user, std::string_view frame);

    RedisScope& scope_;
    WaitingSays& waiting_says_;
    std::string instance_; ///< this process, as Redis knows what was done for it
    std::uint64_t last_sequence_ = 0;
    std::deque<Operation> operations_; ///< not confirmed yet
    std::size_t member_operations_ = 0;
    bool needs_new_stay_ = false;
    std::map<std::string, std::map<std::string, ByteVector>> members_;
    std::map<std::string, Follow> followed_;
    std::uint64_t last_follow_ = 0;
};

/// Unlike any other process's.
std::string make_instance_name();

} // namespace engine_net::cluster
