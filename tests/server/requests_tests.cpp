#include "support/answers.hpp"
#include "support/stepper.hpp"

#include "rocks_bfbs_generated.h"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_CASE("requests: whoever asks for any room of the kind it is in keeps its seat (A10)") {
    Stepper stepper;
    Client& ada = stepper.add_player("ada");
    REQUIRE(stepper.run_until_joined());
    const PresenceId seat = ada.presence();
    Answers answers;
    ada.join_or_create("pond", answers.keep);
    REQUIRE(answers.wait(stepper));
    CHECK(answers.results[0].error == RequestError::none);
    CHECK(answers.results[0].presence == seat);
    CHECK(answers.results[0].room == ada.room());
    CHECK(stepper.books.log == std::vector<std::string>{"join ada"});
}

TEST_CASE("requests: a client of another game leaves no empty room behind") {
    Stepper stepper;
    Client& ada = stepper.add_client("ada", [](ClientConfig& config) {
        config.schema = compiled_schema<rocks::RootBinarySchema>();
    });
    Answers answers;
    ada.create_room("pond", {.name = "a pond", .capacity = 4}, answers.keep);
    ada.join_or_create("pond", answers.keep);
    REQUIRE(answers.wait(stepper, 2));
    for (const JoinResult& result : answers.results) {
        CHECK(result.error == RequestError::schema_mismatch);
        CHECK(result.detail.find("unknown here") != std::string::npos);
    }
    CHECK(stepper.ponds.empty());
    CHECK(stepper.server.rooms().empty());
}

TEST_CASE("requests: a reason of the game that is not UTF-8 does not end the session") {
    Stepper stepper;
    Client& ada = stepper.add_player("ada");
    REQUIRE(stepper.run_until_joined());
    std::string told;
    ada.on_room_left([&](LeaveReason, const std::string& detail) {
        told = detail;
    });
    stepper.ponds[0]->kick_all("trop caf\xE9");
    REQUIRE(stepper.run_until([&] {
        return !ada.room().is_set();
    }));
    CHECK(told == "trop caf?");
    Answers answers;
    ada.join_or_create("pond", answers.keep);
    REQUIRE(answers.wait(stepper));
    CHECK(answers.results[0].error == RequestError::none);
    CHECK(ada.stats().refused.malformed_messages == 0);
}

TEST_CASE("requests: a room's name that can't be shown is replaced (A34)") {
    Stepper stepper;
    Client& ada = stepper.add_client("ada");
    Answers answers;
    ada.create_room("pond", {.name = "\xE2\x80\xAE evil", .capacity = 4}, answers.keep);
    REQUIRE(answers.wait(stepper));
    CHECK(answers.results[0].error == RequestError::none);
    REQUIRE(stepper.server.rooms().size() == 1);
    CHECK(stepper.server.rooms()[0].name == "pond 1");
}
