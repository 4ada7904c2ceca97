#pragma once

#include "cluster/redis_channels.hpp"
#include "cluster/redis_claims.hpp"
#include "cluster/redis_records.hpp"
#include "cluster/redis_scope.hpp"
#include "cluster/redis_seats.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::cluster {

/// A node at its Redis, on its backplane's thread: its lease, and what it says and hears.
class RedisNode final : RedisLink::Listener {
public:
    struct Settings {
        RedisAddress address{};
        std::string prefix{}; ///< with what separates it
        std::string name{};
        ClusterKey key{};
        std::chrono::milliseconds lease_time{};
        std::chrono::milliseconds reservation_time{};
    };

    RedisNode(const Settings& settings, WaitingSays& waiting_says);

    /// `is_served`: the server has called `take` lately. Without, the lease is not renewed.
    void step(Time now, bool is_served);
    void wait(int wake_file, std::chrono::milliseconds time) { link_.wait(wake_file, time); }
    /// Gives up all there is, unless the link is down.
    void leave();
    /// All that was asked is answered, or won't be.
    [[nodiscard]] bool is_idle() const { return !link_.is_up() || link_.unanswered() == 0; }

    [[nodiscard]] bool was_in() const { return scope_.stay.node.is_set(); }
    [[nodiscard]] NodeStay stay() const { return scope_.stay; }
    /// Why the link is down, for a person.
    [[nodiscard]] const std::string& failure() const { return failure_; }
    std::vector<Tell> take_told() { return std::exchange(scope_.told, {}); }
    /// The server does not take what it is told: gives the link up until it does.
    void hold(bool is_held);
    [[nodiscard]] const RedisScope& scope() const { return scope_; }

    RedisRecords& records() { return records_; }
    RedisChannels& channels() { return channels_; }
    RedisClaims& claims() { return claims_; }
    RedisSeats& seats() { return seats_; }
    void send(NodeId to, const ByteVector& bytes);
    void cast(const std::string& topic, const ByteVector& bytes);
    void listen(const std::string& topic);
    void unlisten(const std::string& topic);

private:
    struct Heard {
        std::uint64_t epoch = 0;
        std::uint64_t sequence = 0;
    };

    void linked() override;
    void unlinked(const std::string& why) override;
    void subscribed(std::string_view topic) override;
    void published(std::string_view topic, std::string_view payload) override;

    void enter();
    void entered(const RedisReply& reply);
    void renew();
    void renewed(const RedisReply& reply);
    void come_in(bool is_new_stay);
    void clean();
    void publish(FramePurpose::Kind kind, const std::string& topic, const ByteVector& bytes);
    [[nodiscard]] std::optional<Frame>
    hear(FramePurpose::Kind kind, std::string_view topic, std::string_view payload);
    [[nodiscard]] bool is_steady() const;

    Settings settings_;
    FrameSeal seal_;
    RedisLink link_;
    RedisScope scope_;
    RedisRecords records_;
    RedisChannels channels_;
    RedisClaims claims_;
    RedisSeats seats_;
    std::string instance_ = make_instance_name();
    std::string own_topic_;
    std::set<std::string> listened_;
    std::map<NodeId, Heard> heard_; ///< the last of messages and casts, by sender
    bool is_link_told_ = false;
    bool is_cleaning_ = false;
    Time next_renewal_{};
    Time in_since_{};
    std::string failure_ = "there was no time to connect";
};

} // namespace engine_net::cluster
