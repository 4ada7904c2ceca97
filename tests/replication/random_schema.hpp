#pragma once

#include "core/random.hpp"
#include "replication/made_schema.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Makes schemas of two types with fields of every kind, at random.
class RandomSchema {
public:
    /// `is_shown`: with all that says how an entity is shown.
    explicit RandomSchema(std::uint64_t seed, bool is_shown = false)
        : random_(seed), is_shown_(is_shown) {}

    made::Schema make() {
        const made::Struct quaternion{
            .name = "Quat",
            .fields = {{.name = "x", .type = reflection::Float},
                       {.name = "y", .type = reflection::Float, .offset = 4},
                       {.name = "z", .type = reflection::Float, .offset = 8},
                       {.name = "w", .type = reflection::Float, .offset = 12}},
            .bytes = 16,
            .is_replicated = false};
        return made::Schema({quaternion, type("Alpha"), type("Beta")},
                            {{.name = "Hull", .values = {0, 1, 2, 7}}});
    }

private:
    made::Struct type(std::string name) {
        made::Struct made{.name = std::move(name), .fields = {}, .bytes = 0};
        const std::uint64_t count = 1 + random_.next_below(8);
        std::vector<std::string> still; ///< numbers that nothing moves yet
        for (std::uint64_t i = 0; i < count; ++i) {
            made::Field one = field();
            one.name = "f" + std::to_string(i);
            one.offset = static_cast<std::uint16_t>(made.bytes);
            made.bytes += 16;
            if (random_.next_chance(0.1)) one.attributes.emplace_back("spawn_only", "0");
            const bool is_number =
                one.type == reflection::Short || one.type == reflection::Int || says(one, "step");
            if (is_number && !still.empty() && random_.next_chance(0.5)) {
                one.attributes.emplace_back("velocity_of", still.back());
                still.pop_back();
            } else if (random_.next_chance(0.2)) {
                one.attributes.emplace_back("owner_only", "0");
            } else if (is_number) {
                still.push_back(one.name);
            }
            if (is_shown_) show(one);
            made.fields.push_back(std::move(one));
        }
        if (is_shown_ && random_.next_chance(0.5)) {
            made.fields.push_back({.name = "jumps",
                                   .type = reflection::UByte,
                                   .attributes = {{"teleport", "0"}},
                                   .offset = static_cast<std::uint16_t>(made.bytes)});
            made.bytes += 16;
        }
        return made;
    }

    /// Most numbers and rotations are interpolated, many numbers wrap.
    void show(made::Field& field) {
        if (!random_.next_chance(0.8)) return;
        const auto has = [&](const std::string& key) {
            return std::ranges::any_of(field.attributes, [&](const auto& one) {
                return one.first == key;
            });
        };
        if (has("rotation")) field.attributes.emplace_back("interpolate", "rotation");
        if (!has("range")) return;
        if (!has("interpolate")) field.attributes.emplace_back("interpolate", "linear");
        const bool is_whole_step = !says(field, "step") || field.attributes.front().second != "7";
        if (is_whole_step && random_.next_chance(0.5)) field.attributes.emplace_back("wrap", "0");
    }

    static bool says(const made::Field& field, const std::string& key) {
        return !field.attributes.empty() && field.attributes.front().first == key;
    }

    made::Field field() {
        using enum reflection::BaseType;
        switch (random_.next_below(10)) {
        case 0: return {.type = Bool};
        case 1: return {.type = UByte, .index = 0}; // the enum
        case 2: return {.type = Obj, .attributes = {{"rotation", whole(2, 16)}}, .index = 2};
        case 3: return angle();
        case 4: return {.type = any_of({Byte, UByte, UShort, Long, ULong, UInt})};
        case 5: return {.type = Int, .attributes = {{"range", range(1'000'000'000)}}};
        case 6:
            return {.type = Short,
                    .attributes = {{"range", range(30'000)}, {"interpolate", "linear"}}};
        case 7:
            return {.type = any_of({Float, Double}),
                    .attributes = {{"bits", whole(1, 12)}, {"range", range(100)}}};
        case 8:
            return {.type = Double, .attributes = {{"step", "0.001"}, {"range", range(100'000)}}};
        default:
            return {.type = Float, .attributes = {{"step", any_step()}, {"range", range(2'000)}}};
        }
    }
    made::Field angle() {
        made::Field made{.type = any_of({reflection::Float, reflection::Double}),
                         .attributes = {{"angle", whole(1, 16)}}};
        if (random_.next_chance(0.5)) made.attributes.emplace_back("interpolate", "angle");
        return made;
    }

    reflection::BaseType any_of(const std::vector<reflection::BaseType>& types) {
        return types[random_.next_below(types.size())];
    }
    std::string any_step() {
        constexpr const char* steps[] = {"0.01", "0.25", "1", "7"};
        return steps[random_.next_below(4)];
    }
    std::string whole(std::uint64_t least, std::uint64_t most) {
        return std::to_string(least + random_.next_below(most - least + 1));
    }
    /// That has 0 in it and ends at most `most` away from it.
    std::string range(std::uint64_t most) { return "-" + whole(0, most) + ".." + whole(10, most); }

    engine_net::Random random_;
    bool is_shown_;
};
