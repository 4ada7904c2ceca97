#include "room/metadata_types.hpp"

#include "replication/scalar.hpp"
#include "replication/schema_view.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/room_query.hpp>

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <utility>

namespace engine_net {
namespace {

using Kind = MetadataType::Kind;

/// A table's vtable begins with two sizes.
constexpr std::size_t first_place = 4;

double initial_of(const reflection::Field& field, Scalar scalar) {
    if (is_floating(scalar)) return field.default_real();
    const std::int64_t whole = field.default_integer();
    return scalar == Scalar::u64 ? static_cast<double>(static_cast<std::uint64_t>(whole))
                                 : static_cast<double>(whole);
}

/// Reads objects as they are first referred to. Functions that return bool have set `error` when
/// false.
class TypesReader {
public:
    explicit TypesReader(const reflection::Schema& schema) : schema_(schema) {}

    bool read(const reflection::Object& root) {
        index_of(root);
        // Reading one may add others behind it.
        while (types.size() < objects_.size()) {
            MetadataObject object;
            if (!read_object(*objects_[types.size()], object)) return false;
            types.push_back(std::move(object));
        }
        return true;
    }

    MetadataTypes types;
    std::string error;

private:
    bool fail(const reflection::Object& object, const std::string& field, const char* reason) {
        error = error_at(object, field, reason).text;
        return false;
    }

    std::size_t index_of(const reflection::Object& object) {
        const auto [known, is_new] = indices_.emplace(&object, objects_.size());
        if (is_new) objects_.push_back(&object);
        return known->second;
    }

    bool read_object(const reflection::Object& object, MetadataObject& read) {
        read.is_struct = object.is_struct();
        if (read.is_struct) {
            const int most = static_cast<int>(max_metadata_bytes);
            if (object.bytesize() <= 0 || object.bytesize() > most)
                return fail(object, {}, "is a struct of no bytes or of too many");
            if (!std::has_single_bit(static_cast<std::uint32_t>(object.minalign())))
                return fail(object, {}, "is a struct of no alignment");
            read.bytes = static_cast<std::size_t>(object.bytesize());
            read.align = static_cast<std::size_t>(object.minalign());
        }
        for (const reflection::Field* field : fields_of(object)) {
            if (field->deprecated()) continue; // generated code reads and verifies none
            MetadataField one;
            if (!read_field(object, *field, one)) return false;
            read.fields.push_back(std::move(one));
        }
        std::ranges::sort(read.fields, {}, &MetadataField::name);
        return true;
    }

    bool read_field(const reflection::Object& object,
                    const reflection::Field& field,
                    MetadataField& read) {
        const reflection::Type& type = *field.type();
        read.name = field.name()->str();
        read.place = field.offset();
        read.is_required = field.required();
        read.is_optional = field.optional();
        read.is_vector = type.base_type() == reflection::Vector;
        if (object.is_struct() && type.base_type() == reflection::Array) return true;

        const auto value =
            type_of(read.is_vector ? type.element() : type.base_type(), type.index());
        if (!value) return fail(object, read.name, "has a type that metadata can't have");
        read.type = *value;
        if (value->kind == Kind::number && !read.is_vector)
            read.initial = initial_of(field, value->scalar);
        if (object.is_struct()) return check_in_struct(object, read);
        if (read.place != first_place + 2 * std::size_t{field.id()})
            return fail(object, read.name, "is not where its table has it");
        if (value->kind != Kind::choice) return true;
        if (read.is_vector) return fail(object, read.name, "is a vector of unions");
        return read_choices(object, type.index(), read);
    }

    bool check_in_struct(const reflection::Object& object, const MetadataField& field) {
        std::size_t bytes = 0;
        if (field.type.kind == Kind::number) bytes = size_of(field.type.scalar);
        if (field.type.kind == Kind::structure)
            bytes = static_cast<std::size_t>(objects_[field.type.object]->bytesize());
        if (field.is_vector || bytes == 0)
            return fail(object, field.name, "is neither a number nor a struct");
        if (field.place + bytes > static_cast<std::size_t>(object.bytesize()))
            return fail(object, field.name, "lies outside of its struct");
        return true;
    }

    bool read_choices(const reflection::Object& object, std::int32_t index, MetadataField& field) {
        if (index < 0 || static_cast<flatbuffers::uoffset_t>(index) >= schema_.enums()->size())
            return fail(object, field.name, "is a union that is not declared");
        if (field.place < first_place + 2)
            return fail(object, field.name, "is a union without a field that says of what type");
        const auto* declared = schema_.enums()->Get(static_cast<flatbuffers::uoffset_t>(index));
        for (const reflection::EnumVal* one : *declared->values()) {
            if (one->value() == 0) continue; // NONE
            const auto type = choice_of(*one);
            if (!type) return fail(object, field.name, "is a union of what metadata can't have");
            field.choices.push_back({one->value(), *type});
        }
        return true;
    }

    std::optional<MetadataType> choice_of(const reflection::EnumVal& one) {
        if (!one.union_type()) return std::nullopt;
        // Read as the byte that it is: of types in enums nobody has checked that they are known.
        const auto* table = reinterpret_cast<const flatbuffers::Table*>(one.union_type());
        const auto base = table->GetField<std::uint8_t>(reflection::Type::VT_BASE_TYPE, 0);
        if (base == reflection::String) return MetadataType{.kind = Kind::text};
        if (base != reflection::Obj) return std::nullopt;
        return type_of(reflection::Obj, one.union_type()->index());
    }

    std::optional<MetadataType> type_of(reflection::BaseType base, std::int32_t index) {
        if (const auto scalar = scalar_of(base))
            return MetadataType{.kind = Kind::number, .scalar = *scalar};
        if (base == reflection::String) return MetadataType{.kind = Kind::text};
        if (base == reflection::Union) return MetadataType{.kind = Kind::choice};
        if (base != reflection::Obj || index < 0) return std::nullopt;
        const auto place = static_cast<flatbuffers::uoffset_t>(index);
        if (place >= schema_.objects()->size()) return std::nullopt;
        const reflection::Object& object = *schema_.objects()->Get(place);
        return MetadataType{.kind = object.is_struct() ? Kind::structure : Kind::table,
                            .object = index_of(object)};
    }

    const reflection::Schema& schema_;
    std::vector<const reflection::Object*> objects_; ///< as they stand in `types`
    std::map<const reflection::Object*, std::size_t> indices_;
};

} // namespace

const MetadataField* MetadataObject::find(std::string_view field) const {
    const auto found = std::ranges::lower_bound(fields, field, {}, &MetadataField::name);
    return found != fields.end() && found->name == field ? &*found : nullptr;
}

Result<MetadataTypes, std::string> read_metadata_types(CompiledSchema compiled,
                                                       std::string_view table) {
    if (compiled.bytes.empty()) return MetadataTypes{};
    const reflection::Schema* schema = verified_schema(compiled.bytes);
    if (!schema) {
        return Unexpected("not a compiled schema (.bfbs) of at most " +
                          std::to_string(max_schema_bytes) + " bytes");
    }
    const reflection::Object* root =
        table.empty() ? schema->root_table()
                      : schema->objects()->LookupByKey(std::string(table).c_str());
    if ((!root || root->is_struct()) && !table.empty())
        return Unexpected("the schema has no table " + std::string(table));
    if (!root || root->is_struct())
        return Unexpected(std::string("the schema has no root table, which metadata needs"));
    TypesReader reader(*schema);
    if (!reader.read(*root)) return Unexpected(std::move(reader.error));
    return std::move(reader.types);
}

} // namespace engine_net
