#include "core/own_thread.hpp"
#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t thread_count = 8;
constexpr std::uint64_t rounds = 200;

std::atomic<std::uint64_t> calls_heard;

/// Counts the calls from wrong threads instead of aborting.
class Listening {
public:
    Listening()
        : before_(exchange_wrong_thread_listener([](const char*) {
            ++calls_heard;
        })) {
        calls_heard = 0;
    }
    ~Listening() { exchange_wrong_thread_listener(before_); }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

private:
    WrongThreadListener before_;
};

/// Eight threads that do it again and again, while the game goes on here.
void meddle(Stepper& stepper, const std::function<void()>& call) {
    std::array<std::thread, thread_count> threads;
    for (std::thread& thread : threads) {
        thread = std::thread([&call] {
            for (std::uint64_t i = 0; i < rounds; ++i) call();
        });
    }
    stepper.run(2s);
    for (std::thread& thread : threads) thread.join();
    stepper.run(1s);
}

void call_all(Server& server) {
    server.define_room("another", test_game::schema(), {}, nullptr);
    CHECK_FALSE(server.start());
    server.step(Time::max());
    CHECK(server.next_step() == Time::max());
    server.run_until([] {
        return false;
    });
    server.stop("meddled with");
    CHECK_FALSE(server.has_stopped());
    CHECK_FALSE(server.create_room("pond", "another"));
    CHECK(server.rooms().empty());
    CHECK(server.stats().ticks == 0);
    CHECK(server.port() == 0);
}
constexpr std::uint64_t server_calls = 11;

void call_all(Client& client, EventBytes event) {
    client.poll(Time::max());
    CHECK(client.next_poll() == Time::max());
    client.wait_until(Time::max());
    CHECK(client.state() == ClientState::connecting);
    CHECK(client.close_reason() == CloseReason::none);
    CHECK(client.close_detail().empty());
    CHECK(client.resume_token().empty());
    client.create_room("pond", {.name = "another", .capacity = 1});
    client.join_room(RoomId{1});
    client.join_or_create("pond");
    client.leave_room();
    client.list_rooms(0, nullptr);
    client.leave();
    CHECK_FALSE(client.room().is_set());
    CHECK_FALSE(client.presence().is_set());
    client.on_room_left(nullptr);
    client.send_input(test_game::Push(9, 9));
    client.send_event(event);
    client.on_event<test_game::Call>([](const test_game::Call&) {});
    CHECK(client.room_state<test_game::Board>() == nullptr);
    CHECK(client.private_state<test_game::Board>() == nullptr);
    client.on_room_state<test_game::Board>(nullptr);
    client.on_private_state<test_game::Board>(nullptr);
    client.each<test_game::Body>(Time(), [](EntityId, const test_game::Body&) {
        FAIL("nothing is shown");
    });
    CHECK_FALSE(client.find<test_game::Body>(EntityId{1}, Time()));
    CHECK(client.server_tick(Time()) == Tick{});
    CHECK(client.server_time(Time()) == Duration(0));
    CHECK(client.stats().snapshot_datagrams == 0);
}
constexpr std::uint64_t client_calls = 28;

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("threads: calls of a server from others do nothing and are told of") {
        const Listening listening;
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        meddle(stepper, [&] {
            call_all(stepper.server);
        });
        CHECK(calls_heard == thread_count * rounds * server_calls);
        CHECK(stepper.server.stats().wrong_thread_calls == calls_heard);
        CHECK(stepper.server.stats().rooms == 1);
        CHECK(ada.state() == ClientState::online);
    }

    TEST_CASE("threads: calls of a client from others do nothing and are told of") {
        const Listening listening;
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        flatbuffers::FlatBufferBuilder builder;
        builder.Finish(test_game::CreateCall(builder, 1));
        meddle(stepper, [&] {
            call_all(ada, bytes_of(builder));
        });
        CHECK(calls_heard == thread_count * rounds * client_calls);
        CHECK(ada.stats().wrong_thread_calls == calls_heard);
        CHECK(ada.state() == ClientState::online);
        CHECK(stepper.books.calls.empty());
        CHECK(stepper.books.log == std::vector<std::string>{"join ada"});
    }

    TEST_CASE("threads: what a room is asked for on others does nothing and is told of") {
        std::uint32_t room_threads = 0;
        SUBCASE("one thread") {
            room_threads = 1;
        }
        SUBCASE("two") {
            room_threads = 2;
        }
        const Listening listening;
        Stepper stepper({.server = {.room_threads = room_threads}});
        Client& ada = stepper.add_player("ada");
        std::size_t events = 0;
        ada.on_event<test_game::Call>([&](const test_game::Call&) {
            ++events;
        });
        REQUIRE(stepper.run_until_joined());
        test_game::Pond& pond = *stepper.ponds.front();
        meddle(stepper, [&] {
            pond.call(1);
            pond.show(bytes_of(test_game::board("meddled with")));
            pond.show_to(PresenceId{1}, bytes_of(test_game::board("meddled with")));
            pond.kick_all("meddled with");
            pond.end("meddled with");
        });
        CHECK(calls_heard == thread_count * rounds * 5);
        CHECK(stepper.server.stats().wrong_thread_calls == calls_heard);
        CHECK(events == 0);
        CHECK(ada.room().is_set());
        pond.call(1);
        stepper.run(1s);
        CHECK(events == 1);
    }

    TEST_CASE("threads: a server and its clients can move to another") {
        const Listening listening;
        Stepper stepper;
        stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        std::thread([&] {
            stepper.server.move_to_this_thread();
            stepper.clients.front()->move_to_this_thread();
            stepper.run(1s);
            stepper.ponds.front()->kick_all("enough");
            stepper.run(1s);
        }).join();
        CHECK(calls_heard == 0);
        CHECK(stepper.books.count("leave ada: removed from the room") == 1);
        CHECK(stepper.server.stats().ticks == 0);
        CHECK(calls_heard == 1);
    }

    TEST_CASE("threads: unless a test listens, such a call aborts") {
        Stepper stepper;
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            std::signal(SIGABRT, SIG_DFL);
            std::fclose(stderr);
            std::thread([&] {
                static_cast<void>(stepper.server.stats());
            }).join();
            ::_exit(0);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
#ifdef NDEBUG
        CHECK(WIFEXITED(status));
#else
        CHECK(WIFSIGNALED(status));
#endif
    }
}
