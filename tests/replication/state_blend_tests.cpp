#include "core/random.hpp"
#include "replication/random_schema.hpp"
#include "replication/scalar.hpp"
#include "replication/state_blend.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <numbers>
#include <string>
#include <vector>

using namespace engine_net;

namespace {

constexpr double pi = std::numbers::pi;
using State = std::vector<std::uint8_t>;

/// A type of one entity with fields at every 8th byte.
class OneType {
public:
    explicit OneType(std::vector<made::Field> fields) : schema_(load(std::move(fields))) {}

    [[nodiscard]] const EntityType& type() const { return schema_.types()[0]; }
    /// A state with these values in its fields.
    [[nodiscard]] State state(const std::vector<double>& values) const {
        State state(type().struct_bytes);
        for (const Column& column : type().columns) {
            const double value = values.at(column.offset / 8u);
            std::uint8_t* const at = state.data() + column.offset;
            is_floating(column.scalar)
                ? store_real(column.scalar, value, at)
                : store_whole(column.scalar, static_cast<std::int64_t>(value), at);
        }
        return state;
    }
    [[nodiscard]] double value(const State& state, std::size_t field) const {
        for (const Column& column : type().columns) {
            if (column.offset == 8 * field)
                return load_real(column.scalar, state.data() + column.offset);
        }
        return std::nan("");
    }
    /// What is shown of the first field between two states.
    [[nodiscard]] double between(const std::vector<double>& from,
                                 const std::vector<double>& to,
                                 double fraction,
                                 double seconds = 1) const {
        State out(type().struct_bytes);
        interpolate(type(), state(from).data(), state(to).data(), seconds, fraction, out.data());
        return value(out, 0);
    }

private:
    static ReplicatedSchema load(std::vector<made::Field> fields) {
        for (std::size_t i = 0; i < fields.size(); ++i) {
            fields[i].name = "f" + std::to_string(i);
            fields[i].offset = static_cast<std::uint16_t>(8 * i);
        }
        const int bytes = static_cast<int>(8 * fields.size());
        const made::Schema made({{.name = "T", .fields = std::move(fields), .bytes = bytes}});
        auto schema = ReplicatedSchema::load(made.compiled());
        REQUIRE_MESSAGE(schema, (schema ? std::string{} : schema.error().text));
        return *schema;
    }
    ReplicatedSchema schema_;
};

made::Field number(made::Attributes more = {}) {
    made::Field field{.attributes = {{"step", "0.01"}, {"range", "-100..100"}}};
    field.attributes.insert(field.attributes.end(), more.begin(), more.end());
    return field;
}
made::Field linear() {
    return number({{"interpolate", "linear"}});
}
made::Field wrapping() {
    return number({{"interpolate", "linear"}, {"wrap", "0"}});
}
made::Field angle() {
    return {.attributes = {{"angle", "10"}, {"interpolate", "angle"}}};
}
made::Field velocity() {
    return {.attributes = {{"step", "0.01"}, {"range", "-500..500"}, {"velocity_of", "f0"}}};
}
made::Field counter() {
    return {.type = reflection::UByte, .attributes = {{"teleport", "0"}}};
}

/// A type whose one field is a rotation.
ReplicatedSchema turning() {
    made::Struct quaternion{.name = "Quat", .fields = {}, .bytes = 16, .is_replicated = false};
    for (const char* const name : {"x", "y", "z", "w"}) {
        const auto offset = static_cast<std::uint16_t>(4 * quaternion.fields.size());
        quaternion.fields.push_back({.name = name, .offset = offset});
    }
    const made::Field field{.name = "turn",
                            .type = reflection::Obj,
                            .attributes = {{"rotation", "12"}, {"interpolate", "rotation"}},
                            .index = 0};
    const made::Schema made({quaternion, {.name = "T", .fields = {field}, .bytes = 16}});
    auto schema = ReplicatedSchema::load(made.compiled());
    REQUIRE(schema);
    return *schema;
}

using Quat = std::array<float, 4>;
/// Round z.
Quat turned(double angle) {
    return {0, 0, static_cast<float>(std::sin(angle / 2)), static_cast<float>(std::cos(angle / 2))};
}
std::uint8_t* bytes(Quat& q) {
    return reinterpret_cast<std::uint8_t*>(q.data());
}
double angle_of(const Quat& q) {
    return std::remainder(2 * std::atan2(double{q[2]}, double{q[3]}), 2 * pi);
}

/// Quantised and back: what it would be if it came off the wire.
State sent(const EntityType& type, const State& state) {
    std::vector<std::int32_t> row(type.stride);
    quantise(type, state.data(), row.data());
    State back(type.struct_bytes);
    dequantise(type, row.data(), back.data());
    return back;
}

/// A random state of a type, as it comes off the wire.
State random_state(Random& random, const EntityType& type) {
    std::vector<std::int32_t> row(type.stride);
    for (std::size_t i = 0; i < type.columns.size(); ++i) {
        const std::int64_t lowest = type.columns[i].lo;
        const std::int64_t span = type.columns[i].hi - lowest;
        const std::uint64_t above = random.next_below(static_cast<std::uint64_t>(span) + 1);
        row[i] = static_cast<std::int32_t>(lowest + static_cast<std::int64_t>(above));
    }
    State state(type.struct_bytes);
    dequantise(type, row.data(), state.data());
    return sent(type, state);
}

/// Runs `check(type, random)` for the types of many schemas.
template <class Check>
void with_random_types(Check&& check) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const made::Schema made = RandomSchema(seed, true).make();
        const auto schema = ReplicatedSchema::load(made.compiled());
        REQUIRE_MESSAGE(schema, (schema ? std::string{} : schema.error().text));
        Random random(seed);
        for (const EntityType& type : schema->types()) {
            for (int i = 0; i < 20; ++i) check(type, random);
        }
    }
}

} // namespace

TEST_CASE("state blend: numbers go straight, and hold without interpolate") {
    const OneType made({linear(), number()});
    CHECK(made.between({10, 10}, {20, 20}, 0.25) == doctest::Approx(12.5));
    State out(made.type().struct_bytes);
    interpolate(
        made.type(), made.state({10, 10}).data(), made.state({20, 20}).data(), 1, 0.99, out.data());
    CHECK(made.value(out, 1) == 10);
}

TEST_CASE("state blend: numbers that wrap and angles go the shorter way round") {
    const OneType field({wrapping()});
    CHECK(field.between({99}, {-99}, 0.25) == doctest::Approx(99.5));
    CHECK(field.between({99}, {-99}, 0.75) == doctest::Approx(-99.5));
    CHECK(field.between({-99}, {99}, 0.75) == doctest::Approx(99.5));
    CHECK(field.between({10}, {30}, 0.5) == doctest::Approx(20));
    CHECK(field.between({100}, {-100}, 0.5) == doctest::Approx(-100));
    const OneType heading({angle()});
    CHECK(heading.between({3}, {-3}, 0.25) == doctest::Approx(3 + (2 * pi - 6) / 4));
    CHECK(heading.between({3}, {-3}, 0.75) == doctest::Approx(-3 - (2 * pi - 6) / 4));
    CHECK(heading.between({-1}, {1}, 0.5) == doctest::Approx(0));
}

TEST_CASE("state blend: rotations turn evenly, the shorter way, whatever their signs") {
    const ReplicatedSchema schema = turning();
    for (const float sign : {1.0F, -1.0F}) {
        Quat from = turned(0.2);
        Quat to = turned(2.2);
        for (float& part : to) part *= sign;
        Quat out{};
        interpolate(schema.types()[0], bytes(from), bytes(to), 1, 0.25, bytes(out));
        CHECK(angle_of(out) == doctest::Approx(0.7));
    }
}

TEST_CASE("state blend: between two velocities a thing speeds up evenly") {
    const OneType made({linear(), velocity()});
    // From 0 at 4 a second to 0 at -4: thrown up and caught, 1 high halfway.
    CHECK(made.between({0, 4}, {0, -4}, 0.5) == doctest::Approx(1));
    // From rest at 2 a second for a second.
    CHECK(made.between({0, 0}, {1, 2}, 0.5) == doctest::Approx(0.25));
    CHECK(made.between({0, 10}, {10, 10}, 0.3) == doctest::Approx(3));
    const OneType round({wrapping(), velocity()});
    CHECK(round.between({95, 10}, {-95, 10}, 0.25) == doctest::Approx(97.5));
    // 150 in a second, which is 50 the other way round.
    CHECK(round.between({0, 150}, {-50, 150}, 0.2) == doctest::Approx(30));
    CHECK(round.between({0, 0}, {-50, 0}, 0.5) == doctest::Approx(-25));
}

TEST_CASE("state blend: where the velocities do not account for the way it is straight") {
    const OneType made({linear(), velocity()});
    CHECK(made.between({0, 5}, {50, 5}, 0.25) == doctest::Approx(12.5));
    CHECK(made.between({0, 300}, {-1, 300}, 0.5) == doctest::Approx(-0.5));
    CHECK(made.between({0, 10}, {10, 10}, 0.25, 0) == doctest::Approx(2.5));
}

TEST_CASE("state blend: nothing is shown between two sides of a jump") {
    const OneType made({linear(), counter()});
    CHECK(made.between({0, 1}, {50, 2}, 0.99) == 0);
    CHECK(made.between({0, 1}, {50, 2}, 1) == 50);
    CHECK(has_jumped(made.type(), made.state({0, 1}).data(), made.state({0, 2}).data()));
    CHECK_FALSE(has_jumped(made.type(), made.state({0, 1}).data(), made.state({9, 1}).data()));
    const StateOffset offset =
        offset_between(made.type(), made.state({0, 1}).data(), made.state({50, 2}).data());
    CHECK_FALSE(offset.is_any);
}

TEST_CASE("state blend: what has a velocity moves on by it, to the end of its range or round it") {
    const auto after = [](const OneType& made, const std::vector<double>& from, double seconds) {
        State out(made.type().struct_bytes);
        extrapolate(made.type(), made.state(from).data(), seconds, out.data());
        return made.value(out, 0);
    };
    const OneType made({linear(), velocity()});
    CHECK(after(made, {10, 20}, 0.1) == doctest::Approx(12));
    CHECK(after(made, {99, 20}, 0.1) == 100);
    CHECK(after(OneType({wrapping(), velocity()}), {99, 20}, 0.1) == doctest::Approx(-99));
    CHECK(after(OneType({linear(), number()}), {10, 20}, 0.1) == 10);
    CHECK(after(OneType({number(), velocity()}), {10, 20}, 0.1) == 10); // it holds
}

TEST_CASE("state blend: an offset is the shorter way, and fades with its factor") {
    const OneType made({wrapping(), number()});
    const State truth = made.state({-99, 5});
    const State shown = made.state({99, 50});
    const StateOffset offset = offset_between(made.type(), shown.data(), truth.data());
    CHECK(offset.is_any);
    const auto with = [&](double factor) {
        State state = truth;
        add_offset(made.type(), state.data(), offset, factor);
        CHECK(made.value(state, 1) == 5); // holds, so it is the truth's
        return made.value(state, 0);
    };
    CHECK(with(1) == doctest::Approx(99));
    CHECK(with(0.75) == doctest::Approx(99.5));
    CHECK(with(0) == -99);

    const ReplicatedSchema schema = turning();
    const EntityType& type = schema.types()[0];
    Quat here = turned(3.0);
    Quat there = turned(-2.9);
    const StateOffset turn = offset_between(type, bytes(here), bytes(there));
    Quat half = there;
    add_offset(type, bytes(half), turn, 0.5);
    CHECK(angle_of(half) == doctest::Approx(-2.9 - (2 * pi - 5.9) / 2));
}

TEST_CASE("state blend: an error below one step is none") {
    const OneType made({wrapping(), angle(), counter()});
    const auto differs = [&](const std::vector<double>& a, const std::vector<double>& b) {
        return differ(made.type(), made.state(a).data(), made.state(b).data());
    };
    const double turn_step = 2 * pi / 1024;
    CHECK_FALSE(differs({0, 0, 7}, {0.01, turn_step * 0.9, 7}));
    CHECK_FALSE(differs({99.995, pi - turn_step / 3, 7}, {-99.996, -pi + turn_step / 3, 7}));
    CHECK(differs({0, 0, 7}, {0.02, 0, 7}));
    CHECK(differs({0, 0, 7}, {0, 2 * turn_step, 7}));
    CHECK(differs({0, 0, 7}, {0, 0, 8}));
    CHECK(distance(made.type(), made.state({99, 0, 0}).data(), made.state({-98, 1, 9}).data()) ==
          doctest::Approx(3));
}

TEST_CASE("state blend: what is shown of random types is in range, and ends where they are") {
    with_random_types([](const EntityType& type, Random& random) {
        const State from = random_state(random, type);
        const State to = random_state(random, type);
        State out(type.struct_bytes);
        const double seconds = random.next_unit();
        for (const double fraction : {-1.0, 0.0, 0.001, random.next_unit(), 0.999, 1.0, 2.0}) {
            interpolate(type, from.data(), to.data(), seconds, fraction, out.data());
            CHECK_FALSE(differ(type, out.data(), sent(type, out).data()));
            if (fraction <= 0) CHECK(out == from);
            if (fraction >= 1) CHECK(out == to);
        }
        extrapolate(type, from.data(), 100 * seconds, out.data());
        CHECK_FALSE(differ(type, out.data(), sent(type, out).data()));
        extrapolate(type, from.data(), 0, out.data());
        CHECK(out == from);
        interpolate(type, from.data(), from.data(), 0, random.next_unit(), out.data());
        CHECK_FALSE(differ(type, out.data(), from.data()));
    });
}

TEST_CASE("state blend: the truth and the whole offset give what was shown, in random types") {
    with_random_types([](const EntityType& type, Random& random) {
        const State shown = random_state(random, type);
        const State truth = random_state(random, type);
        const StateOffset offset = offset_between(type, shown.data(), truth.data());
        State state = truth;
        add_offset(type, state.data(), offset, 1);
        State kept = truth; // the fields that hold are the truth's
        if (!has_jumped(type, shown.data(), truth.data())) {
            for (const Field& field : type.fields) {
                if (field.interpolation == Interpolation::none) continue;
                for (std::size_t i = 0; i < field.columns; ++i) {
                    const Column& column = type.columns[field.first_column + i];
                    const std::size_t bytes =
                        column.coding == Coding::rotation_largest ? 16 : size_of(column.scalar);
                    std::memcpy(kept.data() + column.offset, shown.data() + column.offset, bytes);
                }
            }
        }
        CHECK_FALSE(differ(type, state.data(), kept.data()));
    });
}
