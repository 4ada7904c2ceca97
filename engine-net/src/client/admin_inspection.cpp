#include "client/admin_inspection.hpp"

#include "core/bytes.hpp"
#include "replication/admin_value.hpp"
#include "replication/frame.hpp"
#include "replication/schema_view.hpp"
#include "wire/control.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

Bytes AdminInspection::ask(wire::AdminAsker& asker) const {
    if (types_.empty()) return asker.schema(room_, schema_.size());
    return asker.entities(room_, next_, is_viewers_turn_ ? viewer_ : PresenceId{});
}

bool AdminInspection::take(const wire::AdminReply& reply) {
    if (const auto* schema = reply.tell_as_AdminSchema()) return take_schema(*schema);
    const auto* page = reply.tell_as_AdminEntities();
    return !page || take_entities(*page);
}

bool AdminInspection::take_schema(const wire::AdminSchema& schema) {
    if (RoomId{schema.room()} != room_ || !types_.empty()) return false;
    const Bytes piece = wire::view_of(schema.piece());
    if (schema.digest() != digest_ || schema.offset() != schema_.size()) {
        digest_ = schema.digest();
        schema_.clear();
        if (schema.offset() != 0) return false;
    }
    if (piece.empty() || schema.bytes() > max_schema_bytes) return true;
    schema_.insert(schema_.end(), piece.begin(), piece.end());
    if (schema_.size() < schema.bytes()) return false;
    return !read_schema();
}

/// False: it is none.
bool AdminInspection::read_schema() {
    const auto loaded = ReplicatedSchema::load({schema_, {}});
    const reflection::Schema* const read = verified_schema(schema_);
    if (!loaded || !read) {
        schema_.clear();
        return false;
    }
    coming_.types.clear();
    for (const EntityType& type : loaded->types()) {
        for (const reflection::Object* object : *read->objects()) {
            if (name_of(*object) != type.name) continue;
            auto leaves = read_leaves(*read, *object);
            if (!leaves) continue;
            AdminEntityType told{.name = type.name};
            std::ranges::transform(*leaves, std::back_inserter(told.fields), &StructLeaf::path);
            coming_.types.push_back(std::move(told));
            types_.push_back({type.struct_bytes, std::move(*leaves)});
        }
    }
    begin_page_one();
    return !types_.empty();
}

void AdminInspection::begin_page_one() {
    next_ = {};
    count_ = 0;
    coming_.of_type.assign(types_.size(), {});
}

bool AdminInspection::take_entities(const wire::AdminEntities& page) {
    if (RoomId{page.room()} != room_) return false;
    if (page.digest() != digest_) {
        if (page.digest() == 0) { // the room is no more
            shown_.reset();
            seen_.reset();
        }
        return true;
    }
    if (PresenceId{page.viewer()} != (is_viewers_turn_ ? viewer_ : PresenceId{})) return true;
    for (const wire::AdminEntityRun* run : *page.runs()) add(*run);
    coming_.tick = Tick{page.tick()};
    const wire::AdminPlace next{page.next_type(), page.next_slot()};
    const bool goes_on =
        !page.is_last() && std::pair(next.type, next.slot) > std::pair(next_.type, next_.slot);
    next_ = next;
    if (goes_on) return false;
    (is_viewers_turn_ ? seen_ : shown_) = coming_;
    begin_page_one();
    is_viewers_turn_ = viewer_.is_set() && !is_viewers_turn_;
    return !is_viewers_turn_;
}

void AdminInspection::add(const wire::AdminEntityRun& run) {
    if (run.type() >= types_.size()) return;
    const Type& type = types_[run.type()];
    ByteReader reader(wire::view_of(run.entities()));
    std::uint32_t place = 0;
    while (reader.rest().size() >= wire::admin_entity_header_bytes + type.struct_bytes &&
           count_ < max_slots) {
        AdminEntity entity;
        entity.id = EntityId{reader.read<std::uint32_t>()};
        entity.owner = PresenceId{reader.read<std::uint32_t>()};
        if (run.ages() && place < run.ages()->size()) entity.age = run.ages()->Get(place);
        ++place;
        const Bytes state = reader.read_bytes(type.struct_bytes);
        entity.values.reserve(type.leaves.size());
        for (const StructLeaf& leaf : type.leaves)
            entity.values.push_back(load_admin_value(leaf.scalar, state.data() + leaf.offset));
        coming_.of_type[run.type()].push_back(std::move(entity));
        ++count_;
    }
}

} // namespace engine_net
