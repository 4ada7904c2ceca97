#include "c_api/table_check.hpp"
#include "core/random.hpp"

#include <engine_net/event.hpp>

#include "test_game_bfbs_generated.h"
#include "test_game_generated.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace engine_net;
using test_game::Board;

TEST_CASE("c api: a damaged table that is let through is one that generated code reads safely") {
    const auto schema = compiled_schema<test_game::CallBinarySchema>();
    const auto check = c_api::TableCheck::load(schema, "test_game.Board");
    REQUIRE(check);
    flatbuffers::FlatBufferBuilder builder;
    const auto marks = builder.CreateVector(std::vector<std::uint32_t>{1, 2, 3, 4, 5});
    const auto title = builder.CreateString("a board with a title");
    builder.Finish(test_game::CreateBoard(builder, title, marks));
    const EventBytes whole = bytes_of(builder);
    CHECK(check->is_valid(whole));
    CHECK_FALSE(check->is_valid({}));
    CHECK_FALSE(check->is_valid(whole.first(whole.size() - 1)));

    Random random(17);
    int passed = 0;
    int unsafe = 0;
    for (int i = 0; i < 50'000; ++i) {
        std::vector<std::uint8_t> bytes(whole.begin(), whole.end());
        bytes.resize(1 + random.next_below(bytes.size()));
        if (random.next_chance(0.7)) bytes.assign(whole.begin(), whole.end());
        for (std::size_t damages = random.next_below(3); damages-- > 0;) {
            bytes[random.next_below(bytes.size())] =
                static_cast<std::uint8_t>(random.next_below(256));
        }
        const bool is_valid = check->is_valid(bytes);
        passed += is_valid ? 1 : 0;
        unsafe += is_valid && !verified<Board>(bytes) ? 1 : 0;
    }
    CHECK(passed > 1000);
    CHECK(unsafe == 0);
}

TEST_CASE("c api: a table is named, or is the schema's root") {
    const auto schema = compiled_schema<test_game::CallBinarySchema>();
    const auto root = c_api::TableCheck::load(schema, "");
    REQUIRE(root);
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(test_game::CreateCall(builder, 1));
    CHECK(root->is_valid(bytes_of(builder)));
    CHECK(c_api::TableCheck::load(schema, "test_game.Bored").error() ==
          "the schema has no table test_game.Bored");
    CHECK(c_api::TableCheck::load({}, "").error() == "there is no schema");
}
