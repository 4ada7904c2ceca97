#include "cluster/local_service.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::cluster {

namespace {

/// A channel without members that nobody says anything on is forgotten after.
constexpr std::chrono::hours idle_channel_time{1};

} // namespace

void LocalNode::set_reachable(bool reachable) {
    is_reachable = reachable;
    if (is_reachable || !std::exchange(is_linked, false)) return;
    told.emplace_back(tell::Link{.detail = "the service is away"});
}

void LocalService::set_reachable(bool is_reachable) {
    for (LocalNode* const node : nodes_) node->set_reachable(is_reachable);
}

void LocalService::forget_everything() {
    numbers_.clear();
    stays_.clear();
    channels_.clear();
    claims_.clear();
    seats_.clear();
}

void LocalService::detach(LocalNode& node) {
    std::erase(nodes_, &node);
    if (!is_live(node.stay) || !node.is_reachable) return;
    std::erase_if(claims_, [&](const auto& one) {
        return one.second.holder == node.stay.node;
    });
    end_stay(node.stay.node);
}

bool LocalService::is_live(NodeStay stay) const {
    const auto found = stays_.find(stay.node);
    return found != stays_.end() && found->second.epoch == stay.epoch;
}

bool LocalService::enter(LocalNode& node) {
    const NodeId number = free_number(node);
    if (!number.is_set()) return false;
    if (stays_.contains(number)) end_stay(number);
    if (!numbers_.contains(node.name)) numbers_[node.name] = number;
    node.stay = {number, ++last_epoch_};
    node.known.erase(number);
    stays_[number] = {.holder = &node, .epoch = last_epoch_, .lease_end = now_ + lease_time_};
    for (LocalNode* const other : nodes_) {
        if (other != &node && other->is_linked) tell_table(*other, number);
    }
    return true;
}

/// The one it has, or had under this name; who is new takes over from an earlier one of its name.
NodeId LocalService::free_number(const LocalNode& node) {
    const auto is_free = [&](NodeId number) {
        const auto stay = stays_.find(number);
        return stay == stays_.end() || stay->second.holder == &node;
    };
    const auto named = numbers_.find(node.name);
    if (node.stay.node.is_set()) {
        if (is_free(node.stay.node)) return node.stay.node;
    } else if (named != numbers_.end()) {
        return named->second;
    }
    for (std::uint16_t i = 0; i < max_nodes; ++i) {
        last_number_ = static_cast<std::uint16_t>(last_number_ % max_nodes + 1);
        if (is_free(NodeId{last_number_})) return NodeId{last_number_};
    }
    return {};
}

void LocalService::renew(NodeStay stay) {
    if (is_live(stay)) stays_[stay.node].lease_end = now_ + lease_time_;
}

void LocalService::end_lapsed_stays() {
    std::vector<NodeId> lapsed;
    for (const auto& [node, stay] : stays_) {
        if (stay.lease_end < now_) lapsed.push_back(node);
    }
    for (const NodeId node : lapsed) end_stay(node);
}

void LocalService::end_stay(NodeId node) {
    const NodeStay stay{node, stays_.at(node).epoch};
    stays_.erase(node);
    seats_.withdraw_all(stay);
    for (LocalNode* const other : nodes_) {
        if (other->is_linked && other->known.erase(node) > 0)
            other->told.emplace_back(tell::NodeGone{node});
    }
    for (auto& [name, channel] : channels_) {
        for (auto member = channel.members.begin(); member != channel.members.end();)
            leave_channel(stay, name, channel, member++);
    }
}

void LocalService::tell_of_gone_nodes(LocalNode& node) {
    std::erase_if(node.known, [&](const auto& one) {
        if (stays_.contains(one.first)) return false;
        node.told.emplace_back(tell::NodeGone{one.first});
        return true;
    });
}

void LocalService::catch_up(LocalNode& node) {
    for (const auto& [number, stay] : stays_) {
        const LocalNode::Position newest{stay.epoch, stay.next_version};
        if (stay.holder != &node && node.known[number] != newest) tell_table(node, number);
    }
    for (const auto& [name, position] : node.followed) catch_up(node, name, open(name));
}

void LocalService::tell_table(LocalNode& to, NodeId node) const {
    const Stay& stay = stays_.at(node);
    to.known[node] = {stay.epoch, stay.next_version};
    to.told.emplace_back(tell::NodeTable{{node, stay.epoch}, stay.records});
}

void LocalService::tell_record(NodeStay stay, const tell::Record& record) {
    const LocalNode::Position before{stay.epoch, stays_.at(stay.node).next_version++};
    for (LocalNode* const other : nodes_) {
        if (other->stay == stay || !other->is_linked) continue;
        LocalNode::Position& known = other->known[stay.node];
        if (known != before) {
            tell_table(*other, stay.node);
            continue;
        }
        ++known.next;
        other->told.emplace_back(record);
    }
}

void LocalService::put(NodeStay stay, const std::string& key, const ByteVector& value) {
    stays_.at(stay.node).records[key] = value;
    tell_record(stay, {.node = stay.node, .key = key, .value = value});
}

void LocalService::drop(NodeStay stay, const std::string& key) {
    if (stays_.at(stay.node).records.erase(key) > 0)
        tell_record(stay, {.node = stay.node, .key = key, .is_gone = true});
}

void LocalService::replace_records(NodeStay stay,
                                   const std::map<std::string, ByteVector>& records) {
    Stay& changed = stays_.at(stay.node);
    if (changed.records == records) return;
    changed.records = records;
    ++changed.next_version;
    for (LocalNode* const other : nodes_) {
        if (other->stay != stay && other->is_linked) tell_table(*other, stay.node);
    }
}

void LocalService::send(NodeStay from, NodeId to, const ByteVector& bytes) {
    for (LocalNode* const node : nodes_) {
        if (node->is_linked && node->stay.node == to && is_live(node->stay))
            node->told.emplace_back(tell::Message{from, bytes});
    }
}

void LocalService::cast(NodeId from, const std::string& topic, const ByteVector& bytes) {
    for (LocalNode* const node : nodes_) {
        if (node->is_linked && node->topics.contains(topic))
            node->told.emplace_back(tell::Cast{from, topic, bytes});
    }
}

LocalService::Channel& LocalService::open(const std::string& name) {
    Channel& channel = channels_[name];
    const bool is_idle = channel.members.empty() && channel.last_used + idle_channel_time < now_;
    if (channel.epoch == 0 || is_idle) channel = {.epoch = ++last_epoch_, .last_used = now_};
    return channel;
}

void LocalService::append(const std::string& name, Channel& channel, ChannelEntry entry) {
    channel.last_used = now_;
    channel.entries.push_back(std::move(entry));
    if (channel.entries.size() > max_channel_entries) channel.entries.pop_front();
    ++channel.next;
    for (LocalNode* const node : nodes_) {
        if (node->is_linked && node->followed.contains(name)) catch_up(*node, name, channel);
    }
}

void LocalService::say(const std::string& channel, ByteVector bytes) {
    append(channel, open(channel), {.bytes = std::move(bytes)});
}

void LocalService::enter_channel(NodeStay stay,
                                 const std::string& channel,
                                 const std::string& user,
                                 const ByteVector& bytes) {
    Channel& entered = open(channel);
    Member& member = entered.members[user];
    if (std::ranges::find(member.stays, stay) != member.stays.end()) return;
    member.stays.push_back(stay);
    if (member.stays.size() > 1) return;
    member.bytes = bytes;
    append(channel, entered, {EntryKind::joined, user, bytes});
}

void LocalService::leave_channel(NodeStay stay,
                                 const std::string& channel,
                                 const std::string& user) {
    Channel& left = open(channel);
    const auto member = left.members.find(user);
    if (member != left.members.end()) leave_channel(stay, channel, left, member);
}

void LocalService::leave_channel(NodeStay stay,
                                 const std::string& name,
                                 Channel& channel,
                                 std::map<std::string, Member>::iterator member) {
    if (std::erase(member->second.stays, stay) == 0 || !member->second.stays.empty()) return;
    ChannelEntry entry{EntryKind::left, member->first, std::move(member->second.bytes)};
    channel.members.erase(member);
    append(name, channel, std::move(entry));
}

void LocalService::catch_up(LocalNode& node, const std::string& name, Channel& channel) const {
    LocalNode::Position& position = node.followed.at(name);
    const std::uint64_t kept = channel.next - channel.entries.size();
    if (position.epoch != channel.epoch || position.next < kept) {
        tell::Followed followed{.channel = name, .epoch = channel.epoch, .next = channel.next};
        followed.entries.assign(channel.entries.begin(), channel.entries.end());
        followed.members.reserve(channel.members.size());
        for (const auto& [user, member] : channel.members)
            followed.members.push_back({user, member.bytes});
        node.told.emplace_back(std::move(followed));
        position = {channel.epoch, channel.next};
    }
    for (; position.next < channel.next; ++position.next) {
        node.told.emplace_back(
            tell::Said{name, channel.epoch, position.next, channel.entries[position.next - kept]});
    }
}

void LocalService::tell_followed(LocalNode& node, const std::string& channel) {
    catch_up(node, channel, open(channel));
}

tell::Claimed
LocalService::claim(NodeId node, const std::string& name, const std::string& value, Duration time) {
    Claim& claim = claims_[name];
    if (claim.holder == node || claim.end <= now_) claim = {node, value, now_ + time};
    return {name, claim.holder, claim.value};
}

void LocalService::release(NodeId node, const std::string& name) {
    const auto found = claims_.find(name);
    if (found != claims_.end() && found->second.holder == node) claims_.erase(found);
}

} // namespace engine_net::cluster
