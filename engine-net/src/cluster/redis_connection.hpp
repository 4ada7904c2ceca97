#pragma once

#include "cluster/redis_address.hpp"
#include "cluster/redis_reply.hpp"

#include <engine_net/clock.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::cluster {

/// One connection with a Redis, which never waits. It is used by one thread, and never again once
/// something went wrong.
class RedisConnection {
public:
    using Arguments = std::vector<std::string>;
    using OnReply = std::function<void(const RedisReply&)>;

    /// Begins to connect. Only a host's name, which the system looks up, may take time.
    explicit RedisConnection(const RedisAddress& address);

    /// `on_reply` is called once, by `receive`, unless something goes wrong before.
    void ask(const Arguments& arguments, OnReply on_reply, Time now);
    /// For what is not answered, or not in its turn.
    void tell(const Arguments& arguments);
    /// What comes and was not asked for.
    void on_other(OnReply on_reply) { on_other_ = std::move(on_reply); }

    /// For `poll`.
    [[nodiscard]] int file() const { return context_ ? context_->fd : -1; }
    [[nodiscard]] bool has_output() const { return has_output_; }
    void send();
    void receive(Time now);

    /// For a person.
    [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }
    void fail(std::string why);
    /// Since when nothing was answered of what was asked; nothing: nothing is to be.
    [[nodiscard]] std::optional<Time> waits_since() const;
    [[nodiscard]] std::size_t unanswered() const { return asked_.size(); }
    /// Bytes that are not sent yet.
    [[nodiscard]] std::size_t output_bytes() const;

private:
    struct Free {
        void operator()(redisContext* context) const { redisFree(context); }
    };

    void append(const Arguments& arguments);
    void take_reply(const RedisReply& reply, Time now);

    std::unique_ptr<redisContext, Free> context_;
    std::deque<OnReply> asked_;
    OnReply on_other_;
    bool has_output_ = true; ///< at first, to learn whether it is connected
    std::optional<Time> waits_since_;
    std::optional<std::string> failure_;
};

} // namespace engine_net::cluster
