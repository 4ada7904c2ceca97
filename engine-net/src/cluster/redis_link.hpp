#pragma once

#include "cluster/redis_connection.hpp"
#include "cluster/redis_scripts.hpp"

#include <engine_net/clock.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace engine_net::cluster {

/// The way to a Redis: a connection for questions, and one for what is published. When either
/// fails, or does not answer for a second, both are given up and made anew after a while. Any error
/// that Redis answers is such a failure.
class RedisLink {
public:
    class Listener {
    public:
        Listener() = default;
        virtual ~Listener() = default;
        Listener(const Listener&) = delete;
        Listener& operator=(const Listener&) = delete;

        /// Both connections are there, and what is published for `base_topic` is heard.
        virtual void linked() = 0;
        /// What was asked is not answered any more, and no topic is heard.
        virtual void unlinked(const std::string& why) = 0;
        /// All that is published for a topic from now on is heard.
        virtual void subscribed(std::string_view topic) = 0;
        virtual void published(std::string_view topic, std::string_view payload) = 0;
    };
    using OnReply = RedisConnection::OnReply;

    /// Keys and topics all begin with the prefix.
    RedisLink(RedisAddress address, std::string prefix, std::string base_topic, Listener& listener);

    [[nodiscard]] bool is_up() const { return is_up_; }
    /// Does not connect while it is held.
    void hold(bool is_held) { is_held_ = is_held; }
    /// Gives the link up.
    void fail(std::string why);

    /// Nothing, while the link is down. The reply is none of Redis's errors.
    void run(RedisScript script, RedisConnection::Arguments arguments, OnReply on_reply);
    void publish(std::string_view topic, std::string payload);
    /// Nothing, while the link is down.
    void subscribe(std::string_view topic);
    void unsubscribe(std::string_view topic);
    /// What waits to be sent, in bytes, and to be answered.
    [[nodiscard]] std::size_t output_bytes() const;
    [[nodiscard]] std::size_t unanswered() const;

    void step(Time now);
    /// Until something comes, `wake_file` can be read, or so long.
    void wait(int wake_file, std::chrono::milliseconds time);
    /// Sends what it can.
    void flush();

private:
    static constexpr std::chrono::milliseconds shortest_pause{100};
    static constexpr std::chrono::milliseconds longest_pause{1'000};
    static constexpr std::chrono::seconds patience{1};
    static constexpr std::chrono::milliseconds ping_period{500};

    void connect();
    void greet(RedisConnection& connection);
    void load_scripts();
    void hear(const RedisReply& reply);
    void check(Time now);
    void close(const std::string& why);
    void come_up();

    RedisAddress address_;
    std::string prefix_;
    std::string base_topic_;
    Listener& listener_;
    std::unique_ptr<RedisConnection> questions_;
    std::unique_ptr<RedisConnection> topics_;
    std::array<std::string, redis_script_count> script_names_; ///< that Redis has given
    std::size_t scripts_loaded_ = 0;
    bool hears_base_ = false;
    bool is_up_ = false;
    bool is_held_ = false;
    Time now_{};
    Time up_since_{};
    Time next_try_{};
    std::chrono::milliseconds pause_ = shortest_pause;
    Time next_ping_{};
    std::size_t pings_ = 0; ///< that are not answered
    Time heard_at_{};
    std::string failure_;
};

} // namespace engine_net::cluster
