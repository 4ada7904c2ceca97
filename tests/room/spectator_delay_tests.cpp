#include "room/hall.hpp"
#include "room/room_instance.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

constexpr std::uint32_t tick_rate = 50;
constexpr std::uint32_t delay_ticks = 500; // 10 s
constexpr PresenceId player{1};
constexpr PresenceId spectator{2};

/// A game of one number, which is told in every way there is: as an entity, an event and a state.
class Secret final : public RoomOf<room_game::Order, room_game::Note> {
public:
    void on_input(Presence&, const room_game::Order&) override {}
    void on_tick(Tick tick) override {
        const auto note = Hall::note_of(std::to_string(number));
        set_state(note);
        if (tick.value % 7 == 0) broadcast_event(note);
        if (tick.value % 11 == 0) send_event(presences(), note);
    }
    void describe(SnapshotBuilder& snapshot) const override {
        snapshot.add(EntityId{1}, room_game::Body(static_cast<float>(number)));
        if (number % 3 != 0) snapshot.add(EntityId{5}, room_game::Body(2));
    }
    [[nodiscard]] bool is_public(const SeenEntity& entity) const override {
        return entity.id != EntityId{5};
    }

    int number = 0;
};

/// A room of it, and each byte that leaves it for others than its player.
struct DelayedRoom {
    explicit DelayedRoom(std::uint32_t delay = delay_ticks,
                         bool hides = false,
                         const std::string& password = "") {
        kind.codecs.push_back(
            std::make_unique<SnapshotCodec>(kind.schema.types(), tick_rate, kind.schema.priors()));
        kind.spectator_capacity = 4;
        kind.feed_rate = 20;
        kind.keyframe_ticks = 100;
        kind.spectator_delay_ticks = delay;
        kind.interest.asks_room = hides;
        kind.make = [this] {
            auto made = std::make_unique<Secret>();
            secret = made.get();
            return made;
        };
        room = std::make_unique<RoomInstance>(kind,
                                              RoomInstance::Settings{.id = RoomId{9},
                                                                     .name = "the secret",
                                                                     .capacity = 2,
                                                                     .password = password,
                                                                     .seed = 5,
                                                                     .tick_rate = tick_rate,
                                                                     .input_window_ticks = 8},
                                              Tick{100},
                                              Time(std::chrono::hours(1)));
        REQUIRE(room->join({.id = player, .session = SessionId{1}, .name = "Ada"}));
        REQUIRE(room->join(
            {.id = spectator, .session = SessionId{2}, .name = "Eve", .is_spectator = true}));
        room->feed()->want(true);
    }

    struct Told {
        std::vector<std::uint8_t> web;
        std::vector<std::uint8_t> spectator;
        std::vector<std::uint8_t> player;
    };
    /// A tick with that number.
    [[nodiscard]] Told tick(int number) const {
        secret->number = number;
        const Tick now = room->tick() + 1;
        room->simulate(now);
        room->snapshot(now);
        room->add_to_feed(1);
        Told told;
        const auto append = [](std::vector<std::uint8_t>& to, Bytes bytes) {
            to.insert(to.end(), bytes.begin(), bytes.end());
        };
        for (const RoomFeed::Piece& piece : room->feed()->take_due())
            append(told.web, *piece.message);
        const auto take = [&](PresenceId who, std::vector<std::uint8_t>& to) {
            const auto take_all = [&](Bytes bytes) {
                append(to, bytes);
            };
            room->encode(who, 1, take_all);
            while (room->owes_states(who)) room->send_states(who, 1, take_all);
        };
        take(player, told.player);
        take(spectator, told.spectator);
        for (const auto& event : room->take_outbox().events) {
            for (const PresenceId to : event.to)
                append(to == spectator ? told.spectator : told.player, event.bytes);
        }
        return told;
    }

    Hall* unused = nullptr;
    RoomKind kind = hall_kind(unused);
    Secret* secret = nullptr;
    std::unique_ptr<RoomInstance> room;
};

} // namespace

TEST_CASE("spectator delay: no byte told to who watches depends on the last ten seconds") {
    DelayedRoom left;
    DelayedRoom right;
    constexpr int parting = 700;
    int web_ticks = 0;
    int spectator_ticks = 0;
    bool web_differs = false;
    bool spectator_differs = false;
    for (int t = 0; t < parting + static_cast<int>(delay_ticks) + 100; ++t) {
        const auto l = left.tick(t % 90);
        const auto r = right.tick(t < parting ? t % 90 : (t * 7) % 90);
        CAPTURE(t);
        if (t < parting) REQUIRE(l.player == r.player);
        if (t == parting) CHECK(l.player != r.player);
        if (t < parting + static_cast<int>(delay_ticks)) {
            REQUIRE(l.web == r.web);
            REQUIRE(l.spectator == r.spectator);
            web_ticks += l.web.empty() ? 0 : 1;
            spectator_ticks += l.spectator.empty() ? 0 : 1;
        } else {
            web_differs |= l.web != r.web;
            spectator_differs |= l.spectator != r.spectator;
        }
    }
    // They were told something, and in the end what was different.
    CHECK(web_ticks > 200);
    CHECK(spectator_ticks > 200);
    CHECK(web_differs);
    CHECK(spectator_differs);
}

TEST_CASE("spectator delay: nothing at all is told before it has passed") {
    DelayedRoom room;
    for (std::uint32_t t = 0; t < delay_ticks; ++t) {
        const auto told = room.tick(3);
        REQUIRE(told.web.empty());
        REQUIRE(told.spectator.empty());
    }
    const auto told = room.tick(3);
    CHECK_FALSE(told.web.empty());
    CHECK_FALSE(told.spectator.empty());
}

TEST_CASE("spectator delay: who comes late catches up from a keyframe that was due") {
    DelayedRoom room;
    room.room->feed()->want(false);
    for (std::uint32_t t = 0; t < 3 * delay_ticks; ++t)
        static_cast<void>(room.tick(static_cast<int>(t) % 90));
    const auto pieces = room.room->feed()->catch_up();
    REQUIRE(pieces.size() >= 2);
    CHECK(pieces[0].kind == wire::FeedKind::state);
    CHECK(pieces[1].kind == wire::FeedKind::keyframe);
    FeedDecoder decoder(room.kind.schema, *room.kind.codecs[0]);
    for (const auto& piece : pieces) {
        CHECK(room.room->tick() - piece.tick >= static_cast<std::int32_t>(delay_ticks));
        if (piece.kind != wire::FeedKind::keyframe && piece.kind != wire::FeedKind::frame) continue;
        CHECK(decoder.decode(piece.tick, Bytes(*piece.message).subspan(wire::feed_header_bytes)) !=
              nullptr);
    }
}

TEST_CASE("room feed: without a delay it is told at once, and only while it is wanted") {
    DelayedRoom room(0);
    CHECK_FALSE(room.tick(3).web.empty());
    room.room->feed()->want(false);
    for (int t = 0; t < 10; ++t) CHECK(room.tick(t).web.empty());
    room.room->feed()->want(true);
    room.secret->number = 5;
    const auto told = room.tick(5);
    REQUIRE(told.web.size() > wire::feed_header_bytes);
    CHECK(told.web[0] == static_cast<std::uint8_t>(wire::FeedKind::state));
}

TEST_CASE("room feed: an entity that is not public is in no frame") {
    for (const bool hides : {false, true}) {
        DelayedRoom room(0, hides);
        FeedDecoder decoder(room.kind.schema, *room.kind.codecs[0]);
        std::size_t most = 0;
        for (int t = 1; t < 200; ++t) {
            room.secret->number = t;
            const Tick now = room.room->tick() + 1;
            room.room->simulate(now);
            room.room->snapshot(now);
            room.room->add_to_feed(1);
            for (const auto& piece : room.room->feed()->take_due()) {
                if (piece.kind > wire::FeedKind::frame) continue;
                const Frame* const frame = decoder.decode(
                    piece.tick, Bytes(*piece.message).subspan(wire::feed_header_bytes));
                REQUIRE(frame != nullptr);
                std::size_t there = 0;
                for (std::size_t slot = 0; slot < frame->types[0].slots(); ++slot)
                    there += frame->types[0].has(slot) ? 1 : 0;
                most = std::max(most, there);
            }
        }
        CHECK(most == (hides ? 1 : 2));
    }
}

TEST_CASE("room feed: rooms that are private or have a password have none") {
    Hall* hall = nullptr;
    RoomKind kind = hall_kind(hall);
    kind.codecs.push_back(
        std::make_unique<SnapshotCodec>(kind.schema.types(), tick_rate, kind.schema.priors()));
    kind.feed_rate = 20;
    RoomInstance::Settings settings{
        .id = RoomId{1}, .name = "hall", .capacity = 2, .tick_rate = tick_rate};
    CHECK(RoomInstance(kind, settings, {}, {}).feed() != nullptr);
    settings.password = "sesame";
    CHECK(RoomInstance(kind, settings, {}, {}).feed() == nullptr);
    settings.password.clear();
    settings.is_private = true;
    CHECK(RoomInstance(kind, settings, {}, {}).feed() == nullptr);
}

TEST_CASE("spectator delay: a room with a password keeps it, and shows nothing on the web") {
    DelayedRoom room(delay_ticks, false, "sesame");
    for (std::uint32_t t = 0; t < delay_ticks; ++t) {
        const auto told = room.tick(static_cast<int>(t) % 90);
        REQUIRE(told.spectator.empty());
        REQUIRE(told.web.empty());
    }
    const auto told = room.tick(3);
    CHECK_FALSE(told.spectator.empty());
    CHECK(told.web.empty());
}

TEST_CASE("spectator delay: of frames that come of age in one step the newest is shown") {
    DelayedRoom room(10);
    for (int t = 0; t < 41; ++t) static_cast<void>(room.tick(t));
    DelayedView view(room.kind.schema, *room.kind.codecs[0]);
    FeedDecoder decoder(room.kind.schema, *room.kind.codecs[0]);
    std::int32_t newest = -1;
    for (const auto& piece : room.room->feed()->catch_up()) {
        view.take(piece);
        if (piece.kind > wire::FeedKind::frame) continue;
        const Frame* const frame =
            decoder.decode(piece.tick, Bytes(*piece.message).subspan(wire::feed_header_bytes));
        REQUIRE(frame != nullptr);
        CHECK(frame->types[0].row(0)[0] != newest);
        newest = frame->types[0].row(0)[0];
    }
    view.show(room.room->tick());
    const Frame* const shown = view.encoder().history().find(room.room->tick());
    REQUIRE(shown != nullptr);
    CHECK(shown->types[0].row(0)[0] == newest);
}

TEST_CASE("room feed: what nobody of the web wants is not kept for it") {
    DelayedRoom room(10);
    room.room->feed()->want(false);
    for (int t = 0; t < 200; ++t) static_cast<void>(room.tick(t % 90));
    room.room->feed()->want(true);
    CHECK(room.room->feed()->take_due().empty());
}
