#pragma once

#include "replication/field_attributes.hpp"
#include "replication/field_table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

/// A scalar of a replicated struct, before it is known how it is coded.
struct ScalarField {
    Scalar scalar = Scalar::i32;
    std::uint16_t offset = 0;
    bool is_enum = false;
    std::int64_t enum_lo = 0; ///< of the declared values
    std::int64_t enum_hi = 0;
};

/// Appends the columns of a scalar: one, or two for 64 bits without a range. Gives the reason why
/// it can't be, or nothing.
std::string add_columns(const ScalarField& field,
                        const FieldAttributes& attributes,
                        std::vector<Column>& columns);
/// The number of a `default`; nothing when the column does not hold it (64 bits without a range
/// hold 0 alone: their default is not worth two numbers).
std::optional<std::int32_t> number_of(const Column& column, double value);
/// Appends the four columns of a rotation whose x stands at `offset`.
void add_rotation(std::uint16_t offset, unsigned bits, std::vector<Column>& columns);

} // namespace engine_net
