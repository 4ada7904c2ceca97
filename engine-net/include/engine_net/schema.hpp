#pragma once

#include <cstdint>
#include <span>

namespace engine_net {

/// A game's compiled schema (`.bfbs`), as flatc embeds it. A view: the bytes are static.
struct CompiledSchema {
    std::span<const std::uint8_t> bytes;
};

/// `compiled_schema<ArenaBinarySchema>()`, from the header that `flatc --bfbs-gen-embed` writes.
template <class BinarySchema>
CompiledSchema compiled_schema() {
    return {{BinarySchema::data(), BinarySchema::size()}};
}

} // namespace engine_net
