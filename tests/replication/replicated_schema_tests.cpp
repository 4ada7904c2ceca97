#include "core/random.hpp"
#include "replication/made_schema.hpp"

#include "rocks_bfbs_generated.h"
#include "rocks_generated.h"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>

using namespace engine_net;

namespace {

/// What a schema is refused for that has this one field.
std::string refusal_of(made::Field field) {
    return made::Schema({{.name = "Ship", .fields = {std::move(field)}}}).refusal();
}

std::string refusal_of(reflection::BaseType type, made::Attributes attributes) {
    return refusal_of({.name = "f", .type = type, .attributes = std::move(attributes)});
}

Bytes bytes_of(const rocks::Input& input) {
    return {reinterpret_cast<const std::uint8_t*>(&input), sizeof input};
}

} // namespace

TEST_CASE("replicated schema: numbers of every kind are taken") {
    using enum reflection::BaseType;
    for (const auto type : {Bool, Byte, UByte, Short, UShort, Int, UInt, Long, ULong})
        CHECK(refusal_of(type, {}) == "");
    for (const auto type : {Float, Double}) {
        CHECK(refusal_of(type, {{"step", "0.5"}, {"range", "-1..1"}}) == "");
        CHECK(refusal_of(type, {{"bits", "8"}, {"range", "-1 .. 1"}}) == "");
        CHECK(refusal_of(type, {{"angle", "16"}, {"interpolate", "angle"}}) == "");
    }
    CHECK(refusal_of(UInt, {{"range", "0..4294967295"}}) == "");
    CHECK(refusal_of(Short,
                     {{"range", "-5..5"},
                      {"interpolate", "linear"},
                      {"owner_only", "0"},
                      {"spawn_only", "0"},
                      {"default", "-3"}}) == "");
    CHECK(refusal_of(Short, {{"made_by_another_library", "yes"}}) == "");
}

TEST_CASE("replicated schema: what can't be is refused with struct, field and reason") {
    using enum reflection::BaseType;
    const auto refused =
        [](reflection::BaseType type, made::Attributes attributes, const char* reason) {
            const std::string text = refusal_of(type, std::move(attributes));
            CAPTURE(text);
            CHECK(text.starts_with("Ship.f: "));
            CHECK(text.find(reason) != std::string::npos);
        };
    refused(Float, {}, "how exactly it matters");
    refused(Double, {{"range", "0..1"}}, "how exactly it matters");
    refused(Float, {{"step", "0.1"}}, "need a range");
    refused(Float, {{"bits", "4"}}, "need a range");
    refused(Float, {{"step", "0"}, {"range", "0..1"}}, "step \"0\" is not a number above 0");
    refused(Float, {{"step", "-1"}, {"range", "0..1"}}, "above 0");
    refused(Float, {{"step", "fine"}, {"range", "0..1"}}, "above 0");
    refused(Float, {{"step", "nan"}, {"range", "0..1"}}, "above 0");
    refused(Float, {{"step", "inf"}, {"range", "0..1"}}, "above 0");
    refused(Float, {{"step", "0.1x"}, {"range", "0..1"}}, "above 0");
    refused(Float, {{"step", "0.1"}, {"range", "0-1"}}, "not of the form");
    refused(Float, {{"step", "0.1"}, {"range", "0..much"}}, "not of the form");
    refused(Float, {{"step", "0.1"}, {"range", "1..0"}}, "ends before it begins");
    refused(Float, {{"step", "0.1"}, {"range", "1..1"}}, "ends before it begins");
    refused(Float, {{"step", "0.1"}, {"bits", "4"}, {"range", "0..1"}}, "one of them must go");
    refused(Float, {{"step", "0.00001"}, {"range", "0..1000"}}, "quarter of a step: use double");
    refused(Double, {{"step", "0.0000001"}, {"range", "0..1000"}}, "more than 2^31 values");
    refused(
        Double, {{"step", "0.00000001"}, {"range", "1e9..1000000001"}}, "more than 2^31 values");
    refused(Double, {{"bits", "32"}, {"range", "0..1"}}, "more than 2^31 values");
    refused(Double, {{"bits", "20"}, {"range", "1e15..1000000000000001"}}, "use larger steps");
    refused(Float, {{"step", "10"}, {"range", "1..9"}}, "no multiple of the step");
    refused(Float, {{"bits", "0"}, {"range", "0..1"}}, "not a number of bits from 1 to 32");
    refused(Float, {{"bits", "33"}, {"range", "0..1"}}, "not a number of bits");
    refused(Float, {{"angle", "17"}}, "not a number of bits from 1 to 16");
    refused(Float, {{"angle", "ten"}}, "not a number of bits");
    refused(Float, {{"angle", "8"}, {"step", "1"}}, "goes without");
    refused(Int, {{"angle", "8"}}, "angle is for float and double");
    refused(Int, {{"bits", "8"}}, "takes a range");
    refused(Int, {{"step", "0.5"}}, "must be one too");
    refused(Int, {{"range", "0.5..3"}}, "ends that are not");
    refused(Int, {{"range", "5..3"}}, "ends before it begins");
    refused(UByte, {{"range", "0..256"}}, "wider than the field's type");
    refused(UShort, {{"range", "-1..5"}}, "wider than the field's type");
    refused(Long, {{"range", "0..4294967296"}}, "more than 2^32 values");
    refused(ULong, {{"range", "-1..5"}}, "ends that are not");
    refused(Long, {{"step", "2"}}, "within -2^53..2^53");
    refused(ULong, {{"step", "2"}, {"range", "0..18446744073709551615"}}, "within -2^53..2^53");
    refused(Bool, {{"range", "0..1"}}, "bool and enums go by their values");
    refused(Bool, {{"interpolate", "linear"}}, "is for numbers");
    refused(Long, {{"interpolate", "linear"}}, "is for numbers");
    refused(Int, {{"interpolate", "smooth"}}, "is none of");
    refused(Int, {{"interpolate", "angle"}}, "is for angles");
    refused(Float, {{"angle", "8"}, {"interpolate", "linear"}}, "is for numbers");
    refused(Float, {{"angle", "8"}, {"interpolate", "rotation"}}, "is for rotations");
    refused(Float, {{"rotation", "9"}}, "struct of four floats");
    refused(Float, {{"rotation", "1"}}, "from 2 to 16");
    refused(Int, {{"velocity_of", "speed"}}, "names no field \"speed\"");
    refused(Int, {{"velocity_of", "f"}}, "round in a circle");
    refused(Int, {{"velocity_of", "0"}}, "needs the name of a field");
    refused(Int, {{"owner_only", "yes"}}, "takes no value");
    refused(Int, {{"spawn_only", "false"}}, "takes no value");
    refused(Int, {{"replicated", "0"}}, "is for structs");
    refused(Int, {{"default", "many"}}, "is not a number");
    refused(UByte, {{"default", "256"}}, "no value of the field");
    refused(UByte, {{"default", "0.5"}}, "no value of the field");
    refused(Long, {{"default", "5"}}, "no value of the field");
    refused(String, {}, "only numbers, bools, enums and structs");
    refused(Vector, {}, "only numbers, bools, enums and structs");
    refused(Union, {}, "only numbers, bools, enums and structs");
}

TEST_CASE("replicated schema: velocities that can't be are refused") {
    using enum reflection::BaseType;
    const auto refusal = [](std::vector<made::Field> fields) {
        for (std::size_t i = 0; i < fields.size(); ++i)
            fields[i].offset = static_cast<std::uint16_t>(8 * i);
        return made::Schema({{.name = "Ship", .fields = std::move(fields)}}).refusal();
    };
    const made::Field x{.name = "x", .type = Int};
    CHECK(refusal({x, {.name = "v", .type = Int, .attributes = {{"velocity_of", "x"}}}}) == "");
    CHECK(
        refusal(
            {x,
             {.name = "v", .type = Int, .attributes = {{"velocity_of", "x"}, {"owner_only", "0"}}}})
            .find("for the owner alone") != std::string::npos);
    CHECK(refusal({x, {.name = "v", .type = Bool, .attributes = {{"velocity_of", "x"}}}})
              .find("numbers that move numbers") != std::string::npos);
    CHECK(refusal({x, {.name = "v", .type = Long, .attributes = {{"velocity_of", "x"}}}})
              .find("numbers that move numbers") != std::string::npos);
    CHECK(refusal({{.name = "a", .type = Int, .attributes = {{"velocity_of", "b"}}},
                   {.name = "b", .type = Int, .attributes = {{"velocity_of", "a"}}}})
              .find("round in a circle") != std::string::npos);
    const made::Field moves_x{.name = "v", .type = Int, .attributes = {{"velocity_of", "x"}}};
    made::Field too = moves_x;
    too.name = "w";
    CHECK(refusal({x, moves_x, too}).find("two fields are velocity_of") != std::string::npos);
}

TEST_CASE("replicated schema: the file is named where the schema knows it") {
    const made::Schema schema({{.name = "Ship", .fields = {{.name = "f"}}, .file = "//arena.fbs"}});
    CHECK(schema.refusal().starts_with("arena.fbs: Ship.f: "));
}

TEST_CASE("replicated schema: tables, arrays and odd rotations are refused") {
    using enum reflection::BaseType;
    CHECK(made::Schema({{.name = "Ship", .fields = {}, .is_struct = false}})
              .refusal()
              .find("not tables") != std::string::npos);
    CHECK(refusal_of({.name = "f", .type = Array, .element = Int, .length = 3})
              .find("fixed arrays") != std::string::npos);

    const made::Struct quaternion{.name = "Quat",
                                  .fields = {{.name = "x", .offset = 0},
                                             {.name = "y", .offset = 4},
                                             {.name = "z", .offset = 8},
                                             {.name = "s", .offset = 12}},
                                  .bytes = 16,
                                  .is_replicated = false};
    const made::Struct ship{
        .name = "Ship",
        .fields = {{.name = "f", .type = Obj, .attributes = {{"rotation", "9"}}, .index = 0}},
        .bytes = 16};
    CHECK(made::Schema({quaternion, ship}).refusal().find("four floats x, y, z, w") !=
          std::string::npos);
    made::Struct right = quaternion;
    right.fields[3].name = "w";
    CHECK(made::Schema({right, ship}).refusal() == "");
    for (const char* key : {"step", "default", "velocity_of"}) {
        made::Struct odd = ship;
        odd.fields[0].attributes.emplace_back(key, "1");
        CHECK(made::Schema({right, odd}).refusal().starts_with("Ship.f: "));
    }
}

TEST_CASE("replicated schema: the limits of types, columns and bytes hold") {
    std::vector<made::Struct> types;
    for (std::size_t i = 0; i < max_entity_types; ++i) {
        types.push_back({.name = "T" + std::to_string(100 + i),
                         .fields = {{.name = "f", .type = reflection::Int}}});
    }
    CHECK(made::Schema(types).refusal() == "");
    types.push_back({.name = "U", .fields = {{.name = "f", .type = reflection::Int}}});
    CHECK(made::Schema(types).refusal().find("beyond the 64 types") != std::string::npos);

    made::Struct wide{.name = "Ship", .bytes = 65};
    for (std::size_t i = 0; i < max_columns; ++i) {
        wide.fields.push_back({.name = "f" + std::to_string(i),
                               .type = reflection::Byte,
                               .offset = static_cast<std::uint16_t>(i)});
    }
    CHECK(made::Schema({wide}).refusal() == "");
    wide.fields.push_back({.name = "one", .type = reflection::Byte, .offset = 64});
    CHECK(made::Schema({wide}).refusal().find("beyond the 64 columns") != std::string::npos);

    CHECK(made::Schema(
              {{.name = "Ship", .fields = {{.name = "f", .type = reflection::Int}}, .bytes = 1025}})
              .refusal()
              .find("has 1025 bytes") != std::string::npos);
}

TEST_CASE("replicated schema: schemas that flatc would not write are refused, not believed") {
    using enum reflection::BaseType;
    CHECK(refusal_of({.name = "f", .type = Int, .offset = 62}).find("outside of its struct") !=
          std::string::npos);
    CHECK(refusal_of({.name = "f", .type = Obj, .index = 7})
              .find("only numbers, bools, enums and structs") != std::string::npos);
    CHECK(refusal_of({.name = "f", .type = Obj, .index = -1})
              .find("only numbers, bools, enums and structs") != std::string::npos);
    // A struct within itself, many times over.
    made::Struct round{.name = "Ship"};
    for (int i = 0; i < 200; ++i)
        round.fields.push_back({.name = "f" + std::to_string(i), .type = Obj, .index = 0});
    CHECK(made::Schema({round}).refusal().find("deep in each other") != std::string::npos);
    const made::Struct endless{
        .name = "Ship",
        .fields = {{.name = "f", .type = Array, .element = Byte, .length = 65'535}}};
    CHECK(made::Schema({endless}).refusal() != "");
    CHECK(made::Schema({{.name = "Ship", .fields = {{.name = "f", .type = UByte, .index = 0}}}},
                       {{.name = "E"}})
              .refusal()
              .find("no values") != std::string::npos);

    const std::vector<std::uint8_t> nonsense(100, 0xAA);
    CHECK(!ReplicatedSchema::load({nonsense}));
    const std::vector<std::uint8_t> long_one(max_schema_bytes + 1);
    CHECK(!ReplicatedSchema::load({long_one}));
}

TEST_CASE("replicated schema: cut or changed bytes never do harm") {
    const auto compiled = compiled_schema<rocks::RootBinarySchema>();
    for (std::size_t size = 1; size < compiled.bytes.size(); size += 3) {
        const std::vector<std::uint8_t> cut(
            compiled.bytes.begin(), compiled.bytes.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK_FALSE(ReplicatedSchema::load({cut}));
    }
    Random random(7);
    for (int round = 0; round < 5'000; ++round) {
        // Copied so that it stands at a multiple of 8, as flatc's bytes do.
        std::vector<std::uint8_t> changed(compiled.bytes.begin(), compiled.bytes.end());
        for (std::uint64_t flips = 1 + random.next_below(3); flips > 0; --flips) {
            changed[random.next_below(changed.size())] ^=
                static_cast<std::uint8_t>(1u << random.next_below(8));
        }
        const auto schema = ReplicatedSchema::load({changed});
        if (!schema) continue;
        for (const EntityType& type : schema->types()) {
            std::vector<std::uint8_t> state(type.struct_bytes);
            std::vector<std::int32_t> row(type.stride);
            quantise(type, state.data(), row.data());
            dequantise(type, row.data(), state.data());
        }
    }
}

TEST_CASE("replicated schema: no bytes are a schema without types") {
    const auto schema = ReplicatedSchema::load({});
    REQUIRE(schema);
    CHECK(schema->types().empty());
    CHECK_FALSE(schema->is_sane("rocks.Input", {}));
}

TEST_CASE("replicated schema: the digest follows what matters, and only that") {
    const auto digest = [](const std::vector<made::Struct>& structs) {
        return ReplicatedSchema::load(made::Schema(structs).compiled());
    };
    const made::Struct ship{.name = "Ship",
                            .fields = {{.name = "f",
                                        .type = reflection::Float,
                                        .attributes = {{"step", "0.5"}, {"range", "0..8"}}}}};
    const std::uint64_t original = digest({ship})->digest();
    CHECK(digest({ship})->digest() == original);
    // Tables matter to the two ends, but not to a prior.
    const made::Struct table{.name = "Table", .is_struct = false, .is_replicated = false};
    CHECK(digest({ship, table})->digest() != original);
    CHECK(digest({ship, table})->layout_digest() == digest({ship})->layout_digest());

    const auto differs = [&](auto change) {
        made::Struct other = ship;
        change(other);
        const auto schema = digest({other});
        REQUIRE(schema);
        CHECK(schema->digest() != original);
        CHECK(schema->layout_digest() != digest({ship})->layout_digest());
    };
    differs([](auto& s) {
        s.name = "Boat";
    });
    differs([](auto& s) {
        s.fields[0].name = "g";
    });
    differs([](auto& s) {
        s.fields[0].type = reflection::Double;
    });
    differs([](auto& s) {
        s.fields[0].attributes[0].second = "0.25";
    });
    differs([](auto& s) {
        s.fields[0].attributes[1].second = "0..9";
    });
    differs([](auto& s) {
        s.fields[0].attributes.emplace_back("owner_only", "0");
    });
    differs([](auto& s) {
        s.fields[0].attributes.emplace_back("spawn_only", "0");
    });
    differs([](auto& s) {
        s.fields[0].attributes.emplace_back("default", "1");
    });
    differs([](auto& s) {
        s.fields[0].attributes.emplace_back("interpolate", "linear");
    });
    differs([](auto& s) {
        s.bytes = 32;
    });
    CHECK(digest({ship,
                  {.name = "Input",
                   .fields = {{.name = "f", .type = reflection::Int}},
                   .is_replicated = false}})
              ->digest() != original);
}

TEST_CASE("replicated schema: a prior belongs to the schema it was trained on") {
    const auto plain = ReplicatedSchema::load(compiled_schema<rocks::RootBinarySchema>());
    REQUIRE(plain);
    CHECK(plain->priors().find(1) == nullptr);
    const CodeBook book(plain->types(), 60);
    const Prior even(book);
    const std::vector<std::uint8_t> own = Priors::write(book, plain->layout_digest(), {even});
    const std::vector<std::uint8_t> foreign =
        Priors::write(book, plain->layout_digest() + 1, {even});

    const auto trained = ReplicatedSchema::load(compiled_schema<rocks::RootBinarySchema>(own));
    REQUIRE(trained);
    CHECK(trained->priors().find(1) != nullptr);
    CHECK(trained->digest() != plain->digest());
    CHECK(trained->layout_digest() == plain->layout_digest());

    for (const Bytes bad : {Bytes(foreign), Bytes(own).first(own.size() - 1)}) {
        const auto refused = ReplicatedSchema::load(compiled_schema<rocks::RootBinarySchema>(bad));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().text == "its prior is of another schema: train it anew");
    }
}

TEST_CASE("replicated schema: a sane struct has finite floats, declared enums and true bools") {
    const auto schema = ReplicatedSchema::load(compiled_schema<rocks::RootBinarySchema>());
    REQUIRE(schema);
    const rocks::Input good(0.5f, rocks::Hull::steel, true);
    CHECK(schema->is_sane("rocks.Input", bytes_of(good)));
    CHECK_FALSE(schema->is_sane("rocks.Output", bytes_of(good)));
    CHECK_FALSE(schema->is_sane("rocks.Ship", bytes_of(good)));
    CHECK_FALSE(schema->is_sane("rocks.Input", bytes_of(good).first(sizeof good - 1)));
    CHECK_FALSE(schema->is_sane("rocks.Input", {}));

    for (const float odd : {std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()}) {
        CHECK_FALSE(
            schema->is_sane("rocks.Input", bytes_of(rocks::Input(odd, rocks::Hull::steel, true))));
    }
    const rocks::Input between(0.5f, static_cast<rocks::Hull>(3), true);
    CHECK_FALSE(schema->is_sane("rocks.Input", bytes_of(between)));
    rocks::Input maybe = good;
    const std::uint8_t two = 2;
    std::memcpy(reinterpret_cast<std::uint8_t*>(&maybe) + 5, &two, 1);
    CHECK_FALSE(schema->is_sane("rocks.Input", bytes_of(maybe)));
}

TEST_CASE("replicated schema: flags may be joined, inner structs and arrays are looked into") {
    using enum reflection::BaseType;
    const made::Struct inner{.name = "Inner",
                             .fields = {{.name = "b", .type = Bool},
                                        {.name = "f", .type = UByte, .offset = 1, .index = 0}},
                             .bytes = 2,
                             .is_replicated = false};
    const made::Struct input{
        .name = "Input",
        .fields = {{.name = "all", .type = Array, .index = 0, .element = Obj, .length = 3}},
        .bytes = 6,
        .is_replicated = false};
    const made::Schema schema({inner, input}, {{.name = "Flags", .values = {1, 2, 8}}});
    const auto loaded = ReplicatedSchema::load(schema.compiled());
    REQUIRE(loaded);
    const auto sane = [&](std::vector<std::uint8_t> bytes) {
        return loaded->is_sane("Input", bytes);
    };
    CHECK(sane({0, 0, 1, 11, 0, 8}));
    CHECK_FALSE(sane({0, 0, 0, 0, 0, 4}));
    CHECK_FALSE(sane({0, 0, 0, 0, 2, 0}));
}
