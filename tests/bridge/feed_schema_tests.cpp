#include "bridge/feed_schema.hpp"
#include "replication/codec/code_book.hpp"
#include "replication/rocks_room.hpp"

#include "scalars_bfbs_generated.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <bit>

using namespace engine_net;
using nlohmann::json;

namespace {

json told(const ReplicatedSchema& schema) {
    return json::parse(bridge::feed_schema_json(schema, 60));
}

} // namespace

TEST_CASE("feed schema: what is for the owner alone is not told") {
    const json ship = told(rocks_room::schema())["types"][rocks_room::ship_type()];
    CHECK(ship["name"] == "rocks.Ship");
    CHECK(ship["columns"].size() == 7);
    CHECK(ship["fields"].size() == 5);
    CHECK(ship.dump().find("fuel") == std::string::npos);
    CHECK(ship["private_places"] > 0);
    CHECK(told(rocks_room::schema())["types"][rocks_room::rock_type()]["private_places"] == 0);
}

TEST_CASE("feed schema: a vector's numbers are named as in its struct") {
    const json ship = told(rocks_room::schema())["types"][rocks_room::ship_type()];
    for (const json& field : ship["fields"]) {
        const bool is_vector = field["name"] == "position" || field["name"] == "velocity";
        CHECK(field["parts"] == (is_vector ? json{"x", "y"} : json::array()));
    }
    const json rock = told(rocks_room::schema())["types"][rocks_room::rock_type()];
    CHECK(rock["fields"][1]["name"] == "rotation");
    CHECK(rock["fields"][1]["parts"].empty());
    CHECK(rock["fields"][1]["columns"] == 4);
}

TEST_CASE("feed schema: steps and 64-bit numbers come through to the bit") {
    const auto schema = ReplicatedSchema::load(compiled_schema<scalars::RootBinarySchema>());
    REQUIRE(schema);
    const json types = told(*schema)["types"];
    for (std::size_t t = 0; t < types.size(); ++t) {
        const EntityType& type = schema->types()[t];
        REQUIRE(types[t]["columns"].size() == type.shared_columns);
        for (std::size_t c = 0; c < type.shared_columns; ++c) {
            const json& column = types[t]["columns"][c];
            CHECK(std::bit_cast<std::uint64_t>(column["step"].get<double>()) ==
                  std::bit_cast<std::uint64_t>(type.columns[c].step));
            CHECK(column["origin"] == type.columns[c].origin);
            CHECK(std::stoull(column["base"].get<std::string>()) == type.columns[c].base);
            CHECK(column["lo"] == type.columns[c].lo);
            CHECK(column["hi"] == type.columns[c].hi);
        }
    }
}
