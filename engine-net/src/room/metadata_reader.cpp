#include "room/metadata_reader.hpp"

#include "replication/scalar.hpp"
#include "room/flat_view.hpp"
#include "room/metadata_check.hpp"
#include "wire/text.hpp"

#include <cmath>
#include <span>

namespace engine_net {
namespace {

using Kind = MetadataType::Kind;

/// Up to the next dot, which `path` loses with it.
std::string_view take_name(std::string_view& path) {
    const std::size_t dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    return name;
}

std::optional<FieldView> number_of(double number) {
    // Which is neither equal to anything nor in any order.
    if (std::isnan(number)) return std::nullopt;
    return number;
}

std::optional<FieldView> read_number(const FlatView& flat, std::size_t at, Scalar scalar) {
    if (!flat.has(at, size_of(scalar))) return std::nullopt;
    if (scalar == Scalar::u64)
        return number_of(static_cast<double>(load<std::uint64_t>(flat.at(at))));
    return number_of(load_real(scalar, flat.at(at)));
}

std::optional<FieldView> read_text(const FlatView& flat, std::size_t at) {
    const auto target = flat.follow(at);
    const auto text = target ? flat.text(*target) : std::nullopt;
    if (!text) return std::nullopt;
    return *text;
}

/// `at`: nothing when the field was not set.
std::optional<FieldView>
read_field(const FlatView& flat, std::optional<std::size_t> at, const MetadataField& field) {
    if (field.is_vector) return std::nullopt;
    if (field.type.kind == Kind::text) return at ? read_text(flat, *at) : std::nullopt;
    if (field.type.kind != Kind::number) return std::nullopt;
    if (at) return read_number(flat, *at, field.type.scalar);
    return field.is_optional ? std::nullopt : number_of(field.initial);
}

} // namespace

Result<MetadataReader, std::string> MetadataReader::load(CompiledSchema schema) {
    auto types = read_metadata_types(schema);
    if (!types) return Unexpected(types.error());
    return MetadataReader(std::move(*types));
}

bool MetadataReader::is_valid(Bytes metadata) const {
    if (metadata.empty()) return true;
    if (types_.empty() || metadata.size() > max_metadata_bytes) return false;
    return MetadataCheck(types_, metadata).is_whole();
}

std::optional<FieldValue> MetadataReader::find(Bytes metadata, std::string_view field) const {
    const std::optional<FieldView> found = view(metadata, path_to(field));
    if (!found) return std::nullopt;
    const auto* const text = std::get_if<std::string_view>(&*found);
    if (!text) return std::get<double>(*found);
    if (!wire::is_utf8(*text)) return std::nullopt;
    return std::string(*text);
}

FieldPath MetadataReader::path_to(std::string_view field) const {
    FieldPath path;
    const MetadataObject* object = types_.empty() ? nullptr : &types_.front();
    for (bool is_last = false; !is_last;) {
        is_last = field.find('.') == std::string_view::npos;
        const MetadataField* const named = object ? object->find(take_name(field)) : nullptr;
        if (!named) return {};
        path.push_back(named);
        const bool holds_others =
            named->type.kind == Kind::table || named->type.kind == Kind::structure;
        object = holds_others && !named->is_vector ? &types_[named->type.object] : nullptr;
    }
    return path;
}

std::optional<FieldView> MetadataReader::view(Bytes metadata, const FieldPath& path) {
    if (path.empty()) return std::nullopt;
    const FlatView flat(metadata);
    std::optional<std::size_t> object = flat.follow(0);
    bool is_struct = false;
    const auto find = [&](const MetadataField& field) {
        return is_struct ? std::optional(*object + field.place)
                         : flat.find_field(*object, field.place);
    };
    for (const MetadataField* const field : std::span(path).first(path.size() - 1)) {
        if (!object) return std::nullopt;
        object = find(*field);
        is_struct = field->type.kind == Kind::structure;
        if (object && !is_struct) object = flat.follow(*object);
    }
    if (!object) return std::nullopt;
    return read_field(flat, find(*path.back()), *path.back());
}

} // namespace engine_net
