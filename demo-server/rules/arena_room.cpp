#include "rules/arena_room.hpp"

#include "rules/heading.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace arena {

using engine_net::Delivery;
using engine_net::EntityId;
using engine_net::Presence;
using engine_net::PresenceId;
using engine_net::SnapshotBuilder;
using engine_net::Tick;

namespace {

constexpr double emote_interval_s = 0.5; // more are dropped

Vec2 vec2(Vector vector) {
    return {vector.x, vector.y};
}

std::uint8_t share_of_255(float share) {
    return static_cast<std::uint8_t>(std::lround(share * 255));
}

std::uint8_t flags_of(const Player& player) {
    ShipFlag flags = ShipFlag::NONE;
    if (is_thrusting(player.ship, player.input)) flags |= ShipFlag::thrusting;
    if (player.shield_s > 0) flags |= ShipFlag::shielded;
    if (player.is_coasting) flags |= ShipFlag::coasting;
    return static_cast<std::uint8_t>(flags);
}

Ship shown(const Player& player) {
    const ShipBody& body = player.ship;
    return {vec2(body.position),
            vec2(body.velocity),
            radians(body.heading),
            player.id.value,
            player.colour,
            flags_of(player),
            static_cast<std::uint8_t>(player.health),
            share_of_255(body.fuel),
            static_cast<std::uint8_t>(body.ammo)};
}

Score score_of(const Player& player) {
    return {player.id.value,
            player.colour,
            player.points,
            static_cast<std::uint16_t>(player.kills),
            static_cast<std::uint16_t>(player.deaths)};
}

/// A finished event, which lives as long as the object.
class Message {
public:
    Message(EventKind kind, PresenceId who, const std::string& name) {
        builder_.Finish(CreateEventDirect(builder_, kind, who.value, 0, nullptr, name.c_str()));
    }
    explicit Message(const Happening& happening) {
        const Vec2 where = vec2(happening.where);
        const auto who = happening.who.value;
        builder_.Finish(CreateEvent(builder_, happening.kind, who, happening.whom.value, &where));
    }
    Message(PresenceId who, Emote emote) {
        builder_.Finish(CreateEvent(builder_, EventKind::emote, who.value, 0, nullptr, 0, emote));
    }
    [[nodiscard]] engine_net::EventBytes bytes() const { return engine_net::bytes_of(builder_); }

private:
    flatbuffers::FlatBufferBuilder builder_{128};
};

} // namespace

/// What its players saw.
class ArenaRoom::RoomHindsight final : public Hindsight {
public:
    explicit RoomHindsight(const ArenaRoom& room) : room_(room) {}
    [[nodiscard]] std::optional<Vector>
    ship_seen_by(PresenceId player, EntityId id, Vector place) const override {
        return seen_by<Ship>(player, id, place);
    }
    [[nodiscard]] std::optional<Vector>
    asteroid_seen_by(PresenceId player, EntityId id, Vector place) const override {
        return seen_by<Asteroid>(player, id, place);
    }

private:
    /// A shot whose player is gone strikes what is there.
    template <class State>
    [[nodiscard]] std::optional<Vector>
    seen_by(PresenceId player, EntityId id, Vector place) const {
        const auto who = std::ranges::find(room_.presences(), player, &Presence::id);
        if (who == room_.presences().end()) return place;
        const auto state = room_.rewind(**who).find<State>(id);
        if (!state) return std::nullopt;
        return Vector{state->position().x(), state->position().y()};
    }

    const ArenaRoom& room_;
};

void ArenaRoom::on_create() {
    begin_world();
}

void ArenaRoom::begin_world() {
    world_.emplace(WorldConfig{.seed = seed() + matches_++, .asteroid_mass = rules_.asteroid_mass});
    for (const auto& [id, member] : members_) world_->add_player(id);
}

void ArenaRoom::on_phase(engine_net::RoomPhase phase) {
    if (phase != engine_net::RoomPhase::playing) return close_if_drained();
    begin_world();
    left_s_ = rules_.match_s;
}

void ArenaRoom::on_drain(std::uint32_t /*ticks*/) {
    is_draining_ = true;
    close_if_drained();
}

std::optional<std::vector<std::uint8_t>> ArenaRoom::on_save() const {
    flatbuffers::FlatBufferBuilder builder;
    std::vector<flatbuffers::Offset<SavedMember>> members;
    for (const auto& [id, member] : members_) {
        members.push_back(CreateSavedMemberDirect(builder,
                                                  id.value,
                                                  member.name.c_str(),
                                                  tick() - member.last_input,
                                                  member.emote_wait_s));
    }
    builder.Finish(CreateSavedArena(
        builder, world_->save(builder), matches_, left_s_, builder.CreateVector(members)));
    const engine_net::EventBytes bytes = engine_net::bytes_of(builder);
    return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
}

bool ArenaRoom::on_load(std::span<const std::uint8_t> saved, Tick /*saved_at*/) {
    flatbuffers::Verifier verifier(saved.data(), saved.size());
    if (!VerifySavedArenaBuffer(verifier)) return false;
    const SavedArena& arena = *GetSavedArena(saved.data());
    for (const SavedMember* member : *arena.members()) {
        members_[PresenceId{member->id()}] = {.name = member->name()->str(),
                                              .last_input = tick() - member->idle_ticks(),
                                              .emote_wait_s = member->emote_wait_s()};
    }
    matches_ = arena.matches();
    left_s_ = arena.left_s();
    world_.emplace(*arena.world());
    // Until they have come here too.
    for (const Player& player : world_->players()) world_->coast(player.id, true);
    return true;
}

/// A match that is played goes on to its end, but no other begins.
void ArenaRoom::close_if_drained() {
    if (is_draining_ && rules_.match_s > 0 && phase() != engine_net::RoomPhase::playing)
        close("the server is closing");
}

void ArenaRoom::on_join(Presence& who) {
    if (who.is_spectator()) return;
    members_[who.id()] = {.name = who.name(), .last_input = tick()};
    world_->add_player(who.id());
    show_names();
    broadcast_event(Message(EventKind::joined, who.id(), who.name()).bytes());
}

void ArenaRoom::on_leave(Presence& who, engine_net::LeaveReason) {
    if (who.is_spectator()) return;
    world_->remove_player(who.id());
    members_.erase(who.id());
    show_names();
    broadcast_event(Message(EventKind::left, who.id(), who.name()).bytes());
}

void ArenaRoom::show_names() {
    flatbuffers::FlatBufferBuilder builder;
    std::vector<flatbuffers::Offset<Name>> names;
    for (const auto& [id, member] : members_)
        names.push_back(CreateNameDirect(builder, id.value, member.name.c_str()));
    builder.Finish(CreateNamesDirect(builder, &names));
    set_state(engine_net::bytes_of(builder));
}

void ArenaRoom::on_suspend(Presence& who) {
    if (!who.is_spectator()) world_->coast(who.id(), true);
}

void ArenaRoom::on_resume(Presence& who) {
    if (!who.is_spectator()) world_->coast(who.id(), false);
}

void ArenaRoom::on_input(Presence& who, const Input& input) {
    members_[who.id()].last_input = tick();
    world_->steer(who.id(), input);
}

void ArenaRoom::on_event(Presence& who, const Event& event) {
    if (event.kind() != EventKind::emote || event.emote() > Emote::MAX) return;
    if (who.is_spectator()) return;
    Member& member = members_[who.id()];
    if (member.emote_wait_s > 0) return;
    member.emote_wait_s = emote_interval_s;
    broadcast_event(Message(who.id(), event.emote()).bytes());
}

void ArenaRoom::on_tick(Tick tick) {
    release_stale_inputs(tick);
    const RoomHindsight hindsight(*this);
    world_->step(static_cast<float>(tick_seconds()), &hindsight);
    for (const Happening& happening : world_->happenings()) tell(happening);
    if (left_s_ <= 0) return;
    left_s_ -= tick_seconds();
    if (left_s_ <= 0) end_match();
}

/// Lets go of the buttons of players whose inputs have stopped coming.
void ArenaRoom::release_stale_inputs(Tick tick) {
    for (auto& [id, member] : members_) {
        member.emote_wait_s -= tick_seconds();
        if (tick - member.last_input == 1) world_->steer(id, Input());
    }
}

void ArenaRoom::tell(const Happening& happening) {
    const bool is_for_show =
        happening.kind == EventKind::hit || happening.kind == EventKind::broken;
    const auto delivery = is_for_show ? Delivery::unreliable : Delivery::reliable;
    broadcast_event(Message(happening).bytes(), delivery);
}

void ArenaRoom::describe(SnapshotBuilder& snapshot) const {
    for (const Player& player : world_->players()) {
        if (player.is_alive) snapshot.add(player.ship_entity, shown(player), player.id);
        snapshot.add(player.score_entity, score_of(player));
    }
    for (const ShotBody& shot : world_->shots()) {
        snapshot.add(
            shot.id,
            Shot(vec2(shot.position), vec2(shot.velocity), shot.player.value, shot.colour));
    }
    for (const AsteroidBody& asteroid : world_->asteroids()) {
        snapshot.add(asteroid.id,
                     Asteroid(vec2(asteroid.position),
                              vec2(asteroid.velocity),
                              radians(static_cast<int>(asteroid.heading)),
                              asteroid.radius));
    }
}

} // namespace arena
