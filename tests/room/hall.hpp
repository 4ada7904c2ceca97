#pragma once

#include "room/room_instance.hpp"

#include <engine_net/room.hpp>

#include "room_game_bfbs_generated.h"
#include "room_game_generated.h"

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace engine_net::testing {

/// A game that writes down each call, and does what its notes say.
class Hall final : public RoomOf<room_game::Order, room_game::Note> {
public:
    void on_create() override { write("create at " + std::to_string(tick().value)); }
    Admission on_join_request(const JoinRequest& request) override {
        write("request " + std::string(request.name) + ", " + std::to_string(request.players) +
              " here");
        return request.name == "Eve" ? Admission::refuse("no Eves here") : Admission::accept();
    }
    void on_join(Presence& who) override { write("join " + who.name()); }
    void on_leave(Presence& who, LeaveReason reason) override {
        write("leave " + who.name() + ", " + std::string(message(reason)));
    }
    void on_suspend(Presence& who) override { write("suspend " + who.name()); }
    void on_resume(Presence& who) override { write("resume " + who.name()); }
    void on_input(Presence& who, const room_game::Order& order) override {
        write(who.name() + " orders " + std::to_string(static_cast<int>(order.speed())));
    }
    void on_event(Presence& who, const room_game::Note& note) override {
        const std::string text = note.text()->str();
        write(who.name() + " notes " + text);
        if (text == "kick me") kick(who, "as you like");
        if (text == "close") close("the hall is closing");
        if (text == "answer") send(who, "answered", Delivery::unreliable);
        if (text == "tell all") tell_all();
    }
    void on_tick(Tick tick) override { write("tick " + std::to_string(tick.value)); }
    void describe(SnapshotBuilder& snapshot) const override {
        snapshot.add(EntityId{1}, room_game::Body(2.5F));
    }

    /// What was written since the last call.
    std::vector<std::string> take_book() { return std::exchange(book_, {}); }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const Presence* presence : presences()) names.push_back(presence->name());
        return names;
    }
    [[nodiscard]] double step() const { return tick_seconds(); }
    [[nodiscard]] std::uint64_t own_seed() const { return seed(); }
    [[nodiscard]] RoomId own_id() const { return id(); }
    void send(const Presence& to, const std::string& text, Delivery delivery) {
        const auto note = note_of(text);
        send_event(to, note, delivery);
    }
    void tell_all() { broadcast_event(note_of("to all")); }
    void tell(const std::vector<std::string>& names) {
        std::vector<Presence*> some(presences().begin(), presences().end());
        std::erase_if(some, [&](const Presence* who) {
            return std::ranges::find(names, who->name()) == names.end();
        });
        send_event(some, note_of("to some"));
    }
    void tell_all_but(const std::string& name) {
        for (const Presence* who : presences()) {
            if (who->name() == name) broadcast_event_except(*who, note_of("to the others"));
        }
    }

    static std::vector<std::uint8_t> note_of(const std::string& text) {
        flatbuffers::FlatBufferBuilder builder;
        builder.Finish(room_game::CreateNote(builder, builder.CreateString(text)));
        const EventBytes bytes = bytes_of(builder);
        return {bytes.begin(), bytes.end()};
    }

private:
    void write(std::string line) { book_.push_back(std::move(line)); }

    std::vector<std::string> book_;
};

inline ReplicatedSchema hall_schema() {
    return std::move(*ReplicatedSchema::load(compiled_schema<room_game::NoteBinarySchema>()));
}

/// A kind of halls; `made` is the newest one.
inline RoomKind hall_kind(Hall*& made, std::uint32_t capacity = 4, std::string name = "hall") {
    return {
        .name = std::move(name),
        .schema = hall_schema(),
        .codecs = {},
        .capacity = capacity,
        .make =
            [&made] {
                auto hall = std::make_unique<Hall>();
                made = hall.get();
                return hall;
            },
    };
}

} // namespace engine_net::testing
