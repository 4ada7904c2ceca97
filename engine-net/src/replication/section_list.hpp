#pragma once

#include "core/bytes.hpp"
#include "replication/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace engine_net {

/// A section that several viewers may get, and the slots that it tells of.
struct SharedSection {
    Bytes bytes;
    Slot from;
    Slot to;
};

/// The sections of a tick, written one after the other.
class SectionList {
public:
    void clear();
    /// Where the next section's bytes are appended.
    std::vector<std::uint8_t>& bytes() { return bytes_; }
    /// What was appended since the last one is a section.
    void end_section(Slot from, Slot to);
    [[nodiscard]] std::size_t count() const { return sections_.size(); }
    /// All of them; good until the list changes.
    std::span<const SharedSection> sections();

private:
    std::vector<std::uint8_t> bytes_;
    std::vector<std::size_t> ends_; ///< of each section's bytes
    std::vector<SharedSection> sections_;
};

} // namespace engine_net
