#include "room/room_instance.hpp"

namespace engine_net {

// What a room tells those who watch it from afar, and later its own spectators.

/// A room that not everyone may find or enter is not shown to everyone either, but its spectators
/// are as far behind as any.
void RoomInstance::make_feed() {
    const bool is_public =
        kind_.feed_rate > 0 && !settings_.is_private && settings_.password.empty();
    const bool is_needed = is_public || kind_.spectator_delay_ticks > 0;
    if (!is_needed || kind_.codecs.empty()) return;
    RoomFeed::Settings settings{.room = settings_.id,
                                .tick_rate = settings_.tick_rate,
                                .frames_per_second =
                                    kind_.feed_rate > 0 ? kind_.feed_rate : settings_.tick_rate,
                                .keyframe_ticks = kind_.keyframe_ticks,
                                .delay_ticks = kind_.spectator_delay_ticks,
                                .is_public = is_public};
    if (kind_.interest.asks_room) {
        settings.is_hidden = [this](const EntityType& type, EntityId id, PresenceId owner) {
            return !room_->is_public({type.name, id, owner});
        };
    }
    SnapshotCodec& codec = *kind_.codecs.at(settings_.worker);
    feed_ = std::make_unique<RoomFeed>(std::move(settings), kind_.schema, codec);
    if (feed_->has_delay()) delayed_ = std::make_unique<DelayedView>(kind_.schema, codec);
}

void RoomInstance::add_to_feed(std::uint32_t ticks) {
    if (!feed_) return;
    if (const Frame* const frame = history_.find(tick_))
        feed_->add_frame(*frame, ticks, state_.bytes(), state_.version());
    feed_->advance(tick_, [this](const RoomFeed::Piece& piece) {
        if (delayed_) delayed_->take(piece);
    });
    if (delayed_) show_delayed();
}

/// What has come of age for spectators.
void RoomInstance::show_delayed() {
    delayed_->show(tick_);
    for (std::vector<std::uint8_t>& event : delayed_->take_events()) {
        std::vector<PresenceId> to;
        for (const auto& seat : seats_) {
            if (seat->presence.is_spectator()) to.push_back(seat->presence.id());
        }
        if (!to.empty())
            outbox_.events.push_back({std::move(to), Delivery::reliable, std::move(event)});
    }
}

void RoomInstance::feed_event(EventBytes event) {
    if (feed_) feed_->add_event(tick_, event);
    if (tape_) tape_->add_event(tick_, event);
}

} // namespace engine_net
