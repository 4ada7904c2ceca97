#pragma once

#include <cstdint>
#include <span>

namespace engine_net {

/// A game's compiled schema (`.bfbs`), as flatc embeds it, and what `train-prior` learned of its
/// matches. Views: the bytes are static.
struct CompiledSchema {
    std::span<const std::uint8_t> bytes;
    /// Empty: snapshots are a quarter to a half larger, and no less exact. Server and client need
    /// the same one.
    std::span<const std::uint8_t> prior{};
};

/// `compiled_schema<ArenaBinarySchema>()`, from the header that `flatc --bfbs-gen-embed` writes.
template <class BinarySchema>
CompiledSchema compiled_schema(std::span<const std::uint8_t> prior = {}) {
    return {{BinarySchema::data(), BinarySchema::size()}, prior};
}

} // namespace engine_net
