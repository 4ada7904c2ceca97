#pragma once

#include "core/bytes.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace engine_net {

/// A state that the game shows: its newest bytes, with a number that tells them from older ones.
/// Only the newest are kept, and all who are sent them read them here.
class PublishedState {
public:
    PublishedState() = default;
    /// As it was at another server.
    PublishedState(Bytes bytes, std::uint32_t version)
        : bytes_(bytes.begin(), bytes.end()), version_(version) {}

    /// Bytes that are the same as before are no new version.
    void set(Bytes bytes) {
        if (std::ranges::equal(bytes, bytes_)) return;
        bytes_.assign(bytes.begin(), bytes.end());
        ++version_;
    }
    /// None before the first `set`.
    [[nodiscard]] Bytes bytes() const { return bytes_; }
    /// 0 before the first `set`.
    [[nodiscard]] std::uint32_t version() const { return version_; }

private:
    std::vector<std::uint8_t> bytes_;
    std::uint32_t version_ = 0;
};

} // namespace engine_net
