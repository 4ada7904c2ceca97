#include "replication/made_schema.hpp"
#include "replication/replicated_schema.hpp"

#include "arena_bfbs_generated.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace engine_net;

namespace {

made::Schema schema_with(reflection::BaseType type, made::Attributes attributes) {
    const made::Field field{.name = "f", .type = type, .attributes = std::move(attributes)};
    return made::Schema({{.name = "Ship", .fields = {field}}});
}

ReplicatedSchema loaded(const made::Schema& schema) {
    auto made = ReplicatedSchema::load(schema.compiled());
    REQUIRE_MESSAGE(made, (made ? std::string{} : made.error().text));
    return *made;
}

} // namespace

TEST_CASE("shown attributes: what wraps and what tells of jumps stands in the field table") {
    const auto wrapping = loaded(
        schema_with(reflection::Float,
                    {{"bits", "8"}, {"range", "-1..1"}, {"interpolate", "linear"}, {"wrap", "0"}}));
    CHECK(wrapping.types()[0].fields[0].wraps);
    CHECK_FALSE(wrapping.types()[0].has_teleport);
    const auto jumping = loaded(schema_with(reflection::UShort, {{"teleport", "0"}}));
    CHECK(jumping.types()[0].fields[0].is_teleport);
    CHECK(jumping.types()[0].has_teleport);
}

TEST_CASE("shown attributes: a mark on a struct holds for the numbers in it") {
    const made::Struct vector{.name = "Vec2",
                              .fields = {{.name = "x"}, {.name = "y", .offset = 4}},
                              .bytes = 8,
                              .is_replicated = false};
    const made::Struct ship{
        .name = "Ship",
        .fields = {{.name = "position",
                    .type = reflection::Obj,
                    .attributes = {{"step", "0.5"},
                                   {"range", "-8..8"},
                                   {"interpolate", "linear"},
                                   {"wrap", "0"}},
                    .index = 1},
                   {.name = "velocity",
                    .type = reflection::Obj,
                    .attributes = {{"step", "1"}, {"range", "-9..9"}, {"velocity_of", "position"}},
                    .offset = 8,
                    .index = 1}},
        .bytes = 16};
    const ReplicatedSchema schema = loaded(made::Schema({vector, ship}));
    const EntityType& type = schema.types()[0];
    REQUIRE(type.fields.size() == 2);
    CHECK(type.fields[0].name == "velocity");
    CHECK_FALSE(type.fields[0].wraps);
    CHECK(type.fields[1].wraps);
    CHECK(type.fields[1].columns == 2);
    CHECK(type.fields[1].moved_by == 0);
    CHECK(type.fields[0].moved_by == -1);
}

TEST_CASE("shown attributes: what can't wrap or tell of jumps is refused with the reason") {
    using enum reflection::BaseType;
    const auto refused =
        [](reflection::BaseType type, made::Attributes attributes, const char* reason) {
            const std::string text = schema_with(type, std::move(attributes)).refusal();
            INFO(text);
            CHECK(text.starts_with("Ship.f: "));
            CHECK(text.find(reason) != std::string::npos);
        };
    refused(Int, {{"wrap", "0"}, {"interpolate", "linear"}}, "wrap is for numbers with a range");
    refused(Int, {{"wrap", "0"}, {"range", "0..9"}}, "and interpolate \"linear\"");
    refused(Float, {{"wrap", "0"}, {"angle", "8"}, {"interpolate", "angle"}}, "wrap is for");
    refused(
        Int, {{"wrap", "0"}, {"range", "5..5"}, {"interpolate", "linear"}}, "more than one value");
    refused(Float,
            {{"wrap", "0"}, {"step", "0.3"}, {"range", "-1..1"}, {"interpolate", "linear"}},
            "ends are multiples of the step");
    refused(Int, {{"wrap", "yes"}}, "takes no value");
    refused(Int, {{"teleport", "0"}}, "teleport is for ubyte, ushort and uint");
    refused(Bool, {{"teleport", "0"}}, "teleport is for");
    refused(ULong, {{"teleport", "0"}}, "teleport is for");
    refused(UByte, {{"teleport", "0"}, {"spawn_only", "0"}}, "never changes");
    refused(UByte, {{"teleport", "0"}, {"owner_only", "0"}}, "for the owner alone");
    refused(UByte, {{"teleport", "often"}}, "takes no value");
}

TEST_CASE("shown attributes: both ends must agree on them, but priors and recordings need not") {
    const made::Attributes plain{{"range", "0..9"}, {"interpolate", "linear"}};
    made::Attributes wrapping = plain;
    wrapping.emplace_back("wrap", "0");
    const auto without = loaded(schema_with(reflection::UByte, plain));
    const auto with_wrap = loaded(schema_with(reflection::UByte, wrapping));
    CHECK(with_wrap.digest() != without.digest());
    CHECK(with_wrap.layout_digest() == without.layout_digest());

    const auto counter = loaded(schema_with(reflection::UByte, {}));
    const auto teleport = loaded(schema_with(reflection::UByte, {{"teleport", "0"}}));
    CHECK(teleport.digest() != counter.digest());
    CHECK(teleport.layout_digest() == counter.layout_digest());
}

TEST_CASE("shown attributes: the edges of the Arena meet") {
    const auto schema = ReplicatedSchema::load(compiled_schema<arena::EventBinarySchema>());
    REQUIRE(schema);
    for (const char* const name : {"arena.Ship", "arena.Shot", "arena.Asteroid"}) {
        const auto type = schema->find_type(name);
        REQUIRE(type);
        CHECK(std::ranges::any_of(schema->types()[*type].fields, [](const Field& field) {
            return field.name == "position" && field.wraps;
        }));
    }
}
