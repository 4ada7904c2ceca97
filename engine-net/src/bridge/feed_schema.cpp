#include "bridge/feed_schema.hpp"

#include "replication/codec/code_book.hpp"
#include "replication/field_table.hpp"
#include "replication/scalar.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <iomanip>
#include <span>
#include <sstream>

namespace engine_net::bridge {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(Coding coding) {
    switch (coding) {
    case Coding::whole: return "whole";
    case Coding::low_half: return "low_half";
    case Coding::high_half: return "high_half";
    case Coding::scaled: return "scaled";
    case Coding::angle: return "angle";
    case Coding::rotation_largest: return "rotation_largest";
    case Coding::rotation_three: return "rotation_three";
    }
    return "?";
}

const char* name_of(Interpolation interpolation) {
    switch (interpolation) {
    case Interpolation::none: return "none";
    case Interpolation::linear: return "linear";
    case Interpolation::angle: return "angle";
    case Interpolation::rotation: return "rotation";
    }
    return "?";
}

std::string hex(std::uint64_t number) {
    std::ostringstream out;
    out << std::hex << std::setw(16) << std::setfill('0') << number;
    return out.str();
}

Json json_of(const Column& column) {
    return {{"coding", name_of(column.coding)},
            {"scalar", engine_net::name_of(column.scalar)},
            {"bits", column.bits},
            {"lo", column.lo},
            {"hi", column.hi},
            {"base", std::to_string(column.base)},
            {"step", column.step},
            {"origin", column.origin}};
}

Json json_of(const Field& field) {
    return {{"name", field.name},
            {"parts", field.parts},
            {"interpolation", name_of(field.interpolation)},
            {"spawn_only", field.spawn_only},
            {"wraps", field.wraps},
            {"teleport", field.is_teleport},
            {"velocity_of", field.velocity_of},
            {"moved_by", field.moved_by},
            {"first_column", field.first_column},
            {"columns", field.columns}};
}

/// What the owner's fields take of a prior's places: those come after what all see.
std::size_t private_places(const EntityType& type) {
    EntityType shared = type;
    std::erase_if(shared.fields, [](const Field& field) {
        return field.owner_only;
    });
    for (Field& field : shared.fields) {
        const auto fields = static_cast<int>(shared.fields.size());
        if (field.velocity_of >= fields) field.velocity_of = -1;
    }
    constexpr std::uint32_t any_rate = 1; // the places do not go by it
    return CodeBook(std::span(&type, 1), any_rate).probabilities -
           CodeBook(std::span(&shared, 1), any_rate).probabilities;
}

Json json_of(const EntityType& type) {
    Json columns = Json::array();
    for (std::size_t i = 0; i < type.shared_columns; ++i)
        columns.push_back(json_of(type.columns[i]));
    Json fields = Json::array();
    for (const Field& field : type.fields) {
        if (!field.owner_only) fields.push_back(json_of(field));
    }
    return {{"name", type.name},
            {"columns", std::move(columns)},
            {"fields", std::move(fields)},
            {"private_places", private_places(type)}};
}

} // namespace

std::string feed_schema_json(const ReplicatedSchema& schema, std::uint32_t tick_rate) {
    Json types = Json::array();
    for (const EntityType& type : schema.types()) types.push_back(json_of(type));
    const Json all{{"digest", hex(schema.digest())},
                   {"layout_digest", hex(schema.layout_digest())},
                   {"tick_rate", tick_rate},
                   {"types", std::move(types)}};
    return all.dump();
}

} // namespace engine_net::bridge
