// What admins are told of entities: as they are, or as a viewer has them.

#include "server/loop.hpp"

#include <algorithm>

namespace engine_net {

namespace {

/// Entities as one sees them: as they are, what a player may not see, too; or as a viewer has them.
class EntityView {
public:
    EntityView(const RoomInstance& room, const Viewer* viewer)
        : types_(room.kind().schema.types())
        , viewer_(viewer)
        , history_(viewer ? viewer->history() : room.history())
        , newest_(history_.newest()) {}

    /// Null: nothing has been described yet.
    [[nodiscard]] const Frame* newest() const { return newest_; }
    [[nodiscard]] std::size_t slots(std::size_t type) const {
        const auto acked = viewer_ ? viewer_->newest_acked() : std::nullopt;
        const Frame* const older = acked ? history_.find(*acked) : nullptr;
        const std::size_t slots = newest_->types[type].slots();
        return older ? std::max(slots, older->types[type].slots()) : slots;
    }
    /// Good until the next call; nothing: there is none that one sees.
    std::optional<wire::AdminTeller::Entity> find(Slot slot) {
        const Frame* const frame = frame_of(slot);
        if (!frame || !frame->types[slot.type].has(slot.index)) return std::nullopt;
        const EntityType& type = types_[slot.type];
        const TypeFrame& rows = frame->types[slot.type];
        const PresenceId owner = rows.owner[slot.index];
        row_.assign(rows.row(slot.index), rows.row(slot.index) + type.columns.size());
        if (viewer_ && owner != viewer_->presence()) {
            std::copy(type.blank.begin() + static_cast<std::ptrdiff_t>(type.shared_columns),
                      type.blank.begin() + static_cast<std::ptrdiff_t>(type.columns.size()),
                      row_.begin() + static_cast<std::ptrdiff_t>(type.shared_columns));
        }
        state_.resize(type.struct_bytes);
        dequantise(type, row_.data(), state_.data());
        const std::int32_t age = std::clamp(newest_->tick - frame->tick, 0, UINT16_MAX);
        return wire::AdminTeller::Entity{
            slot.type, rows.id[slot.index], owner, static_cast<std::uint16_t>(age), state_};
    }

private:
    [[nodiscard]] const Frame* frame_of(Slot slot) const {
        if (!viewer_) return newest_;
        const auto known = viewer_->known(slot);
        return known ? history_.find(*known) : nullptr;
    }

    std::span<const EntityType> types_;
    const Viewer* viewer_;
    const History& history_;
    const Frame* newest_;
    std::vector<std::int32_t> row_;
    std::vector<std::uint8_t> state_;
};

} // namespace

Bytes Server::Loop::tell_entities(const wire::AdminAskEntities& ask) {
    wire::AdminTeller& teller = admins_.teller;
    teller.begin_entities();
    const RoomId id{ask.room()};
    const PresenceId who{ask.viewer()};
    const RoomInstance* const room = directory_.find(id);
    if (!room) return teller.entities(id, who, 0, tick_, std::nullopt);
    const ReplicatedSchema& schema = room->kind().schema;
    const Viewer* const viewer = room->viewer_of(who);
    EntityView view(*room, viewer);
    if (!view.newest() || (who.is_set() && !viewer))
        return teller.entities(id, who, schema.digest(), tick_, std::nullopt);
    const Tick tick = view.newest()->tick;
    for (std::size_t type = ask.type(); type < schema.types().size(); ++type) {
        const std::size_t first = type == ask.type() ? ask.slot() : 0;
        for (std::size_t index = first; index < view.slots(type); ++index) {
            const Slot slot{static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(index)};
            const auto entity = view.find(slot);
            if (!entity || teller.add_entity(*entity)) continue;
            return teller.entities(
                id, who, schema.digest(), tick, wire::AdminPlace{slot.type, slot.index});
        }
    }
    return teller.entities(id, who, schema.digest(), tick, std::nullopt);
}

} // namespace engine_net
