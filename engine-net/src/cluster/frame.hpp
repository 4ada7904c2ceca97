#pragma once

#include "cluster/backplane.hpp"
#include "core/bytes.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net::cluster {

/// The secret that the nodes of a cluster share.
using ClusterKey = std::array<std::uint8_t, 32>;

/// What bytes are for. Those made for one purpose are no good for another.
struct FramePurpose {
    enum class Kind : std::uint8_t { record, said, member, message, cast, claim };

    Kind kind = Kind::record;
    std::string_view name{}; ///< of the record, channel, topic, ...
    std::string_view user{}; ///< of a member
};

/// Bytes that a node has said.
struct Frame {
    NodeStay from{};
    std::uint64_t sequence = 0; ///< of its stay; each is higher
    Bytes bytes{};              ///< as long as what it was opened from
};

/// Puts bytes of a node into frames, which only nodes of its cluster can make:
///
///     mac 16 | node u16 | epoch u64 | sequence u64 | bytes
///
/// The MAC is over the purpose as well.
class FrameSeal {
public:
    static constexpr std::size_t head_bytes = 34;

    explicit FrameSeal(const ClusterKey& key) : key_(key) {}

    std::string seal(const FramePurpose& purpose, NodeStay from, Bytes bytes);
    /// Nothing: no node of this cluster has made it for that, or it is longer.
    [[nodiscard]] std::optional<Frame>
    open(const FramePurpose& purpose, std::string_view frame, std::size_t max_bytes) const;

private:
    using Mac = std::array<std::uint8_t, 16>;

    [[nodiscard]] Mac mac_of(const FramePurpose& purpose, Bytes head_and_bytes) const;

    ClusterKey key_;
    std::uint64_t last_sequence_ = 0;
};

} // namespace engine_net::cluster
