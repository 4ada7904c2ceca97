#pragma once

#include "replication/replicated_schema.hpp"

#include <flatbuffers/reflection.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Compiled schemas made by hand: ones that flatc would not write, and many bad ones in little
/// space.
namespace made {

using Attributes = std::vector<std::pair<std::string, std::string>>;

struct Field {
    std::string name = {};
    reflection::BaseType type = reflection::Float;
    Attributes attributes = {};
    std::uint16_t offset = 0;
    int index = -1; ///< of the struct or enum
    reflection::BaseType element = reflection::None;
    std::uint16_t length = 0;
};

struct Struct {
    std::string name = {};
    std::vector<Field> fields = {};
    int bytes = 64;
    bool is_struct = true;
    bool is_replicated = true;
    std::string file = {};
};

struct Enum {
    std::string name = {};
    std::vector<std::int64_t> values = {};
    std::vector<std::string> names = {}; ///< of the values; without them all are "value"
};

class Schema {
public:
    Schema(const std::vector<Struct>& structs, const std::vector<Enum>& enums = {}) {
        std::vector<flatbuffers::Offset<reflection::Object>> objects;
        objects.reserve(structs.size());
        for (const Struct& one : structs) objects.push_back(object(one));
        std::vector<flatbuffers::Offset<reflection::Enum>> declared;
        declared.reserve(enums.size());
        for (const Enum& one : enums) declared.push_back(enumeration(one));
        reflection::FinishSchemaBuffer(
            builder_, reflection::CreateSchemaDirect(builder_, &objects, &declared, "", "BFBS"));
    }
    [[nodiscard]] engine_net::CompiledSchema compiled() const {
        return {{builder_.GetBufferPointer(), builder_.GetSize()}};
    }
    /// What loading says, empty when it is content.
    [[nodiscard]] std::string refusal() const {
        const auto loaded = engine_net::ReplicatedSchema::load(compiled());
        return loaded ? std::string{} : loaded.error().text;
    }

private:
    using Keys = std::vector<flatbuffers::Offset<reflection::KeyValue>>;

    Keys keys(const Attributes& attributes) {
        Keys made;
        for (const auto& [key, value] : attributes) {
            made.push_back(reflection::CreateKeyValueDirect(builder_, key.c_str(), value.c_str()));
        }
        return made;
    }
    flatbuffers::Offset<reflection::Object> object(const Struct& one) {
        std::vector<flatbuffers::Offset<reflection::Field>> fields;
        for (std::size_t i = 0; i < one.fields.size(); ++i) {
            const Field& field = one.fields[i];
            const auto type = reflection::CreateType(
                builder_, field.type, field.element, field.index, field.length);
            Keys attributes = keys(field.attributes);
            fields.push_back(reflection::CreateFieldDirect(builder_,
                                                           field.name.c_str(),
                                                           type,
                                                           static_cast<std::uint16_t>(i),
                                                           field.offset,
                                                           0,
                                                           0.0,
                                                           false,
                                                           false,
                                                           false,
                                                           &attributes));
        }
        Keys attributes = keys(one.is_replicated ? Attributes{{"replicated", "0"}} : Attributes{});
        return reflection::CreateObjectDirect(builder_,
                                              one.name.c_str(),
                                              &fields,
                                              one.is_struct,
                                              1,
                                              one.bytes,
                                              &attributes,
                                              nullptr,
                                              one.file.empty() ? nullptr : one.file.c_str());
    }
    flatbuffers::Offset<reflection::Enum> enumeration(const Enum& one) {
        std::vector<flatbuffers::Offset<reflection::EnumVal>> values;
        for (std::size_t i = 0; i < one.values.size(); ++i) {
            const char* const name = i < one.names.size() ? one.names[i].c_str() : "value";
            values.push_back(reflection::CreateEnumValDirect(builder_, name, one.values[i]));
        }
        const auto type = reflection::CreateType(builder_, reflection::UByte);
        return reflection::CreateEnumDirect(builder_, one.name.c_str(), &values, false, type);
    }

    flatbuffers::FlatBufferBuilder builder_;
};

} // namespace made
