#pragma once

#include "cluster/backplane.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// What a node knows of its cluster by what it is told, which must be consistent.
class KnownCluster {
public:
    struct Node {
        engine_net::cluster::NodeStay stay{};
        std::map<std::string, std::string> records{};
    };
    struct Channel {
        std::uint64_t epoch = 0;
        std::uint64_t next = 0;
        std::size_t followed = 0;        ///< times that it was told as it is
        std::vector<std::string> log{};  ///< "text", "+user" or "-user", all that was told
        std::vector<std::string> said{}; ///< the same of what was told entry by entry
        std::map<std::string, std::string> members{};
    };

    void note(const engine_net::cluster::Tell& told);

    std::map<engine_net::cluster::NodeId, Node> nodes;
    std::map<std::string, Channel> channels;
    std::map<std::string, engine_net::cluster::tell::Claimed> claims;
    std::map<std::uint64_t, engine_net::cluster::tell::Reserved> seats; ///< by ticket
    std::vector<std::string> messages;
    std::vector<std::string> casts; ///< "topic: text"
    std::vector<engine_net::cluster::NodeStay> entered;
    std::vector<bool> links;
    std::size_t gone = 0;   ///< nodes
    std::size_t tables = 0; ///< whole ones
    std::string wrong;      ///< the first contradiction

private:
    void note(const engine_net::cluster::tell::Link& link) { links.push_back(link.is_up); }
    void note(const engine_net::cluster::tell::Entered& stay) { entered.push_back(stay.stay); }
    void note(const engine_net::cluster::tell::Claimed& claimed) { claims[claimed.name] = claimed; }
    void note(const engine_net::cluster::tell::NodeTable& table);
    void note(const engine_net::cluster::tell::NodeGone& node);
    void note(const engine_net::cluster::tell::Message& message);
    void note(const engine_net::cluster::tell::Cast& cast);
    void note(const engine_net::cluster::tell::Reserved& reserved);
    void note(const engine_net::cluster::tell::Record& record);
    void note(const engine_net::cluster::tell::Followed& followed);
    void note(const engine_net::cluster::tell::Said& said);
    void fail(std::string_view what);
};

/// A node of a stage.
struct StageNode {
    std::string name{};
    std::unique_ptr<engine_net::cluster::Backplane> backplane{};
    engine_net::cluster::NodeStay stay{};
    KnownCluster known{};
    bool is_stuck = false; ///< it does not call `take`

    engine_net::cluster::Backplane* operator->() const { return backplane.get(); }
    [[nodiscard]] engine_net::cluster::NodeId id() const { return stay.node; }
    [[nodiscard]] const std::map<std::string, std::string>& records_of(const StageNode& other) {
        return known.nodes[other.id()].records;
    }
    [[nodiscard]] KnownCluster::Channel& channel(const std::string& channel) {
        return known.channels[channel];
    }
};

/// Nodes of one cluster, and time that passes for them.
class Stage {
public:
    static constexpr std::chrono::seconds patience{30};

    Stage() = default;
    virtual ~Stage() = default;
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    /// It is in already.
    StageNode& node(const std::string& name);
    /// It goes, and says so.
    void remove(StageNode& node);
    /// All nodes take, until it is so; false: it does not become so in time.
    bool run_until(const std::function<bool()>& is_so, engine_net::Duration limit = patience);
    void run_for(engine_net::Duration time);
    /// Of all nodes.
    [[nodiscard]] std::string wrong() const;

    /// The service is away for all nodes, or back with all that it knew.
    virtual void set_away(bool is_away) = 0;
    /// It is back with nothing.
    virtual void restart_empty() = 0;
    [[nodiscard]] virtual engine_net::Duration lease_time() const = 0;

protected:
    virtual std::unique_ptr<engine_net::cluster::Backplane> make(const std::string& name) = 0;
    /// Some time later.
    virtual engine_net::Time pass() = 0;

private:
    std::vector<std::unique_ptr<StageNode>> nodes_;
};

engine_net::cluster::ByteVector bytes_of(std::string_view text);
