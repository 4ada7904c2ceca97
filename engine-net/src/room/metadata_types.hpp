#pragma once

#include "replication/field_table.hpp"

#include <engine_net/result.hpp>
#include <engine_net/schema.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// What a field is, or an element of one.
struct MetadataType {
    enum class Kind : std::uint8_t {
        number,
        text,
        table,
        structure,
        choice, ///< a union
        none,   ///< in a struct: a fixed array
    };

    Kind kind = Kind::none;
    Scalar scalar = Scalar::u8; ///< of a number
    std::size_t object = 0;     ///< of a table or struct
};

/// What a union may be.
struct MetadataChoice {
    std::int64_t number = 0;
    MetadataType type{};
};

struct MetadataField {
    std::string name{};
    MetadataType type{};                   ///< of an element when it is a vector
    std::vector<MetadataChoice> choices{}; ///< of a union
    std::uint16_t place = 0;               ///< in the vtable, or in the struct
    bool is_vector = false;
    bool is_required = false;
    bool is_optional = false; ///< a number that may be null
    double initial = 0;       ///< of a number that was not set
};

/// A table or a struct.
struct MetadataObject {
    bool is_struct = false;
    std::size_t bytes = 0;               ///< of a struct
    std::size_t align = 1;               ///< of a struct
    std::vector<MetadataField> fields{}; ///< by name

    [[nodiscard]] const MetadataField* find(std::string_view field) const;
};

/// Everything that a metadata can hold, by what it refers to it with; the first is the table
/// itself. Empty for a game without metadata.
using MetadataTypes = std::vector<MetadataObject>;

/// From the table of that full name on, or from the compiled schema's root table; or a sentence
/// that says why that can't be.
Result<MetadataTypes, std::string> read_metadata_types(CompiledSchema compiled,
                                                       std::string_view table = {});

} // namespace engine_net
