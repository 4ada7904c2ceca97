// Rooms that say of themselves what they are, and are found by it.

#include "support/answers.hpp"
#include "support/stepper.hpp"

#include "match_info_bfbs_generated.h"
#include "match_info_generated.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

Stepper::Options with_metadata() {
    Stepper::Options options;
    options.kind = [](RoomKindConfig& kind) {
        kind.metadata = compiled_schema<match_info::MatchInfoBinarySchema>();
    };
    return options;
}

std::vector<std::uint8_t> info(const std::string& title, int rating) {
    flatbuffers::FlatBufferBuilder builder;
    const auto text = builder.CreateString(title);
    match_info::MatchInfoBuilder match(builder);
    match.add_title(text);
    match.add_rating(rating);
    builder.Finish(match.Finish());
    const EventBytes bytes = bytes_of(builder);
    return {bytes.begin(), bytes.end()};
}

/// Opens rooms of these ratings, and looks for them.
struct Rooms {
    Stepper stepper{with_metadata()};
    Client& eve = stepper.add_client("eve");
    Answers answers;
    std::vector<Client*> hosts;
    RoomPage page;

    void open(const std::string& name, int rating) {
        Client& host = stepper.add_client(name);
        host.create_room("pond", {.name = name, .metadata = info(name, rating)}, answers.keep);
        REQUIRE(answers.next(stepper).error == RequestError::none);
        hosts.push_back(&host);
    }
    /// The names of the rooms that were found.
    std::vector<std::string> find(const RoomQuery& query) {
        bool is_answered = false;
        eve.find_rooms(query, [&](const RoomPage& found) {
            page = found;
            is_answered = true;
        });
        REQUIRE(stepper.run_until([&] {
            return is_answered;
        }));
        stepper.run(500ms); // a server does not search for one client without a break
        std::vector<std::string> names;
        for (const RoomSummary& room : page.rooms) names.push_back(room.name);
        return names;
    }
};

using Names = std::vector<std::string>;

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("find rooms: by what games say of them, sorted, page by page") {
        Rooms rooms;
        rooms.open("low", 900);
        rooms.open("high", 2000);
        rooms.open("middle", 1500);
        CHECK(rooms.find({.where = {{"rating", Comparison::at_least, 1000.0}}}) ==
              Names{"high", "middle"});
        CHECK(rooms.find({.order = {{"rating", true}}, .first = 1, .count = 1}) == Names{"middle"});
        CHECK(rooms.page.total == 3);
        CHECK(rooms.find({.kind = "lake"}).empty());
        CHECK(rooms.find({.where = {{"title", Comparison::contains, std::string("ig")}}}) ==
              Names{"high"});
        const auto* seen =
            verified<match_info::MatchInfo>(rooms.page.rooms.front().metadata, max_state_tables);
        REQUIRE(seen != nullptr);
        CHECK(seen->rating() == 2000);
        // Of every room something is known.
        CHECK(rooms.find({.where = {{"players", Comparison::more, 1.0}}}).empty());
    }

    TEST_CASE(
        "find rooms: only the host changes what is said of its room, and only to what may be") {
        Rooms rooms;
        rooms.open("one", 900);
        Results results;
        Client& bob = rooms.stepper.add_client("bob");
        bob.join_room(rooms.hosts[0]->room(), rooms.answers.keep);
        REQUIRE(rooms.answers.next(rooms.stepper).error == RequestError::none);
        bob.set_metadata(info("one", 5000), results.keep);
        CHECK(results.next(rooms.stepper).error == RequestError::not_host);
        const std::vector<std::uint8_t> noise(100, 7);
        rooms.hosts[0]->set_metadata(noise, results.keep);
        CHECK(results.next(rooms.stepper).error == RequestError::bad_request);
        rooms.hosts[0]->set_metadata(info("one", 1000), results.keep);
        CHECK(results.next(rooms.stepper).error == RequestError::none);
        CHECK(rooms.find({.where = {{"rating", Comparison::equal, 1000.0}}}) == Names{"one"});
        // The game may, too; who watches the list is told.
        rooms.eve.watch_rooms();
        rooms.stepper.run(500ms);
        rooms.stepper.ponds.front()->describe_room(info("one", 1234));
        CHECK(rooms.stepper.run_until([&] {
            const auto& line = rooms.eve.rooms().begin()->second;
            const auto* seen = verified<match_info::MatchInfo>(line.metadata);
            return seen && seen->rating() == 1234;
        }));
        // A room that would lie from the start is not opened.
        bob.create_room("pond", {.metadata = noise}, rooms.answers.keep);
        CHECK(rooms.answers.next(rooms.stepper).error == RequestError::bad_request);
    }

    TEST_CASE("find rooms: a query that makes no sense, or comes too fast, is refused") {
        Rooms rooms;
        CHECK(rooms.find({.where = {{std::string(60, 'x'), Comparison::equal, 1.0}}}).empty());
        std::vector<RequestError> errors;
        const auto keep = [&](const RoomPage& found) {
            errors.push_back(found.error);
        };
        for (int i = 0; i < 10; ++i) rooms.eve.find_rooms({}, keep);
        REQUIRE(rooms.stepper.run_until([&] {
            return errors.size() == 10;
        }));
        CHECK(errors.front() == RequestError::none);
        CHECK(errors.back() == RequestError::too_fast);
    }
}
