#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

using namespace engine_net;
using namespace std::chrono_literals;
using test_game::Board;
using test_game::board;

namespace {

constexpr LinkConditions lossy{.delay = 20ms, .loss = 0.05};

void show(Stepper& stepper, const flatbuffers::DetachedBuffer& state) {
    stepper.ponds.front()->show(bytes_of(state));
}

flatbuffers::DetachedBuffer longest_board(const std::string& title) {
    return board(title, test_game::most_marks(title), 7);
}

std::string title_of(const Board* board) {
    return board ? board->title()->str() : "none";
}

std::string room_title(const Client& client) {
    return title_of(client.room_state<Board>());
}

std::string private_title(const Client& client) {
    return title_of(client.private_state<Board>());
}

bool has_marks_from(const Board& board, std::uint32_t first, std::size_t count) {
    if (!board.marks() || board.marks()->size() != count) return false;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (board.marks()->Get(i) != first + i) return false;
    }
    return true;
}

bool all_show(const Stepper& stepper, const std::string& title) {
    return std::ranges::all_of(stepper.clients, [&](const auto& client) {
        return room_title(*client) == title;
    });
}

/// Shows noise of that length in a process of its own; whether that aborted.
bool is_refused(Stepper& stepper, std::size_t bytes) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        std::fclose(stderr);
        stepper.ponds.front()->show(std::vector<std::uint8_t>(bytes, 1));
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status);
}

/// The most ticks that the client's newest snapshot was behind the server in that time.
std::int32_t worst_lag(Stepper& stepper, const Client& client, Duration time) {
    std::int32_t worst = 0;
    for (const Time end = stepper.now() + time; stepper.now() < end;) {
        stepper.run(1ms);
        worst = std::max(worst, stepper.server.stats().tick - client.stats().newest_tick);
    }
    return worst;
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("state: everyone in the room has it, and nothing more is sent") {
        Stepper stepper;
        stepper.add_player("ada");
        stepper.add_player("bob");
        REQUIRE(stepper.run_until_joined());
        std::vector<std::string> heard;
        stepper.clients.front()->on_room_state<Board>([&](const Board& state) {
            heard.push_back(state.title()->str());
        });
        CHECK(room_title(*stepper.clients.front()) == "none");
        show(stepper, board("first"));
        stepper.run(200ms);
        CHECK(all_show(stepper, "first"));
        show(stepper, board("first"));
        stepper.run(200ms);
        show(stepper, board("second"));
        stepper.run(200ms);
        CHECK(all_show(stepper, "second"));
        CHECK(heard == std::vector<std::string>{"first", "second"});
    }

    TEST_CASE("state: 64 kB arrive whole through loss within a second") {
        Stepper stepper({.link = lossy});
        const Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        const auto state = longest_board("a long one");
        REQUIRE(state.size() == max_state_bytes);
        show(stepper, state);
        CHECK(stepper.run_until(
            [&] {
                return room_title(ada) == "a long one";
            },
            1s));
        const auto* got = ada.room_state<Board>();
        REQUIRE(got);
        CHECK(has_marks_from(*got, 7, test_game::most_marks("a long one")));
        CHECK(ada.stats().refused.unexpected_messages == 0);
        CHECK(ada.stats().refused.malformed_messages == 0);
    }

    TEST_CASE("state: a byte more than 64 kB, or none, is the game's mistake") {
        Stepper stepper;
        const Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        CHECK_FALSE(is_refused(stepper, max_state_bytes));
#ifdef NDEBUG
        show(stepper, board("as before"));
        stepper.ponds.front()->show(std::vector<std::uint8_t>(max_state_bytes + 1, 1));
        stepper.ponds.front()->show({});
        stepper.run(1s);
        CHECK(room_title(ada) == "as before");
#else
        CHECK(is_refused(stepper, max_state_bytes + 1));
        CHECK(is_refused(stepper, 0));
        CHECK(room_title(ada) == "none");
#endif
    }

    TEST_CASE("state: while 64 kB travel, snapshots and events are no later") {
        // A way that is a third faster than states may fill it.
        Stepper stepper({.link = {.delay = 20ms, .loss = 0.05, .bytes_per_second = 400'000}});
        Client& ada = stepper.add_player("ada");
        std::optional<Time> heard;
        ada.on_event<test_game::Call>([&](const test_game::Call&) {
            heard = stepper.now();
        });
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        const std::int32_t lag_before = worst_lag(stepper, ada, 3s);

        std::int32_t lag = 0;
        std::vector<Duration> waits;
        for (int i = 0; i < 8; ++i) {
            show(stepper, longest_board("number " + std::to_string(i)));
            stepper.run(100ms);
            REQUIRE(room_title(ada) != "number " + std::to_string(i)); // it is under way
            heard.reset();
            const Time sent = stepper.now();
            stepper.ponds.front()->call(1);
            lag = std::max(lag, worst_lag(stepper, ada, 400ms));
            REQUIRE(heard.has_value());
            waits.push_back(*heard - sent);
            stepper.run(500ms);
            CHECK(room_title(ada) == "number " + std::to_string(i));
        }
        CHECK(lag <= lag_before + 1);
        std::ranges::sort(waits);
        // A lost event is sent again; the others wait for the tick and for what the datagram takes.
        CHECK(waits[waits.size() / 2] <= 20ms + 2 * 17ms + 10ms);
    }

    TEST_CASE("state: the newest wins over what is still being sent") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        std::vector<std::string> heard;
        ada.on_room_state<Board>([&](const Board& state) {
            heard.push_back(state.title()->str());
        });
        show(stepper, longest_board("old"));
        stepper.run(100ms);
        const std::uint64_t datagrams = stepper.server.stats().link.datagrams_out;
        show(stepper, board("new"));
        stepper.run(200ms);
        CHECK(heard == std::vector<std::string>{"new"});
        CHECK(ada.stats().refused.unexpected_messages == 0);
        // A snapshot each tick and little else: the old one's pieces are sent no more.
        CHECK(stepper.server.stats().link.datagrams_out - datagrams < 30);
    }

    TEST_CASE("state: a late joiner gets it whole while events flow and states change") {
        Stepper stepper({.link = lossy});
        stepper.add_player("ada");
        stepper.add_player("bob");
        REQUIRE(stepper.run_until_joined());
        std::vector<std::uint32_t> heard;
        Client* late = nullptr;
        for (std::uint32_t i = 0; i < 60; ++i) {
            show(stepper, board("number " + std::to_string(i), 100 * i));
            stepper.ponds.front()->call(i);
            stepper.run(17ms);
            if (i != 20) continue;
            late = &stepper.add_player("late");
            late->on_event<test_game::Call>([&](const test_game::Call& call) {
                heard.push_back(call.number());
            });
        }
        stepper.run(2s);
        CHECK(all_show(stepper, "number 59"));
        CHECK(has_marks_from(*late->room_state<Board>(), 0, 5'900));
        // Whoever joins hears all events from then on, in order.
        REQUIRE_FALSE(heard.empty());
        CHECK(heard.front() > 20);
        CHECK(heard.back() == 59);
        CHECK(heard.size() == 60 - heard.front());
        CHECK(std::ranges::is_sorted(heard));
        CHECK(late->stats().state_mismatches == 0);
    }

    TEST_CASE("state: it may come before the answer to the join") {
        // Each message its own wait: the state often overtakes the answer.
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            Stepper stepper({.seed = seed, .link = {.delay = 20ms, .jitter = 100ms, .loss = 0.1}});
            stepper.add_player("ada");
            REQUIRE(stepper.run_until_joined());
            show(stepper, board("the state"));
            const Client& late = stepper.add_player("late");
            CHECK(stepper.run_until(
                [&] {
                    return room_title(late) == "the state";
                },
                5s));
        }
    }

    TEST_CASE("state: after a resume both are there, as they are by then") {
        Stepper stepper({.link = lossy});
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        show(stepper, longest_board("before"));
        stepper.ponds.front()->show_to(ada.presence(), bytes_of(board("hers, before")));
        SUBCASE("the link broke with nothing under way") {
            stepper.run(2s);
            CHECK(room_title(ada) == "before");
            CHECK(private_title(ada) == "hers, before");
        }
        SUBCASE("the link broke within the state") {
            stepper.run(100ms);
            REQUIRE(room_title(ada) == "none");
        }
        stepper.network.set_conditions_of(first_client_port, cut, cut);
        stepper.run(100ms);
        show(stepper, longest_board("after"));
        stepper.ponds.front()->show_to(ada.presence(), bytes_of(board("hers, after")));
        REQUIRE(stepper.run_until([&] {
            return ada.stats().resumes == 1;
        }));
        stepper.run(2s);
        CHECK(room_title(ada) == "after");
        CHECK(private_title(ada) == "hers, after");
    }

    TEST_CASE("state: a process that takes a session over gets both whole") {
        Stepper stepper;
        Client& old_ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        show(stepper, longest_board("the room's"));
        stepper.ponds.front()->show_to(old_ada.presence(), bytes_of(longest_board("hers")));
        stepper.run(2s);
        const std::string token = old_ada.resume_token();
        stepper.kill(old_ada);
        const Client& ada = stepper.add_client("ada", [&](ClientConfig& config) {
            config.resume_token = token;
        });
        stepper.run(3s);
        CHECK(room_title(ada) == "the room's");
        CHECK(private_title(ada) == "hers");
    }

    TEST_CASE("state: a room's is gone with the room") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        show(stepper, board("the first room's"));
        stepper.run(200ms);
        CHECK(room_title(ada) == "the first room's");
        SUBCASE("when one goes back to the lobby") {
            ada.leave_room();
        }
        SUBCASE("when one goes to another room") {
            ada.create_room("pond", {.name = "second", .capacity = 4});
        }
        stepper.run(300ms);
        CHECK(room_title(ada) == "none");
    }

    TEST_CASE("state: what is not of the client's table is dropped and counted") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        bool is_heard = false;
        ada.on_room_state<Board>([&](const Board&) {
            is_heard = true;
        });
        const std::vector<std::uint8_t> noise(5'000, 0xFF);
        stepper.ponds.front()->show(noise);
        stepper.run(300ms);
        CHECK_FALSE(is_heard);
        CHECK(ada.room_state<Board>() == nullptr);
        CHECK(ada.stats().refused.malformed_messages == 1);
        show(stepper, board("sound"));
        stepper.run(300ms);
        CHECK(is_heard);
        CHECK(room_title(ada) == "sound");
    }
}
