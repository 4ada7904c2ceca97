// The game's web backend is asked about players who want to join.

#include "end_to_end/asking_stage.hpp"

using namespace asking;
using bridge::Json;

namespace {

Json without_time(Json question) {
    question.erase("time_ms");
    return question;
}

Stepper::Options with_matches() {
    Stepper::Options options;
    options.kind = [](RoomKindConfig& kind) {
        kind.matchmaking = MatchRules{.teams = 2, .team_size = 1};
    };
    return options;
}

} // namespace

TEST_CASE("ask joins: who is refused is told the reason, and sits nowhere") {
    AskingStage stage;
    Client& ada = stage.stepper.add_client("ada");
    stage.backend.answer_with(R"({"allow":false,"reason":"You have been sent away."})");
    const JoinResult result = stage.quick_join(ada);
    CHECK(result.error == RequestError::refused_by_game);
    CHECK(result.detail == "You have been sent away.");
    CHECK(stage.stepper.books.log.empty());
    CHECK(stage.stepper.server.rooms().empty());
    stage.backend.answer_with(yes);
    CHECK(stage.quick_join(ada));
}

TEST_CASE("ask joins: it is told who wants to get into which room") {
    AskingStage stage(with_matches());
    Client& ada = stage.stepper.add_client("ada");
    const JoinResult made = stage.answer_to([&](Client::JoinHandler done) {
        ada.create_room("pond", {.name = "Deck", .is_private = true}, std::move(done));
    });
    REQUIRE(made);
    Client& bob = stage.stepper.add_client("bob");
    CHECK(stage.answer_to([&](Client::JoinHandler done) {
        bob.join_by_invite(made.invite, std::move(done));
    }));
    const RoomId room = stage.stepper.server.create_room("pond", "Hold").value();
    CHECK(stage.join(bob, room));
    CHECK(stage.quick_join(ada));
    ada.queue({.kind = "pond"}, {});
    stage.wait_asked(5);

    const std::vector<Json> asked = asked_of(stage.backend);
    const auto question = [&](const Client& who, const char* name, Json fields) {
        fields["ask"] = "join";
        fields["kind"] = "pond";
        fields["user"] = who.user();
        fields["name"] = name;
        fields["node"] = "";
        return fields;
    };
    CHECK(without_time(asked[0]) ==
          question(ada, "ada", {{"room", "Deck"}, {"room_id", 0}, {"create", true}}));
    CHECK(
        without_time(asked[1]) ==
        question(bob, "bob", {{"room", "Deck"}, {"room_id", made.room.value}, {"create", false}}));
    CHECK(without_time(asked[2]) ==
          question(bob, "bob", {{"room", "Hold"}, {"room_id", room.value}, {"create", false}}));
    const Json any{{"room", ""}, {"room_id", 0}, {"create", true}};
    CHECK(without_time(asked[3]) == question(ada, "ada", any));
    CHECK(without_time(asked[4]) == question(ada, "ada", any));
}

TEST_CASE("ask joins: without an answer nobody gets in, and soon after one all do") {
    AskingStage stage({}, [](BackendConfig& backend) {
        backend.failures_to_cut_off = 1'000;
    });
    Client& ada = stage.stepper.add_client("ada");
    stage.backend.status = 500;
    const JoinResult result = stage.quick_join(ada);
    CHECK(result.error == RequestError::not_now);
    CHECK(result.detail == "The game's backend does not answer.");
    stage.backend.status = 200;
    CHECK(stage.quick_join(ada));
}

TEST_CASE("ask joins: nobody is asked where the configuration says so") {
    AskingStage stage({}, [](BackendConfig& backend) {
        backend.asks_joins = false;
    });
    CHECK(stage.quick_join(stage.stepper.add_client("ada")));
    CHECK(stage.times_asked() == 0);
}

TEST_CASE("ask joins: what the server refuses by itself, and a room that one is in, ask nobody") {
    AskingStage stage({.capacity = 1});
    Client& ada = stage.stepper.add_client("ada");
    Client& bob = stage.stepper.add_client("bob");
    REQUIRE(stage.quick_join(ada));
    const RoomId room = ada.room();
    const std::size_t asked = stage.times_asked();
    CHECK(stage.join(bob, room).error == RequestError::room_full);
    CHECK(stage.join(bob, RoomId{999}).error == RequestError::no_such_room);
    const JoinResult unknown = stage.answer_to([&](Client::JoinHandler done) {
        bob.join_or_create("desert", std::move(done));
    });
    CHECK(unknown.error == RequestError::unknown_kind);
    const JoinResult no_match = stage.answer_to([&](Client::JoinHandler done) {
        bob.queue({.kind = "pond"}, std::move(done));
    });
    CHECK(no_match.error == RequestError::bad_request);
    CHECK(stage.join(ada, room));
    CHECK(stage.times_asked() == asked);
}

TEST_CASE("ask joins: a resume asks nobody") {
    AskingStage stage;
    Client& ada = stage.stepper.add_client("ada");
    REQUIRE(stage.quick_join(ada));
    stage.stepper.network.set_conditions_of(first_client_port, cut, cut);
    REQUIRE(stage.run_until([&] {
        return stage.stepper.books.count("resume ada") == 1;
    }));
    CHECK(stage.times_asked() == 1);
}

TEST_CASE("ask joins: of two who are asked about for the last seat one gets it") {
    AskingStage stage({.capacity = 1});
    const RoomId room = stage.stepper.server.create_room("pond", "Deck").value();
    Answers answers;
    stage.backend.is_holding = true;
    stage.stepper.add_client("ada").join_room(room, answers.keep);
    stage.stepper.add_client("bob").join_room(room, answers.keep);
    stage.wait_asked(1);
    stage.stepper.run(1s);
    CHECK(answers.results.empty());
    CHECK(stage.stepper.books.log.empty());
    stage.backend.is_holding = false;
    REQUIRE(stage.run_until([&] {
        return answers.results.size() == 2;
    }));
    const std::size_t winner = answers.results[0] ? 0 : 1;
    CHECK(answers.results[winner]);
    CHECK(answers.results[1 - winner].error == RequestError::room_full);
}

TEST_CASE("ask joins: many at once get into as few rooms as they fit in") {
    AskingStage stage({.capacity = 4});
    Answers answers;
    for (int i = 0; i < 8; ++i) {
        stage.stepper.add_client("player " + std::to_string(i))
            .join_or_create("pond", answers.keep);
    }
    REQUIRE(stage.run_until([&] {
        return answers.results.size() == 8;
    }));
    CHECK(stage.stepper.all_joined());
    CHECK(stage.stepper.server.rooms().size() == 2);
}

TEST_CASE("ask joins: the room may end meanwhile") {
    AskingStage stage;
    Client& ada = stage.stepper.add_client("ada");
    const RoomId room = stage.stepper.server.create_room("pond", "Deck").value();
    Answers answers;
    stage.backend.is_holding = true;
    ada.join_room(room, answers.keep);
    stage.wait_asked(1);
    stage.stepper.ponds.front()->end("all is said");
    stage.stepper.run(1s);
    stage.backend.is_holding = false;
    REQUIRE(stage.run_until([&] {
        return answers.results.size() == 1;
    }));
    CHECK(answers.results[0].error == RequestError::no_such_room);
}

TEST_CASE("ask joins: the player may go meanwhile") {
    AskingStage stage;
    Client& ada = stage.stepper.add_client("ada");
    stage.backend.is_holding = true;
    ada.join_or_create("pond");
    stage.wait_asked(1);
    SUBCASE("with a word") {
        ada.leave();
        stage.stepper.run(1s);
    }
    SUBCASE("without") {
        stage.stepper.kill(ada);
        stage.stepper.run(60s);
    }
    stage.backend.is_holding = false;
    Client& bob = stage.stepper.add_client("bob");
    CHECK(stage.quick_join(bob));
    CHECK(stage.stepper.books.log == std::vector<std::string>{"join bob"});
    CHECK(stage.stepper.errors.empty());
}

TEST_CASE("ask joins: one that waits is the only one of its session") {
    AskingStage stage;
    Client& ada = stage.stepper.add_client("ada");
    Answers first;
    stage.backend.is_holding = true;
    ada.join_or_create("pond", first.keep);
    stage.wait_asked(1);
    const JoinResult second = stage.quick_join(ada);
    CHECK(second.error == RequestError::not_now);
    CHECK(second.detail == "an earlier join waits for its answer");
    stage.backend.is_holding = false;
    REQUIRE(stage.run_until([&] {
        return first.results.size() == 1;
    }));
    CHECK(first.results[0]);
    CHECK(stage.times_asked() == 1);
}

TEST_CASE(
    "ask joins: who leaves its room meanwhile, or waits no longer for a match, has cancelled") {
    AskingStage stage(with_matches());
    Client& ada = stage.stepper.add_client("ada");
    REQUIRE(stage.quick_join(ada));
    const RoomId other = stage.stepper.server.create_room("pond", "Deck").value();
    Answers answers;
    stage.backend.is_holding = true;
    SUBCASE("a room") {
        ada.join_room(other, answers.keep);
        stage.wait_asked(2);
        ada.leave_room();
    }
    SUBCASE("a match") {
        ada.leave_room();
        ada.queue({.kind = "pond"}, answers.keep);
        stage.wait_asked(2);
        ada.cancel_queue();
    }
    REQUIRE(stage.run_until([&] {
        return answers.results.size() == 1;
    }));
    CHECK(answers.results[0].error == RequestError::cancelled);
    stage.backend.is_holding = false;
    stage.stepper.run(2s);
    CHECK_FALSE(ada.room().is_set());
}

TEST_CASE("ask joins: who waits for a match was asked about, and is not when there is one") {
    AskingStage stage(with_matches());
    for (const char* name : {"ada", "bob"})
        stage.stepper.add_client(name).queue({.kind = "pond"}, {});
    REQUIRE(stage.run_until([&] {
        return stage.stepper.all_joined();
    }));
    CHECK(stage.times_asked() == 2);
}

TEST_CASE("ask joins: a reason is as long as one may be, whatever the backend says") {
    AskingStage stage;
    Client& ada = stage.stepper.add_client("ada");
    stage.backend.answer_with(R"({"allow":false,"reason":")" + std::string(5'000, 'x') + "\"}");
    const JoinResult result = stage.quick_join(ada);
    CHECK(result.error == RequestError::refused_by_game);
    CHECK(result.detail == std::string(max_reason_bytes, 'x'));
}
