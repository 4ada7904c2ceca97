#include "room/metadata_check.hpp"

#include "replication/scalar.hpp"
#include "wire/text.hpp"

#include <algorithm>
#include <optional>

namespace engine_net {
namespace {

using Kind = MetadataType::Kind;

bool is_aligned(std::size_t at, std::size_t align) {
    return at % align == 0;
}

} // namespace

bool MetadataCheck::is_whole() {
    const auto root = view_.follow(0);
    return root && check_table(*root, types_.front());
}

bool MetadataCheck::spend(std::size_t work) {
    work_ += work;
    return work_ <= max_work_;
}

bool MetadataCheck::check_table(std::size_t at, const MetadataObject& table) {
    if (depth_ == max_metadata_depth || !spend(1 + table.fields.size())) return false;
    if (!check_vtable(at)) return false;
    ++depth_;
    const bool is_whole = std::ranges::all_of(table.fields, [&](const MetadataField& field) {
        return check_field(at, field);
    });
    --depth_;
    return is_whole;
}

bool MetadataCheck::check_vtable(std::size_t table) {
    const auto vtable = view_.find_vtable(table);
    if (!vtable || !is_aligned(table, 4) || !is_aligned(*vtable, 2)) return false;
    const auto size = view_.read<std::uint16_t>(*vtable);
    return size && is_aligned(*size, 2) && view_.has(*vtable, *size);
}

bool MetadataCheck::check_field(std::size_t table, const MetadataField& field) {
    const auto at = view_.find_field(table, field.place);
    if (!at) return !field.is_required;
    if (field.is_vector) {
        const auto vector = view_.follow(*at);
        return is_aligned(*at, 4) && vector && check_vector(*vector, field.type);
    }
    switch (field.type.kind) {
    case Kind::number: return check_number(*at, field.type.scalar);
    case Kind::structure: return check_struct(*at, types_[field.type.object]);
    case Kind::choice: return check_union(table, *at, field);
    case Kind::text:
    case Kind::table: return check_target(*at, field.type);
    case Kind::none: break;
    }
    return false;
}

bool MetadataCheck::check_number(std::size_t at, Scalar scalar) const {
    return is_aligned(at, size_of(scalar)) && view_.has(at, size_of(scalar));
}

bool MetadataCheck::check_struct(std::size_t at, const MetadataObject& object) const {
    return is_aligned(at, object.align) && view_.has(at, object.bytes);
}

bool MetadataCheck::check_union(std::size_t table, std::size_t at, const MetadataField& field) {
    // A union's type is the field before it.
    const auto type_at =
        view_.find_field(table, static_cast<std::uint16_t>(field.place - sizeof(std::uint16_t)));
    const std::optional<std::uint8_t> number =
        type_at ? view_.read<std::uint8_t>(*type_at) : std::nullopt;
    const auto choice =
        std::ranges::find(field.choices, std::int64_t{number.value_or(0)}, &MetadataChoice::number);
    if (choice == field.choices.end()) return false;
    if (choice->type.kind != Kind::structure) return check_target(at, choice->type);
    const auto target = view_.follow(at);
    return is_aligned(at, 4) && target && check_struct(*target, types_[choice->type.object]);
}

bool MetadataCheck::check_vector(std::size_t at, const MetadataType& element) {
    std::size_t bytes = sizeof(std::uint32_t); // of an offset
    std::size_t align = bytes;
    if (element.kind == Kind::number) bytes = align = size_of(element.scalar);
    if (element.kind == Kind::structure) {
        bytes = types_[element.object].bytes;
        align = types_[element.object].align;
    }
    const auto count = view_.read<std::uint32_t>(at);
    if (!count || !is_aligned(at, sizeof(*count))) return false;
    const std::size_t first = at + sizeof(*count);
    if (!view_.has(first, *count * bytes) || !spend(1 + *count)) return false;
    if (*count > 0 && !is_aligned(first, align)) return false;
    if (element.kind != Kind::text && element.kind != Kind::table) return true;
    for (std::size_t i = 0; i < *count; ++i) {
        if (!check_target(first + i * bytes, element)) return false;
    }
    return true;
}

bool MetadataCheck::check_text(std::size_t at) {
    const auto text = view_.text(at);
    if (!text || !is_aligned(at, 4) || !spend(1 + text->size())) return false;
    const auto end = view_.read<std::uint8_t>(at + sizeof(std::uint32_t) + text->size());
    return end == 0 && wire::is_utf8(*text);
}

bool MetadataCheck::check_target(std::size_t at, const MetadataType& type) {
    const auto target = view_.follow(at);
    if (!target || !is_aligned(at, 4)) return false;
    return type.kind == Kind::text ? check_text(*target)
                                   : check_table(*target, types_[type.object]);
}

} // namespace engine_net
