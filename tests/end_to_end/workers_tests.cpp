#include <engine_net/client.hpp>
#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include "test_game_bfbs_generated.h"
#include "test_game_generated.h"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

using ThreadId = std::thread::id;

/// What happened in one mill. Each has its own.
struct MillBook {
    std::set<ThreadId> tick_threads;
    std::set<ThreadId> other_threads;
    std::vector<std::string> calls;
    Tick newest;
    std::optional<Tick> throws_at;
};

/// Inputs turn its wheels. Every half second it sends everyone an event, from within its tick.
class Mill final : public RoomOf<test_game::Push, test_game::Call> {
public:
    explicit Mill(MillBook& book) : book_(book) {}

    void on_create() override { note("create"); }
    void on_join(Presence& who) override {
        note("join " + who.name());
        wheels_[who.id()] = {};
    }
    void on_leave(Presence& who, LeaveReason) override {
        note("leave " + who.name());
        wheels_.erase(who.id());
    }
    void on_event(Presence& who, const test_game::Call& call) override {
        note(who.name() + " calls " + std::to_string(call.number()));
    }
    void on_input(Presence& who, const test_game::Push& push) override {
        book_.tick_threads.insert(std::this_thread::get_id());
        wheels_[who.id()].x += static_cast<float>(push.x()) * 0.01F;
        ++wheels_[who.id()].pushes;
    }
    void on_tick(Tick tick) override {
        book_.tick_threads.insert(std::this_thread::get_id());
        if (tick == book_.throws_at) throw std::runtime_error("mill " + std::to_string(id().value));
        book_.newest = tick;
        if (tick.value % 30 == 0) broadcast_event(call_of(tick.value));
    }
    void describe(SnapshotBuilder& snapshot) const override {
        book_.tick_threads.insert(std::this_thread::get_id());
        for (const auto& [who, wheel] : wheels_) {
            const test_game::Body body(test_game::Vec2(wheel.x, 0), wheel.pushes, 0);
            snapshot.add(EntityId{who.value}, body, who);
        }
    }

    static std::vector<std::uint8_t> call_of(std::uint32_t number) {
        flatbuffers::FlatBufferBuilder builder;
        builder.Finish(test_game::CreateCall(builder, number));
        const EventBytes bytes = bytes_of(builder);
        return {bytes.begin(), bytes.end()};
    }

private:
    struct Wheel {
        float x = 0;
        std::uint16_t pushes = 0;
    };

    void note(std::string what) {
        book_.other_threads.insert(std::this_thread::get_id());
        book_.calls.push_back(std::move(what));
    }

    MillBook& book_;
    std::map<PresenceId, Wheel> wheels_;
};

/// A server of mills with that many workers, and players, over a lossy link.
class Mills {
public:
    explicit Mills(std::uint32_t room_threads) : server(config(room_threads)) {
        server.define_room(
            "mill", compiled_schema<test_game::CallBinarySchema>(), {.capacity = 3}, [this] {
                books.push_back(std::make_unique<MillBook>());
                return std::make_unique<Mill>(*books.back());
            });
        network.advance_to(now);
        REQUIRE(server.start());
    }

    void add_player(std::int8_t push) {
        ClientConfig config;
        config.host = "10.0.0.1";
        config.name = "player " + std::to_string(clients.size());
        config.schema = compiled_schema<test_game::CallBinarySchema>();
        config.network = &network;
        config.seed = clients.size() + 1;
        clients.push_back(std::make_unique<Client>(std::move(config)));
        Client& client = *clients.back();
        client.poll(now);
        client.join_or_create("mill");
        client.send_input(test_game::Push(push, 0));
        client.on_event<test_game::Call>([this](const test_game::Call& call) {
            events.push_back(call.number());
        });
    }
    void run(Duration duration) {
        for (const Time end = now + duration; now < end;) {
            now += 4ms;
            network.advance_to(now);
            if (now >= server.next_step()) server.step(now);
            for (const auto& client : clients) client->poll(now);
        }
    }

    SimulatedNetwork network{{.seed = 5, .link = {.delay = 30ms, .jitter = 10ms, .loss = 0.05}}};
    Server server;
    std::vector<std::unique_ptr<Client>> clients;
    std::vector<std::unique_ptr<MillBook>> books; ///< by room
    std::vector<std::uint32_t> events;            ///< that clients got
    Time now{1s};

private:
    ServerConfig config(std::uint32_t room_threads) {
        ServerConfig config;
        config.room_threads = room_threads;
        config.network = &network;
        config.seed = 5;
        return config;
    }
};

/// Ten players in four rooms; two leave, one comes back to another room.
struct Outcome {
    std::uint64_t digest = 0;
    std::vector<std::vector<std::string>> calls; ///< by room
    std::vector<std::uint32_t> events;
    std::vector<std::uint64_t> figures;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome play(std::uint32_t room_threads) {
    Mills mills(room_threads);
    for (int i = 0; i < 10; ++i) mills.add_player(static_cast<std::int8_t>(i));
    mills.run(3s);
    mills.clients[1]->leave_room();
    mills.clients[4]->leave();
    mills.clients[7]->send_event(Mill::call_of(77));
    mills.run(2s);
    mills.clients[1]->join_or_create("mill");
    mills.run(100ms);
    mills.now += 60ms; // two ticks and more in a step
    mills.run(3s);

    Outcome outcome{mills.network.digest(), {}, mills.events, {}};
    for (const auto& book : mills.books) outcome.calls.push_back(book->calls);
    const ServerStats stats = mills.server.stats();
    outcome.figures = {stats.rooms,
                       stats.players,
                       stats.ticks,
                       stats.snapshot_datagrams,
                       stats.snapshot_bytes,
                       stats.snapshots_coded,
                       stats.snapshots_shared};
    for (const auto& client : mills.clients) {
        outcome.figures.push_back(client->stats().state_checks);
        CHECK(client->stats().state_mismatches == 0);
    }
    return outcome;
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("workers: the same bytes leave with none, with one and with three") {
        const Outcome alone = play(1);
        CHECK(alone.figures[0] == 4);
        CHECK(alone.figures[1] == 9);
        CHECK(alone.calls[0].size() >= 5);
        CHECK(alone.events.size() >= 9 * 10);
        CHECK(alone == play(2));
        CHECK(alone == play(3));
    }

    TEST_CASE("workers: a room's ticks stay on one, all else on the thread that steps") {
        Mills mills(3);
        for (int i = 0; i < 12; ++i) mills.add_player(1);
        mills.run(1s);
        mills.clients[0]->send_event(Mill::call_of(1));
        mills.clients[11]->leave_room();
        mills.run(1s);
        REQUIRE(mills.books.size() == 4);
        std::set<ThreadId> workers;
        for (const auto& book : mills.books) {
            CHECK(book->tick_threads.size() == 1);
            CHECK(book->other_threads == std::set<ThreadId>{std::this_thread::get_id()});
            workers.insert(book->tick_threads.begin(), book->tick_threads.end());
        }
        CHECK(workers.size() == 3);
        CHECK(workers.contains(std::this_thread::get_id()));
    }

    TEST_CASE("workers: with one, the rooms tick on the thread that steps") {
        Mills mills(1);
        mills.add_player(1);
        mills.run(3s);
        REQUIRE(!mills.books.empty());
        CHECK(mills.books[0]->tick_threads == std::set<ThreadId>{std::this_thread::get_id()});
    }

    TEST_CASE("workers: what a room throws leaves step, once the others have ticked") {
        std::uint32_t room_threads = 0;
        SUBCASE("one") {
            room_threads = 1;
        }
        SUBCASE("two") {
            room_threads = 2;
        }
        Mills mills(room_threads);
        for (int i = 0; i < 12; ++i) mills.add_player(1);
        mills.run(1s);
        const ServerStats before = mills.server.stats();
        REQUIRE(before.rooms == 4);
        for (const std::size_t room : {1u, 2u}) mills.books[room]->throws_at = before.tick + 1;
        CHECK_THROWS_WITH_AS(mills.run(50ms), "mill 2", std::runtime_error);
        for (const std::size_t room : {0u, 3u}) CHECK(mills.books[room]->newest == before.tick + 1);
        // To the players it is as if a tick's datagrams had been lost.
        mills.run(3s);
        for (const auto& client : mills.clients) {
            CHECK(client->state() == ClientState::online);
            CHECK(client->stats().state_mismatches == 0);
            CHECK(client->stats().newest_tick - before.tick > 100);
        }
    }

    TEST_CASE("workers: a server that never stepped, or has no room, ends") {
        Mills idle(4);
        Mills without_rooms(4);
        without_rooms.run(200ms);
        CHECK(without_rooms.server.stats().rooms == 0);
    }
}
