#pragma once

#include "core/bytes.hpp"
#include "wire/bulk.hpp"

#include <engine_net/schema.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net {

/// A schema as it comes in.
class SchemaInbox {
public:
    /// What comes from now on is of this one.
    void expect(std::uint64_t digest);
    [[nodiscard]] std::optional<std::uint64_t> expected() const { return expected_; }
    /// False: not a piece that can come here, because it is of another schema or does not go on
    /// where the one before it ended. It is dropped. A piece with offset 0 begins anew.
    bool receive(const wire::SchemaPiece& piece);
    /// All of it has come.
    [[nodiscard]] bool is_whole() const;
    /// What has come whole. Good until anything else is called.
    [[nodiscard]] CompiledSchema schema() const;
    /// Nothing is expected any more.
    void clear() { *this = {}; }

private:
    std::optional<std::uint64_t> expected_;
    bool has_begun_ = false;
    std::size_t schema_bytes_ = 0;
    std::size_t prior_bytes_ = 0;
    std::vector<std::uint8_t> bytes_; ///< as far as they have come
};

} // namespace engine_net
