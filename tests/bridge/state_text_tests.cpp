#include "bridge/state_text.hpp"
#include "support/pond.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <vector>

using namespace engine_net;
using bridge::StateText;

TEST_CASE("state text: a state is told with all its fields, those not set by their defaults") {
    const auto text = StateText::load(test_game::schema(), "test_game.Board");
    REQUIRE(text);
    const auto board = test_game::board("left", 2, 7);
    const auto json = (*text)->json_of({board.data(), board.size()});
    REQUIRE(json);
    CHECK(nlohmann::json::parse(*json) == nlohmann::json({{"title", "left"}, {"marks", {7, 8}}}));
}

TEST_CASE("state text: damaged states are told as nothing or as JSON, wherever they stand") {
    const auto text = StateText::load(test_game::schema(), "test_game.Board");
    REQUIRE(text);
    const auto board = test_game::board("left", 3);
    for (std::size_t at = 0; at < board.size(); ++at) {
        for (const int change : {1, 0x80, 0xFF}) {
            std::vector<std::uint8_t> damaged{0};
            damaged.insert(damaged.end(), board.data(), board.data() + board.size());
            damaged[at + 1] = static_cast<std::uint8_t>(damaged[at + 1] ^ change);
            const auto json = (*text)->json_of(Bytes(damaged).subspan(1));
            if (json) CHECK(nlohmann::json::accept(*json));
        }
        const auto json = (*text)->json_of({board.data(), at});
        if (json) CHECK(nlohmann::json::accept(*json));
    }
}

TEST_CASE("state text: a table that the schema has not is told to the game's author") {
    const auto unknown = StateText::load(test_game::schema(), "test_game.Score");
    REQUIRE(!unknown);
    CHECK(unknown.error().find("test_game.Score") != std::string::npos);
    CHECK(!StateText::load({}, "test_game.Board"));
}
