#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <span>

namespace engine_net {

/// A finished FlatBuffer, borrowed for the call.
using EventBytes = std::span<const std::uint8_t>;

/// Reliable events arrive once, in order. Unreliable ones arrive at most once, or never.
enum class Delivery { reliable, unreliable };

/// For a room or client whose game has no events.
struct NoEvent {};

inline EventBytes bytes_of(const flatbuffers::FlatBufferBuilder& finished) {
    return {finished.GetBufferPointer(), finished.GetSize()};
}

inline EventBytes bytes_of(const flatbuffers::DetachedBuffer& finished) {
    return {finished.data(), finished.size()};
}

/// The table in `bytes`, or null when they are not a valid one. It lives as long as the bytes.
/// Tighter than the stock verifier's defaults, which a kilobyte can keep busy for milliseconds.
template <class Table>
const Table* verified(EventBytes bytes, flatbuffers::uoffset_t max_tables = 2048) {
    constexpr flatbuffers::uoffset_t max_depth = 16;
    flatbuffers::Verifier verifier(bytes.data(), bytes.size(), max_depth, max_tables);
    return verifier.VerifyBuffer<Table>(nullptr) ? flatbuffers::GetRoot<Table>(bytes.data())
                                                 : nullptr;
}

} // namespace engine_net
