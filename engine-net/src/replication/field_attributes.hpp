#pragma once

#include "replication/field_table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net {

/// A field's attributes of `schemas/replication.fbs`, as texts of the right form: numbers are
/// numbers, names are known. Whether they fit the field's type is the columns' business.
struct FieldAttributes {
    /// How exactly: an inner field with any of these takes none of them from an outer one.
    std::optional<double> step;
    std::optional<std::pair<std::string, std::string>> range; ///< both ends, as they were written
    std::optional<unsigned> bits;
    std::optional<unsigned> angle_bits;

    std::optional<unsigned> rotation_bits;
    std::optional<Interpolation> interpolation;
    std::optional<std::string> velocity_of;
    std::optional<std::string> initial; ///< the attribute `default`
    bool owner_only = false;
    bool spawn_only = false;
    bool wrap = false;
    bool teleport = false;

    [[nodiscard]] bool says_how_exactly() const { return step || range || bits || angle_bits; }
    /// What a field within a field marked `outer` goes by.
    [[nodiscard]] FieldAttributes within(const FieldAttributes& outer) const;
};

/// An attribute and its value, as the schema holds them. Those of other libraries are passed over.
using AttributeText = std::pair<std::string_view, std::string_view>;

/// The attributes, or what is wrong with one of them, without saying where.
struct AttributesOrReason {
    FieldAttributes attributes;
    std::string reason; ///< empty: all is well
};
AttributesOrReason read_attributes(const std::vector<AttributeText>& texts);

/// The whole of `text` as a number; nothing for anything else, infinities and NaN included.
std::optional<double> parse_real(std::string_view text);
template <class Whole>
std::optional<Whole> parse_whole(std::string_view text);

} // namespace engine_net
