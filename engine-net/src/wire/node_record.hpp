#pragma once

#include "core/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace engine_net::wire {

/// A server of a cluster, as the others know it: see `nodes.fbs`.
struct NodeRecord {
    std::string name{};
    std::string address{};
    std::string web_address{};
    std::string server_key{};
    bool is_draining = false;
    std::uint32_t players = 0;
    std::uint32_t rooms = 0;

    friend bool operator==(const NodeRecord&, const NodeRecord&) = default;
};

std::vector<std::uint8_t> encode_node_record(const NodeRecord& record);
/// Nothing: no such table, or text that can't be.
std::optional<NodeRecord> decode_node_record(Bytes bytes);

} // namespace engine_net::wire
