#include "server/cluster_gate.hpp"

#include "wire/control.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net {

namespace {

/// Between two times that the others are told what has changed.
constexpr Duration change_interval = std::chrono::milliseconds(100);

constexpr std::string_view node_key = "node";
constexpr std::string_view room_prefix = "room/";
constexpr std::string_view user_prefix = "user/";
constexpr std::string_view moved_prefix = "moved/";

std::string key_of(RoomId room) {
    return std::string(room_prefix) + std::to_string(room.value);
}
std::string moved_key_of(RoomId room) {
    return std::string(moved_prefix) + std::to_string(room.value);
}
std::string key_of(const std::string& user) {
    return std::string(user_prefix) + user;
}

} // namespace

ClusterGate::ClusterGate(std::unique_ptr<cluster::Backplane> backplane,
                         cluster::NodeStay stay,
                         RoomDirectory& directory,
                         UserTable& users,
                         ChannelTable& channels)
    : backplane_(std::move(backplane))
    , stay_(stay)
    , directory_(directory)
    , users_(users)
    , channels_(channels) {}

void ClusterGate::set_own_record(wire::NodeRecord record) {
    if (record == own_) return;
    own_ = std::move(record);
    backplane_->put(std::string(node_key), wire::encode_node_record(own_));
}

const ClusterGate::Node* ClusterGate::find(cluster::NodeId node) const {
    const auto found = nodes_.find(node);
    const bool is_known = found != nodes_.end() && !found->second.record.name.empty();
    return is_known ? &found->second : nullptr;
}

const ClusterGate::Node* ClusterGate::other_node() {
    const auto takes_players = [](const auto& node) {
        return !node.second.record.name.empty() && !node.second.record.is_draining;
    };
    auto node = std::find_if(nodes_.upper_bound(last_other_), nodes_.end(), takes_players);
    if (node == nodes_.end()) node = std::ranges::find_if(nodes_, takes_players);
    if (node == nodes_.end()) return nullptr;
    last_other_ = node->first;
    return &node->second;
}

/// While the service is away nobody hears of the others, so their rooms may be gone.
void ClusterGate::take(const cluster::tell::Link& link, Time) {
    if (std::exchange(is_up_, link.is_up) == link.is_up) return;
    for (auto& [id, node] : nodes_) mark_rooms(node, !link.is_up);
}

void ClusterGate::mark_rooms(Node& node, bool is_uncertain) {
    for (const RoomId id : node.rooms) {
        RoomDirectory::RemoteRoom room = *directory_.find_remote(id);
        room.summary.is_uncertain = is_uncertain;
        directory_.put_remote(std::move(room));
    }
}

void ClusterGate::take(const cluster::tell::NodeTable& table, Time now) {
    if (table.stay.node == stay_.node) return;
    Node& node = nodes_[table.stay.node];
    Node before = std::exchange(node, Node{.stay = table.stay});
    // First the server itself, whose name its rooms have.
    const auto itself = table.records.find(std::string(node_key));
    if (itself != table.records.end()) take_record(node, itself->first, itself->second, now);
    for (const auto& [key, value] : table.records) {
        if (key != node_key) take_record(node, key, value, now);
    }
    std::erase_if(before.rooms, [&](RoomId id) {
        return node.rooms.contains(id);
    });
    std::erase_if(before.users, [&](const std::string& user) {
        return node.users.contains(user);
    });
    before.stay = table.stay;
    forget(before);
}

void ClusterGate::take(const cluster::tell::Record& record, Time now) {
    const auto node = nodes_.find(record.node);
    if (node == nodes_.end()) return;
    record.is_gone ? drop_record(node->second, record.key)
                   : take_record(node->second, record.key, record.value, now);
}

void ClusterGate::take(const cluster::tell::NodeGone& gone, Time) {
    const auto node = nodes_.find(gone.node);
    if (node == nodes_.end()) return;
    forget(node->second);
    nodes_.erase(node);
}

void ClusterGate::forget(Node& node) {
    for (const RoomId room : node.rooms) directory_.remove_remote(room);
    for (const std::string& user : node.users)
        users_.put_remote(node.stay.node.value, {.user = user});
}

void ClusterGate::take_record(Node& node, const std::string& key, Bytes value, Time now) {
    if (key.starts_with(room_prefix)) return take_room(node, key, value, now);
    if (key.starts_with(user_prefix)) return take_user(node, key, value);
    if (key.starts_with(moved_prefix)) return take_moved(node, key, value);
    auto record = key == node_key ? wire::decode_node_record(value) : std::nullopt;
    record ? void(node.record = std::move(*record)) : void(++refused_);
}

void ClusterGate::take_room(Node& node, const std::string& key, Bytes value, Time now) {
    auto record = wire::decode_room_record(value);
    if (!record || key != key_of(record->line.id)) return void(++refused_);
    RoomSummary& summary = record->line;
    // The room of one server can't be another's, unless it has gone there: the list has it once.
    const RoomDirectory::RemoteRoom* const known = directory_.find_remote(summary.id);
    const bool is_others = known && known->node != node.stay.node.value;
    if (is_others && record->moves <= known->moves) return void(++refused_);
    if (RoomInstance* const own = directory_.find(summary.id)) return yield(*own, record->moves);
    if (is_others) nodes_[cluster::NodeId{known->node}].rooms.erase(summary.id);
    const RoomKind* const kind = directory_.find_kind(summary.kind);
    if (!kind || !kind->accepts(summary.metadata)) summary.metadata.clear();
    summary.node = node.record.name;
    summary.is_uncertain = !is_up_;
    node.rooms.insert(summary.id);
    directory_.put_remote({std::move(summary), now, node.stay.node.value, record->moves});
}

/// A room of this server that another one has too. On its way there it need not be told.
void ClusterGate::yield(RoomInstance& room, std::uint32_t moves) {
    if (moves <= room.settings().moves) return void(++refused_);
    if (!room.is_frozen()) room.close("the room goes on at another server");
}

void ClusterGate::take_moved(Node& node, const std::string& key, Bytes value) {
    auto moved = wire::decode_moved_room(value);
    if (!moved || key != moved_key_of(moved->room)) return void(++refused_);
    node.moved.insert_or_assign(moved->room, std::move(moved->codes));
}

void ClusterGate::put_moved(RoomSummary line, std::uint32_t moves, cluster::NodeId to, Time now) {
    Node& node = nodes_.at(to);
    node.rooms.insert(line.id);
    line.node = node.record.name;
    directory_.put_remote({std::move(line), now, to.value, moves});
}

const ClusterGate::Node* ClusterGate::holder_of(RoomId room) const {
    if (const auto* const known = directory_.find_remote(room))
        return find(cluster::NodeId{known->node});
    const auto holder = std::ranges::find_if(nodes_, [room](const auto& node) {
        return node.second.moved.contains(room);
    });
    return holder == nodes_.end() ? nullptr : find(holder->first);
}

const ClusterGate::Node* ClusterGate::holder_of(std::string_view code) const {
    const std::string capitals = in_capitals(code);
    for (const auto& [id, node] : nodes_) {
        for (const auto& [room, codes] : node.moved) {
            if (std::ranges::find(codes, capitals) != codes.end()) return find(id);
        }
    }
    return nullptr;
}

void ClusterGate::take_user(Node& node, const std::string& key, Bytes value) {
    const wire::UserNews* const news = wire::decode_user_news(value);
    if (!news || news->users()->size() != 1) return void(++refused_);
    UserSummary summary = wire::summary_of(*news->users()->Get(0));
    if (key != key_of(summary.user)) return void(++refused_);
    node.users.insert(summary.user);
    users_.put_remote(node.stay.node.value, std::move(summary));
}

void ClusterGate::drop_record(Node& node, const std::string& key) {
    const std::string_view name = key;
    if (name.starts_with(user_prefix)) {
        const std::string user(name.substr(user_prefix.size()));
        if (node.users.erase(user) > 0) users_.put_remote(node.stay.node.value, {.user = user});
        return;
    }
    std::erase_if(node.moved, [&](const auto& moved) {
        return key == moved_key_of(moved.first);
    });
    const auto room = std::ranges::find_if(node.rooms, [&](RoomId id) {
        return key == key_of(id);
    });
    if (room == node.rooms.end()) return;
    directory_.remove_remote(*room);
    node.rooms.erase(room);
}

void ClusterGate::tell_changes(Time now) {
    tell_offers();
    if (now < next_changes_) return;
    next_changes_ = now + change_interval;
    tell_rooms(now);
    tell_users();
}

void ClusterGate::tell_changes_now(Time now) {
    next_changes_ = now;
    tell_changes(now);
}

void ClusterGate::tell_moved(RoomId room, const std::vector<std::string>& codes) {
    if (!codes.empty()) {
        told_moved_.insert(room);
        backplane_->put(moved_key_of(room), wire::encode_moved_room({room, codes}));
    } else if (told_moved_.erase(room) > 0) {
        backplane_->drop(moved_key_of(room));
    }
}

/// At once: others come by these.
void ClusterGate::tell_offers() {
    const ChangeLog<RoomId>& changes = directory_.changes();
    std::set<RoomId> changed;
    if (next_offer_ < changes.begin()) {
        changed = offered_;
        for (const auto& [id, room] : directory_.rooms()) changed.insert(id);
        next_offer_ = changes.end();
    }
    while (next_offer_ < changes.end()) changed.insert(changes.at(next_offer_++));
    for (const RoomId id : changed) tell_offer(id);
}

void ClusterGate::tell_offer(RoomId id) {
    const RoomInstance* const room = directory_.find(id);
    if (room && !own_.is_draining && RoomDirectory::is_for_all(*room)) {
        offered_.insert(id);
        const std::size_t free = room->settings().capacity - room->players() - room->reserved();
        const std::string& kind = room->kind().name;
        return backplane_->offer(id,
                                 {offer_key(kind, {}), offer_key(kind, room->settings().name)},
                                 static_cast<std::uint32_t>(free),
                                 static_cast<std::uint32_t>(room->players()));
    }
    if (offered_.erase(id) > 0) backplane_->offer(id, {}, 0, 0);
}

std::string ClusterGate::offer_key(std::string_view kind, std::string_view name) {
    std::string key(kind);
    if (!name.empty()) key.append("\n").append(name);
    return key;
}

void ClusterGate::tell_rooms(Time now) {
    const ChangeLog<RoomId>& changes = directory_.changes();
    std::set<RoomId> changed;
    if (next_room_ < changes.begin()) {
        changed = told_;
        for (const auto& [id, room] : directory_.rooms()) changed.insert(id);
        next_room_ = changes.end();
    }
    while (next_room_ < changes.end()) changed.insert(changes.at(next_room_++));
    for (const RoomId id : changed) tell_room(id, now);
}

void ClusterGate::tell_room(RoomId id, Time now) {
    const RoomInstance* const room = directory_.find(id);
    const auto line = room ? directory_.line_of(id, now) : std::nullopt;
    if (line) {
        told_.insert(id);
        const Bytes news = encoder_.room_news({&*line, 1}, {});
        backplane_->put(key_of(id), wire::encode_room_record(room->settings().moves, news));
    } else if (told_.erase(id) > 0) {
        backplane_->drop(key_of(id));
    }
}

void ClusterGate::tell_users() {
    const ChangeLog<std::string>& changes = users_.changes();
    std::set<std::string> changed;
    if (next_user_ < changes.begin()) {
        changed = told_users_;
        for (const UserSummary& user : users_.all()) changed.insert(user.user);
        next_user_ = changes.end();
    }
    while (next_user_ < changes.end()) changed.insert(changes.at(next_user_++));
    for (const std::string& user : changed) tell_user(user);
}

void ClusterGate::tell_user(const std::string& user) {
    const UserSummary summary = users_.own_summary(user);
    if (summary.state != UserState::offline) {
        told_users_.insert(user);
        const Bytes news = people_encoder_.user_news({&summary, 1});
        backplane_->put(key_of(user), {news.begin(), news.end()});
    } else if (told_users_.erase(user) > 0) {
        backplane_->drop(key_of(user));
    }
}

} // namespace engine_net
