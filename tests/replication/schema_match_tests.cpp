#include "replication/foreign_schema.hpp"
#include "replication/made_schema.hpp"
#include "replication/schema_match.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace engine_net;

namespace {

made::Schema of_structs(const std::vector<made::Struct>& structs,
                        const std::vector<made::Enum>& enums = {}) {
    return {structs, enums};
}

/// Both ways: what each says of the other.
std::pair<std::string, std::string> mismatches(const made::Schema& a, const made::Schema& b) {
    const auto& one = *verified_schema(a.compiled().bytes);
    const auto& two = *verified_schema(b.compiled().bytes);
    return {mismatch_of(one, two), mismatch_of(two, one)};
}

made::Struct table(const std::string& name, const std::vector<made::Field>& fields) {
    return {.name = name, .fields = fields, .is_struct = false, .is_replicated = false};
}
made::Struct structure(const std::string& name, const std::vector<made::Field>& fields) {
    return {.name = name, .fields = fields, .is_replicated = false};
}

} // namespace

TEST_CASE("schema match: what only one of them has is well") {
    const auto a = of_structs({structure("Ship", {{.name = "x"}, {.name = "y", .offset = 4}}),
                               structure("Buoy", {{.name = "x"}}),
                               table("Hail", {{.name = "number", .type = reflection::UInt}})});
    const auto b = of_structs({structure("Ship", {{.name = "y"}, {.name = "z", .offset = 4}}),
                               table("Hail",
                                     {{.name = "number", .type = reflection::UInt},
                                      {.name = "text", .type = reflection::String}})});
    CHECK(mismatches(a, b) == std::pair<std::string, std::string>{});
}

TEST_CASE("schema match: one field of two types names both") {
    const auto a = of_structs({structure("Ship", {{.name = "x"}})});
    const auto b = of_structs({structure("Ship", {{.name = "x", .type = reflection::UShort}})});
    const auto [one, two] = mismatches(a, b);
    CHECK(one == "Ship.x is float here and ushort there");
    CHECK(two == "Ship.x is ushort here and float there");
}

TEST_CASE("schema match: a number is no struct and no array") {
    const made::Struct vec = structure("Vec", {{.name = "a"}});
    const auto number = of_structs({structure("Ship", {{.name = "x"}}), vec});
    const auto nested =
        of_structs({structure("Ship", {{.name = "x", .type = reflection::Obj, .index = 1}}), vec});
    const auto array = of_structs(
        {structure(
             "Ship",
             {{.name = "x", .type = reflection::Array, .element = reflection::Float, .length = 2}}),
         vec});
    const auto [one, two] = mismatches(number, nested);
    CHECK(one == "Ship.x is float here and more than one number there");
    CHECK(two == "Ship.x is more than one number here and float there");
    CHECK(mismatches(number, array).first == "Ship.x is float here and more than one number there");
    // An array that has grown has more numbers.
    const auto longer = of_structs(
        {structure(
             "Ship",
             {{.name = "x", .type = reflection::Array, .element = reflection::Float, .length = 3}}),
         vec});
    CHECK(mismatches(array, longer) == std::pair<std::string, std::string>{});
}

TEST_CASE("schema match: a struct is no table") {
    const auto a = of_structs({structure("Ship", {{.name = "x"}})});
    const auto b = of_structs({table("Ship", {{.name = "x"}})});
    CHECK(mismatches(a, b).first == "Ship is a struct here and a table there");
}

TEST_CASE("schema match: an enum's value keeps its number") {
    const std::vector<made::Struct> none{structure("Ship", {{.name = "x"}})};
    const auto a = of_structs(none, {{"Kind", {0, 1}, {"rock", "sand"}}});
    const auto more = of_structs(none, {{"Kind", {0, 1, 2}, {"rock", "sand", "mud"}}});
    const auto moved = of_structs(none, {{"Kind", {0, 1, 2}, {"rock", "mud", "sand"}}});
    CHECK(mismatches(a, more) == std::pair<std::string, std::string>{});
    CHECK(mismatches(a, moved).first == "Kind.sand is 1 here and 2 there");
}

TEST_CASE("schema match: a table's fields keep their numbers and types") {
    const auto a = of_structs({table("Hail",
                                     {{.name = "number", .type = reflection::UInt},
                                      {.name = "text", .type = reflection::String}})});
    SUBCASE("a field that went") {
        const auto b = of_structs({table("Hail", {{.name = "text", .type = reflection::String}})});
        CHECK(mismatches(a, b).first == "Hail.number is uint here and string there");
        CHECK(mismatches(b, a).first == "Hail.text is string here and uint there");
    }
    SUBCASE("fields that have changed places") {
        const auto b = of_structs({table("Hail",
                                         {{.name = "text", .type = reflection::UInt},
                                          {.name = "number", .type = reflection::UInt}})});
        CHECK(mismatches(a, b).first == "Hail.number is field 0 here and field 1 there");
    }
    SUBCASE("a list is not what it lists") {
        const auto b = of_structs(
            {table("Hail",
                   {{.name = "number", .type = reflection::Vector, .element = reflection::UInt}})});
        CHECK(mismatches(a, b).first == "Hail.number is uint here and [uint] there");
    }
}

TEST_CASE("schema match: a struct within a table can't change") {
    const auto held = [](const std::vector<made::Field>& fields) {
        return of_structs({structure("Entry", fields),
                           table("List",
                                 {{.name = "all",
                                   .type = reflection::Vector,
                                   .index = 0,
                                   .element = reflection::Obj}})});
    };
    const auto a = held({{.name = "x"}});
    const auto b = held({{.name = "x"}, {.name = "y", .offset = 4}});
    CHECK(mismatches(a, a) == std::pair<std::string, std::string>{});
    CHECK(mismatches(a, b).first.starts_with("Entry has other fields here than there"));
    CHECK(mismatches(a, b).first.find("List.all") != std::string::npos);
}

TEST_CASE("schema match: a schema that can't be read is refused, and so is one of another game") {
    const auto own =
        of_structs({{.name = "Ship",
                     .fields = {{.name = "x", .attributes = {{"step", "1"}, {"range", "0..9"}}}}}});
    const auto loaded = ReplicatedSchema::load(own.compiled());
    REQUIRE(loaded.has_value());
    const OwnSchema both{own.compiled(), *loaded};
    const std::vector<std::uint8_t> nonsense(100, 7);
    const auto unreadable = ForeignSchema::load(both, {nonsense, {}});
    REQUIRE_FALSE(unreadable.has_value());
    CHECK(unreadable.error().text.starts_with("the server's schema: not a compiled schema"));
    const auto other =
        of_structs({{.name = "Boat",
                     .fields = {{.name = "x", .attributes = {{"step", "1"}, {"range", "0..9"}}}}}});
    const auto foreign = ForeignSchema::load(both, other.compiled());
    REQUIRE_FALSE(foreign.has_value());
    CHECK(foreign.error().text.find("Boat and all else that is replicated there is unknown here") !=
          std::string::npos);
}
