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

void add_table(Digest& digest, const EntityType& type) {
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

} // namespace

std::uint64_t digest_of(const reflection::Schema& schema, std::span<const EntityType> types) {
    std::vector<const reflection::Object*> structs;
    for (const reflection::Object* object : *schema.objects()) {
        if (object->is_struct()) structs.push_back(object);
    }
    std::sort(structs.begin(),
              structs.end(),
              [](const reflection::Object* a, const reflection::Object* b) {
                  return name_of(*a) < name_of(*b);
              });

    Digest digest;
    for (const reflection::Object* object : structs) add_layout(digest, schema, *object);
    for (const EntityType& type : types) add_table(digest, type);
    return digest.value();
}

std::uint64_t digest_with(std::uint64_t digest, Bytes prior) {
    Digest both;
    both.add(static_cast<std::int64_t>(digest));
    for (const std::uint8_t byte : prior) both.add_byte(byte);
    return both.value();
}

} // namespace engine_net
