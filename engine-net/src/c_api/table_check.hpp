#pragma once

#include "core/bytes.hpp"
#include "room/metadata_types.hpp"

#include <engine_net/result.hpp>
#include <engine_net/schema.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace engine_net::c_api {

/// Tells bytes off the wire that are a valid table of a game's schema, as `verified` does where
/// there is generated code.
class TableCheck {
public:
    /// `table` in full; "": the schema's root table. Refused with a sentence.
    static Result<TableCheck, std::string> load(CompiledSchema schema, std::string_view table);

    /// For bytes at an address that is a multiple of 8.
    [[nodiscard]] bool is_valid(Bytes bytes) const;

private:
    explicit TableCheck(MetadataTypes types) : types_(std::move(types)) {}

    MetadataTypes types_;
};

} // namespace engine_net::c_api
