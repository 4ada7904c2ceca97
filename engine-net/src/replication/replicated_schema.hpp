#pragma once

#include "core/bytes.hpp"
#include "replication/codec/priors.hpp"
#include "replication/field_table.hpp"
#include "replication/struct_check.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/result.hpp>
#include <engine_net/schema.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// Why a schema can't be replicated: file (if flatc was told to keep it), struct, field and reason,
/// in one line for its author.
struct SchemaError {
    std::string text;
};

/// What a room's schema says about replication. Immutable after `load`; keep it where it is while
/// something made from it lives. `schemas/replication.fbs` lists the attributes.
class ReplicatedSchema {
public:
    /// Verifies and reads a `.bfbs` and its prior. No bytes at all are a schema without types.
    static Result<ReplicatedSchema, SchemaError> load(CompiledSchema compiled);

    /// One for each struct marked `replicated`, ordered by name.
    [[nodiscard]] std::span<const EntityType> types() const { return types_; }
    [[nodiscard]] std::optional<std::size_t> find_type(std::string_view name) const;
    /// What is known of its matches.
    [[nodiscard]] const Priors& priors() const { return priors_; }
    /// The same for the same layout of all structs and tables and the same prior: two ends with the
    /// same one understand each other in everything.
    [[nodiscard]] std::uint64_t digest() const { return digest_; }
    /// The same for the same replicated types and the same layout of all structs, whatever else the
    /// schema holds and with any prior: what a prior is for, and a recording.
    [[nodiscard]] std::uint64_t layout_digest() const { return layout_digest_; }

    /// For structs that come off the wire: `name` is a struct of the schema, replicated or not, and
    /// `bytes` are one whose floats are finite, whose enums have declared values and whose bools
    /// are 0 or 1.
    [[nodiscard]] bool is_sane(std::string_view name, Bytes bytes) const;
    /// What `is_sane` looks up first, or null when the schema has no such struct.
    [[nodiscard]] const StructCheck* find_check(std::string_view name) const;

private:
    ReplicatedSchema() = default;

    std::vector<EntityType> types_;
    std::vector<StructCheck> checks_; ///< ordered by name
    Priors priors_;
    std::uint64_t digest_ = 0;
    std::uint64_t layout_digest_ = 0;
};

} // namespace engine_net
