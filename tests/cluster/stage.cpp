#include "cluster/stage.hpp"

using namespace engine_net;
using namespace engine_net::cluster;

namespace {

std::string text_of(const ByteVector& bytes) {
    return {bytes.begin(), bytes.end()};
}

std::string line_of(const ChannelEntry& entry) {
    switch (entry.kind) {
    case EntryKind::said: return text_of(entry.bytes);
    case EntryKind::joined: return std::string("+").append(entry.user);
    case EntryKind::left: return std::string("-").append(entry.user);
    }
    return {};
}

} // namespace

ByteVector bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

void KnownCluster::fail(std::string_view what) {
    if (wrong.empty()) wrong = what;
}

void KnownCluster::note(const Tell& told) {
    std::visit(
        [this](const auto& one) {
            note(one);
        },
        told);
}

void KnownCluster::note(const tell::NodeTable& table) {
    ++tables;
    Node& node = nodes[table.stay.node];
    if (table.stay.epoch < node.stay.epoch) fail("an older stay");
    node.stay = table.stay;
    node.records.clear();
    for (const auto& [key, value] : table.records) node.records[key] = text_of(value);
}

void KnownCluster::note(const tell::NodeGone& node) {
    ++gone;
    if (nodes.erase(node.node) == 0) fail("one is gone that was not there");
}

void KnownCluster::note(const tell::Message& message) {
    messages.push_back(text_of(message.bytes));
}

void KnownCluster::note(const tell::Cast& cast) {
    casts.push_back(std::string(cast.topic).append(": ").append(text_of(cast.bytes)));
}

void KnownCluster::note(const tell::Reserved& reserved) {
    if (!seats.emplace(reserved.ticket, reserved).second) fail("two answers for a ticket");
}

void KnownCluster::note(const tell::Record& record) {
    const auto node = nodes.find(record.node);
    if (node == nodes.end()) return fail("a record of an unknown node");
    if (record.is_gone) {
        node->second.records.erase(record.key);
    } else {
        node->second.records[record.key] = text_of(record.value);
    }
}

void KnownCluster::note(const tell::Followed& followed) {
    Channel& channel = channels[followed.channel];
    if (followed.epoch == channel.epoch && followed.next < channel.next)
        fail("a channel went back");
    channel.epoch = followed.epoch;
    channel.next = followed.next;
    ++channel.followed;
    channel.log.clear();
    for (const ChannelEntry& entry : followed.entries) channel.log.push_back(line_of(entry));
    channel.members.clear();
    for (const ChannelMember& member : followed.members)
        channel.members[member.user] = text_of(member.bytes);
}

void KnownCluster::note(const tell::Said& said) {
    const auto found = channels.find(said.channel);
    if (found == channels.end()) return fail("a channel's entry before the channel");
    Channel& channel = found->second;
    if (said.epoch != channel.epoch || said.number != channel.next)
        return fail("an entry that is not the next");
    ++channel.next;
    channel.log.push_back(line_of(said.entry));
    channel.said.push_back(line_of(said.entry));
    if (said.entry.kind == EntryKind::joined &&
        !channel.members.emplace(said.entry.user, text_of(said.entry.bytes)).second)
        fail("a member joined twice");
    if (said.entry.kind == EntryKind::left && channel.members.erase(said.entry.user) == 0)
        fail("one left who was no member");
}

StageNode& Stage::node(const std::string& name) {
    auto& node = *nodes_.emplace_back(std::make_unique<StageNode>());
    node.name = name;
    node.backplane = make(name);
    const auto stay = node->start();
    REQUIRE_MESSAGE(stay.has_value(), (stay ? "" : stay.error()));
    node.stay = *stay;
    return node;
}

void Stage::remove(StageNode& node) {
    std::erase_if(nodes_, [&](const auto& one) {
        return one.get() == &node;
    });
}

bool Stage::run_until(const std::function<bool()>& is_so, Duration limit) {
    const Time end = pass() + limit;
    while (!is_so()) {
        const Time now = pass();
        for (const auto& node : nodes_) {
            if (node->is_stuck) continue;
            for (const Tell& told : node->backplane->take(now)) node->known.note(told);
            if (!node->known.entered.empty()) node->stay = node->known.entered.back();
        }
        if (now > end) return false;
    }
    return true;
}

void Stage::run_for(Duration time) {
    run_until(
        [] {
            return false;
        },
        time);
}

std::string Stage::wrong() const {
    for (const auto& node : nodes_) {
        if (!node->known.wrong.empty())
            return std::string(node->name).append(": ").append(node->known.wrong);
    }
    return {};
}
