#include "replication/schema_digest.hpp"

#include <algorithm>
#include <bit>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {
namespace {

class Digest {
public:
    void add(std::string_view text) {
        for (const char c : text) add_byte(static_cast<std::uint8_t>(c));
        add_byte(0); // so that "ab" "c" is not "a" "bc"
    }
    void add_byte(std::uint8_t byte) {
        value_ ^= byte;
        value_ *= 0x100000001B3u;
    }
    void add(std::int64_t number) { add(std::to_string(number)); }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xCBF29CE484222325u;
};

void add_layout(Digest& digest,
                const reflection::Schema& schema,
                const reflection::Object& object) {
    digest.add(name_of(object));
    digest.add(object.bytesize());
    for (const reflection::Field* field : fields_of(object)) {
        digest.add(field->name()->string_view());
        digest.add(field->type()->base_type());
        digest.add(field->type()->element());
        digest.add(field->type()->fixed_length());
        digest.add(field->offset());
        if (const reflection::Object* nested = struct_of(schema, *field->type()))
            digest.add(name_of(*nested));
        if (const reflection::Enum* declared = enum_of(schema, *field->type())) {
            for (const std::int64_t value : values_of(*declared)) digest.add(value);
        }
    }
}

void add_table(Digest& digest, const reflection::Schema& schema, const reflection::Object& table) {
    digest.add(name_of(table));
    for (const reflection::Field* field : fields_of(table)) {
        digest.add(field->name()->string_view());
        digest.add(field->id());
        digest.add(text_of(schema, *field->type()));
        digest.add(int{field->required()});
    }
}

void add_enum(Digest& digest, const reflection::Enum& declared) {
    digest.add(declared.name()->string_view());
    for (const reflection::EnumVal* one : *declared.values()) {
        digest.add(one->name()->string_view());
        digest.add(one->value());
    }
}

void add_entity(Digest& digest, const EntityType& type) {
    digest.add(type.name);
    for (const Field& field : type.fields) {
        digest.add(field.name);
        for (const int part : {static_cast<int>(field.interpolation),
                               int{field.owner_only},
                               int{field.spawn_only},
                               field.velocity_of,
                               int{field.columns}}) {
            digest.add(part);
        }
    }
    for (const Column& column : type.columns) {
        for (const int part : {static_cast<int>(column.coding),
                               static_cast<int>(column.scalar),
                               int{column.offset},
                               column.lo,
                               column.hi}) {
            digest.add(part);
        }
        digest.add(static_cast<std::int64_t>(column.base));
        digest.add(std::bit_cast<std::int64_t>(column.step));
        digest.add(std::bit_cast<std::int64_t>(column.origin));
    }
    for (const std::int32_t number : type.blank) digest.add(number);
}

/// What only showing goes by.
void add_display(Digest& digest, const EntityType& type) {
    for (const Field& field : type.fields) {
        if (!field.wraps && !field.is_teleport) continue;
        digest.add(type.name);
        digest.add(field.name);
        digest.add(int{field.wraps});
        digest.add(int{field.is_teleport});
    }
}

/// By name.
std::vector<const reflection::Object*> objects_of(const reflection::Schema& schema, bool structs) {
    std::vector<const reflection::Object*> objects;
    for (const reflection::Object* object : *schema.objects()) {
        if (object->is_struct() == structs) objects.push_back(object);
    }
    std::sort(objects.begin(),
              objects.end(),
              [](const reflection::Object* a, const reflection::Object* b) {
                  return name_of(*a) < name_of(*b);
              });
    return objects;
}

} // namespace

std::uint64_t layout_digest_of(const reflection::Schema& schema,
                               std::span<const EntityType> types) {
    Digest digest;
    for (const reflection::Object* one : objects_of(schema, true)) add_layout(digest, schema, *one);
    for (const EntityType& type : types) add_entity(digest, type);
    return digest.value();
}

std::uint64_t digest_of(const reflection::Schema& schema,
                        std::span<const EntityType> types,
                        std::uint64_t layout_digest,
                        Bytes prior) {
    Digest digest;
    digest.add(static_cast<std::int64_t>(layout_digest));
    for (const reflection::Object* one : objects_of(schema, false)) add_table(digest, schema, *one);
    for (const reflection::Enum* one : *schema.enums()) add_enum(digest, *one);
    for (const EntityType& type : types) add_display(digest, type);
    for (const std::uint8_t byte : prior) digest.add_byte(byte);
    return digest.value();
}

} // namespace engine_net
