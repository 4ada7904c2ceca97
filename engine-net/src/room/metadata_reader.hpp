#pragma once

#include "core/bytes.hpp"
#include "room/metadata_types.hpp"

#include <engine_net/result.hpp>
#include <engine_net/room_query.hpp>
#include <engine_net/schema.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace engine_net {

/// The same as a `FieldValue`; a text is a view into the metadata.
using FieldView = std::variant<double, std::string_view>;

/// The way to a field, through the tables and structs that hold it. It lives as long as the reader
/// it is of.
using FieldPath = std::vector<const MetadataField*>;

/// Knows what the metadata of a kind of rooms looks like, and finds fields in it by name.
/// Immutable; keeps nothing of the schema's bytes.
class MetadataReader {
public:
    /// A metadata is the schema's root table. An empty schema is that of rooms without metadata.
    /// Refused with a sentence: bytes that are no schema, one without a root table, and one that
    /// needs vectors of unions.
    static Result<MetadataReader, std::string> load(CompiledSchema schema);

    /// For bytes off the wire: at most `max_metadata_bytes` that code generated from the schema
    /// reads safely, from an address that is a multiple of 8; see `MetadataCheck`. No bytes at all
    /// are valid, too, for any schema: their room has none of its fields.
    [[nodiscard]] bool is_valid(Bytes metadata) const;

    /// A number, bool, enum or text; within a table or struct by dots ("rules.map"). A number that
    /// was not set has its default, unless that is null or the table that would hold it is missing.
    /// Nothing for what is not there, a NaN, vectors and unions. Safe for any bytes; those that are
    /// not valid give anything or nothing, but no text that is not UTF-8.
    ///
    /// A default of a `ulong` beyond 2^63 - 1 is 0 here: flatc 2.0.8 leaves it out of the schema.
    [[nodiscard]] std::optional<FieldValue> find(Bytes metadata, std::string_view field) const;

    /// The same in two steps, for one field of many rooms: without a copy, and without a look at
    /// the text's bytes, which are UTF-8 in metadata that is valid. Empty when there is no such
    /// field, and then leads to nothing.
    [[nodiscard]] FieldPath path_to(std::string_view field) const;
    [[nodiscard]] static std::optional<FieldView> view(Bytes metadata, const FieldPath& path);

private:
    explicit MetadataReader(MetadataTypes types) : types_(std::move(types)) {}

    MetadataTypes types_;
};

} // namespace engine_net
