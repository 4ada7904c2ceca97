#include "replication/schema_view.hpp"

#include "replication/scalar.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <bit>

namespace engine_net {
namespace {

/// Schemas are wide, not deep: an attribute stands five tables deep.
constexpr flatbuffers::uoffset_t max_depth = 16;
constexpr flatbuffers::uoffset_t max_tables = 16'384;

template <class Attributes>
bool has_key(const Attributes* attributes, const char* name) {
    if (!attributes) return false;
    for (const reflection::KeyValue* one : *attributes) {
        if (one->key()->str() == name) return true;
    }
    return false;
}

/// "arena.fbs: ", or nothing when flatc was not told to keep file names.
std::string file_prefix(const reflection::Object& object) {
    if (!object.declaration_file() || object.declaration_file()->size() == 0) return {};
    std::string file = object.declaration_file()->str();
    if (file.starts_with("//")) file.erase(0, 2);
    return file + ": ";
}

/// Read as the byte that it is: a value that the enum lacks must not be loaded as one of it.
bool is_known(const reflection::Type* type) {
    if (!type) return true;
    const auto* table = reinterpret_cast<const flatbuffers::Table*>(type);
    const auto base = table->GetField<std::uint8_t>(reflection::Type::VT_BASE_TYPE, 0);
    const auto element = table->GetField<std::uint8_t>(reflection::Type::VT_ELEMENT, 0);
    return base < reflection::MaxBaseType && element < reflection::MaxBaseType;
}

/// The verifier does not look at enums.
bool has_known_types(const reflection::Schema& schema) {
    for (const reflection::Object* object : *schema.objects()) {
        for (const reflection::Field* field : *object->fields()) {
            if (!is_known(field->type())) return false;
        }
    }
    return true;
}

std::string name_of_base(reflection::BaseType type) {
    if (const auto scalar = scalar_of(type)) return name_of(*scalar);
    return type == reflection::String ? "string" : "?";
}

} // namespace

const reflection::Schema* verified_schema(Bytes bytes) {
    if (bytes.size() > max_schema_bytes) return nullptr;
    flatbuffers::Verifier verifier(bytes.data(), bytes.size(), max_depth, max_tables);
    if (!reflection::VerifySchemaBuffer(verifier)) return nullptr;
    const reflection::Schema* schema = reflection::GetSchema(bytes.data());
    return has_known_types(*schema) ? schema : nullptr;
}

std::string name_of(const reflection::Object& object) {
    return object.name()->str();
}

SchemaError
error_at(const reflection::Object& object, const std::string& field, const std::string& reason) {
    const std::string dot = field.empty() ? "" : ".";
    return {file_prefix(object) + name_of(object) + dot + field + ": " + reason};
}

std::vector<const reflection::Field*> fields_of(const reflection::Object& object) {
    std::vector<const reflection::Field*> fields(object.fields()->begin(), object.fields()->end());
    std::sort(
        fields.begin(), fields.end(), [](const reflection::Field* a, const reflection::Field* b) {
            return a->id() < b->id();
        });
    return fields;
}

std::vector<AttributeText> attributes_of(const reflection::Field& field) {
    std::vector<AttributeText> texts;
    if (!field.attributes()) return texts;
    for (const reflection::KeyValue* one : *field.attributes()) {
        const std::string_view value =
            one->value() ? one->value()->string_view() : std::string_view{};
        texts.emplace_back(one->key()->string_view(), value);
    }
    return texts;
}

bool has_attribute(const reflection::Object& object, const char* name) {
    return has_key(object.attributes(), name);
}

std::optional<Scalar> scalar_of(reflection::BaseType type) {
    switch (type) {
    case reflection::Bool: return Scalar::boolean;
    case reflection::Byte: return Scalar::i8;
    case reflection::UType:
    case reflection::UByte: return Scalar::u8;
    case reflection::Short: return Scalar::i16;
    case reflection::UShort: return Scalar::u16;
    case reflection::Int: return Scalar::i32;
    case reflection::UInt: return Scalar::u32;
    case reflection::Long: return Scalar::i64;
    case reflection::ULong: return Scalar::u64;
    case reflection::Float: return Scalar::f32;
    case reflection::Double: return Scalar::f64;
    default: return std::nullopt;
    }
}

reflection::BaseType element_of(const reflection::Type& type) {
    return type.base_type() == reflection::Array ? type.element() : type.base_type();
}

const reflection::Object* struct_of(const reflection::Schema& schema,
                                    const reflection::Type& type) {
    if (element_of(type) != reflection::Obj || type.index() < 0) return nullptr;
    const auto index = static_cast<flatbuffers::uoffset_t>(type.index());
    if (index >= schema.objects()->size()) return nullptr;
    const reflection::Object* object = schema.objects()->Get(index);
    return object->is_struct() && object->bytesize() > 0 ? object : nullptr;
}

const reflection::Enum* enum_of(const reflection::Schema& schema, const reflection::Type& type) {
    if (!scalar_of(element_of(type)) || type.index() < 0) return nullptr;
    const auto index = static_cast<flatbuffers::uoffset_t>(type.index());
    return index < schema.enums()->size() ? schema.enums()->Get(index) : nullptr;
}

std::string text_of(const reflection::Schema& schema, const reflection::Type& type) {
    const auto index = static_cast<flatbuffers::uoffset_t>(type.index());
    const auto name = [&](reflection::BaseType base) -> std::string {
        if (base == reflection::Obj && index < schema.objects()->size())
            return name_of(*schema.objects()->Get(index));
        if (type.index() >= 0 && index < schema.enums()->size())
            return schema.enums()->Get(index)->name()->str();
        return name_of_base(base);
    };
    switch (type.base_type()) {
    case reflection::Vector: return "[" + name(type.element()) + "]";
    case reflection::Array:
        return "[" + name(type.element()) + ":" + std::to_string(type.fixed_length()) + "]";
    default: return name(type.base_type());
    }
}

bool is_flags(const reflection::Enum& declared) {
    if (has_key(declared.attributes(), "bit_flags")) return true;
    const auto values = values_of(declared);
    return std::all_of(values.begin(), values.end(), [](std::int64_t value) {
        return std::has_single_bit(static_cast<std::uint64_t>(value));
    });
}

std::vector<std::int64_t> values_of(const reflection::Enum& declared) {
    std::vector<std::int64_t> values;
    for (const reflection::EnumVal* one : *declared.values()) values.push_back(one->value());
    std::sort(values.begin(), values.end());
    return values;
}

} // namespace engine_net
