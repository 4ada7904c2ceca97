#pragma once

#include "cluster/redis_scope.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::cluster {

/// The records of a node, and what it knows of the others'.
class RedisRecords {
public:
    struct Listed {
        NodeStay stay{};
        std::uint64_t version = 0;
    };

    explicit RedisRecords(RedisScope& scope) : scope_(scope) {}

    void put(std::string key, ByteVector value);
    void drop(const std::string& key);
    void say_all();

    /// What was published of nodes.
    void published(std::string_view payload);
    /// All nodes there are; others are gone, if that may be said.
    void listed(const std::vector<Listed>& nodes, bool may_be_gone);
    void unlinked();

private:
    struct Known {
        NodeStay stay{};
        std::uint64_t version = 0;
        std::uint64_t newest = 0; ///< that was heard of
        bool is_told = false;
        bool is_reading = false;
        bool is_doubtful = false; ///< something may have been missed
    };

    [[nodiscard]] std::string seal(const std::string& key, const ByteVector& value);
    void began(NodeStay stay);
    void changed(NodeStay stay, std::uint64_t version, tell::Record record, std::string_view frame);
    void look_at(const Listed& node);
    void gone(NodeStay stay);
    void read(NodeStay stay);
    void take_table(NodeStay asked, const RedisReply& reply);

    RedisScope& scope_;
    std::map<std::string, ByteVector> own_;
    std::map<NodeId, Known> known_;
};

} // namespace engine_net::cluster
