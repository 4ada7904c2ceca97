#include "core/random.hpp"
#include "replication/replicated_schema.hpp"

#include "arena_bfbs_generated.h"
#include "rocks_bfbs_generated.h"
#include "scalars_bfbs_generated.h"
#include "scalars_generated.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

using namespace engine_net;

namespace {

ReplicatedSchema loaded(CompiledSchema compiled) {
    auto schema = ReplicatedSchema::load(compiled);
    REQUIRE_MESSAGE(schema, (schema ? std::string{} : schema.error().text));
    return *schema;
}

std::vector<EntityType> all_types() {
    std::vector<EntityType> types;
    for (const CompiledSchema compiled : {compiled_schema<scalars::RootBinarySchema>(),
                                          compiled_schema<rocks::RootBinarySchema>(),
                                          compiled_schema<arena::EventBinarySchema>()}) {
        const ReplicatedSchema schema = loaded(compiled);
        types.insert(types.end(), schema.types().begin(), schema.types().end());
    }
    return types;
}

std::vector<std::int32_t> quantised(const EntityType& type,
                                    const std::vector<std::uint8_t>& state) {
    std::vector<std::int32_t> row(type.stride);
    quantise(type, state.data(), row.data());
    return row;
}

std::vector<std::uint8_t> dequantised(const EntityType& type,
                                      const std::vector<std::int32_t>& row) {
    std::vector<std::uint8_t> state(type.struct_bytes);
    dequantise(type, row.data(), state.data());
    return state;
}

bool is_in_range(const EntityType& type, const std::vector<std::int32_t>& row) {
    for (std::size_t i = 0; i < type.columns.size(); ++i) {
        if (row[i] < type.columns[i].lo || row[i] > type.columns[i].hi) return false;
    }
    return true;
}

/// The ends more often than chance would have them.
std::int32_t number_within(const Column& column, Random& random) {
    const auto span = static_cast<std::uint64_t>(std::int64_t{column.hi} - column.lo);
    switch (random.next_below(8)) {
    case 0: return column.lo;
    case 1: return column.hi;
    default:
        return static_cast<std::int32_t>(column.lo +
                                         static_cast<std::int64_t>(random.next_below(span + 1)));
    }
}

/// Random bits, with every kind of odd float now and then.
std::vector<std::uint8_t> random_state(const EntityType& type, Random& random) {
    std::vector<std::uint8_t> state(type.struct_bytes);
    for (std::uint8_t& byte : state) byte = static_cast<std::uint8_t>(random.next());
    constexpr std::array<float, 8> odd{std::numeric_limits<float>::infinity(),
                                       -std::numeric_limits<float>::infinity(),
                                       std::numeric_limits<float>::quiet_NaN(),
                                       std::numeric_limits<float>::max(),
                                       std::numeric_limits<float>::denorm_min(),
                                       -0.0f,
                                       0.5f,
                                       1e10f};
    for (const Column& column : type.columns) {
        if (column.scalar == Scalar::f32 && random.next_chance(0.5)) {
            std::memcpy(
                state.data() + column.offset, &odd[random.next_below(odd.size())], sizeof(float));
        }
        if (column.scalar == Scalar::f64 && random.next_chance(0.5)) {
            const double wide = static_cast<double>(odd[random.next_below(odd.size())]) * 1e200;
            std::memcpy(state.data() + column.offset, &wide, sizeof(double));
        }
    }
    return state;
}

std::size_t offset_of(const EntityType& type, const std::string& field) {
    for (const Field& one : type.fields) {
        if (one.name == field) return type.columns[one.first_column].offset;
    }
    FAIL("no such field");
    return 0;
}

template <class T>
T read(const EntityType& type, const std::vector<std::uint8_t>& state, const char* field) {
    T value;
    std::memcpy(&value, state.data() + offset_of(type, field), sizeof value);
    return value;
}

template <class T>
void write(const EntityType& type, std::vector<std::uint8_t>& state, const char* field, T value) {
    std::memcpy(state.data() + offset_of(type, field), &value, sizeof value);
}

} // namespace

TEST_CASE("field table: every number comes back from its value") {
    Random random(1);
    for (const EntityType& type : all_types()) {
        CAPTURE(type.name);
        for (int round = 0; round < 3'000; ++round) {
            std::vector<std::int32_t> row(type.stride);
            for (std::size_t i = 0; i < type.columns.size(); ++i)
                row[i] = number_within(type.columns[i], random);
            const auto again = quantised(type, dequantised(type, row));
            for (std::size_t i = 0; i < type.columns.size(); ++i) {
                // A rotation has numbers that no rotation gives; the next test is about those it
                // gives.
                const Coding coding = type.columns[i].coding;
                if (coding == Coding::rotation_largest || coding == Coding::rotation_three)
                    continue;
                CAPTURE(i);
                REQUIRE(again[i] == row[i]);
            }
        }
    }
}

TEST_CASE("field table: any bytes give numbers in range, which stay the same from then on") {
    Random random(2);
    for (const EntityType& type : all_types()) {
        CAPTURE(type.name);
        for (int round = 0; round < 3'000; ++round) {
            const auto row = quantised(type, random_state(type, random));
            REQUIRE(is_in_range(type, row));
            REQUIRE(quantised(type, dequantised(type, row)) == row);
        }
    }
}

TEST_CASE(
    "field table: what is out of range is clamped, what is no number is the nearest to zero") {
    const ReplicatedSchema schema = loaded(compiled_schema<scalars::RootBinarySchema>());
    const EntityType& type = schema.types()[*schema.find_type("scalars.All")];
    const auto through = [&type]<class T>(const char* field, T value) {
        std::vector<std::uint8_t> state(type.struct_bytes);
        std::memcpy(state.data() + offset_of(type, field), &value, sizeof value);
        return read<T>(type, dequantised(type, quantised(type, state)), field);
    };
    constexpr float infinity = std::numeric_limits<float>::infinity();
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();

    CHECK(through("centimetres", infinity) == 2048);
    CHECK(through("centimetres", -1e30f) == -2048);
    CHECK(through("centimetres", nan) == 0);
    CHECK(through("one_sided", nan) == doctest::Approx(10.2));
    CHECK(std::fabs(through("by_bits", nan)) < 0.0003f);
    CHECK(through("heading", infinity) == 0);
    CHECK(through("small", std::int32_t{1000}) == 20);
    CHECK(through("small", std::int32_t{-1000}) == -5);
    CHECK(through("one_value", std::uint32_t{0}) == 7);
    CHECK(through("far", std::int64_t{0}) == 1'000'000'000'000);
    CHECK(through("far", std::numeric_limits<std::int64_t>::max()) == 1'000'000'001'000);
    CHECK(through("top", std::uint64_t{0}) == 18'446'744'073'709'551'000u);
    CHECK(through("stepped", std::uint16_t{994}) == 990);
    CHECK(through("stepped", std::uint16_t{60'000}) == 1000);
    CHECK(through("stepped_all", std::int16_t{-32'768}) == -32'767);
    CHECK(through("u64", std::uint64_t{0xFEDCBA9876543210u}) == 0xFEDCBA9876543210u);
    CHECK(through("i64", std::int64_t{-5}) == -5);
    CHECK(through("flags", std::uint16_t{0}) == 0);
    CHECK(through("flags", std::uint16_t{11}) == 11);
}

TEST_CASE("field table: values are told to half a step, angles to half a step of a turn") {
    const ReplicatedSchema schema = loaded(compiled_schema<scalars::RootBinarySchema>());
    const EntityType& type = schema.types()[*schema.find_type("scalars.All")];
    constexpr double turn = 6.283185307179586;
    Random random(3);
    for (int round = 0; round < 20'000; ++round) {
        const auto within = [&random](double end) {
            return random.next_unit() * 2 * end - end;
        };
        std::vector<std::uint8_t> in(type.struct_bytes);
        write(type, in, "centimetres", static_cast<float>(within(2048)));
        write(type, in, "exact", within(2000));
        write(type, in, "by_bits", static_cast<float>(within(1)));
        write(type, in, "heading", static_cast<float>(within(100)));
        const auto out = dequantised(type, quantised(type, in));
        const auto error = [&]<class T>(const char* field, T) {
            return static_cast<double>(read<T>(type, out, field)) -
                   static_cast<double>(read<T>(type, in, field));
        };
        REQUIRE(std::fabs(error("centimetres", 0.0f)) <= 0.00513);
        REQUIRE(std::fabs(error("exact", 0.0)) <= 0.00000051);
        REQUIRE(std::fabs(error("by_bits", 0.0f)) <= 1.0 / 4095 + 1e-6);
        const double turned = error("heading", 0.0f) / turn;
        REQUIRE(std::fabs(turned - std::floor(turned + 0.5)) <= 0.5 / 1024 + 1e-5);
        REQUIRE(std::fabs(read<float>(type, out, "heading")) <= 3.1416f);
    }
}

TEST_CASE("field table: a velocity stands before what it moves, the private after the shared") {
    const ReplicatedSchema schema = loaded(compiled_schema<scalars::RootBinarySchema>());
    const EntityType& type = schema.types()[*schema.find_type("scalars.Turning")];
    std::vector<std::string> names;
    for (const Field& field : type.fields) names.push_back(field.name);
    CHECK(names == std::vector<std::string>{"heading", "seen", "push", "turn", "heading_of_owner"});
    CHECK(type.fields[2].velocity_of == 3);
    CHECK(type.fields[3].velocity_of == 4);
    CHECK(type.shared_columns == 2);
    CHECK(type.has_private());
    CHECK(type.fields[1].spawn_only);
    const auto blank = dequantised(type, type.blank);
    CHECK(read<std::uint32_t>(type, blank, "seen") == 9);
}

TEST_CASE("field table: like numbers of one struct are one field, unlike ones are several") {
    const ReplicatedSchema schema = loaded(compiled_schema<scalars::RootBinarySchema>());
    const EntityType& type = schema.types()[*schema.find_type("scalars.All")];
    const auto columns_of = [&](const std::string& name) {
        for (const Field& field : type.fields) {
            if (field.name == name) return int{field.columns};
        }
        return 0;
    };
    CHECK(columns_of("inner") == 2);
    CHECK(columns_of("mixed") == 0);
    CHECK(columns_of("mixed.flag") == 1);
    CHECK(columns_of("mixed.level") == 1);
    CHECK(columns_of("fine") == 4);
    CHECK(columns_of("u64") == 2);
}
