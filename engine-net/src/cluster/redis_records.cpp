#include "cluster/redis_records.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace engine_net::cluster {

namespace {

std::optional<NodeStay> stay_of(std::uint64_t node, std::uint64_t epoch) {
    if (node == 0 || node > max_nodes || epoch == 0) return std::nullopt;
    return NodeStay{NodeId{static_cast<std::uint16_t>(node)}, epoch};
}

} // namespace

std::string RedisRecords::seal(const std::string& key, const ByteVector& value) {
    return scope_.seal.seal({FramePurpose::Kind::record, key}, scope_.stay, value);
}

void RedisRecords::put(std::string key, ByteVector value) {
    if (scope_.is_in) {
        RedisConnection::Arguments arguments = scope_.arguments();
        arguments.push_back(key);
        arguments.push_back(seal(key, value));
        scope_.run(RedisScript::put, std::move(arguments), [](const RedisReply&) {});
    }
    own_[std::move(key)] = std::move(value);
}

void RedisRecords::drop(const std::string& key) {
    if (own_.erase(key) == 0 || !scope_.is_in) return;
    RedisConnection::Arguments arguments = scope_.arguments();
    arguments.push_back(key);
    scope_.run(RedisScript::put, std::move(arguments), [](const RedisReply&) {});
}

void RedisRecords::say_all() {
    RedisConnection::Arguments arguments = scope_.arguments();
    for (const auto& [key, value] : own_) {
        arguments.push_back(key);
        arguments.push_back(seal(key, value));
    }
    scope_.run(RedisScript::replace_records, std::move(arguments), [](const RedisReply&) {});
}

void RedisRecords::published(std::string_view payload) {
    const auto head = PublishedHead::parse(payload);
    if (!head || head->count < 2) return;
    const auto stay = stay_of(head->numbers[0], head->numbers[1]);
    if (!stay || stay->node == scope_.stay.node) return;
    if (head->kind == 'E') return began(*stay);
    if (head->kind == 'G') return gone(*stay);
    if (head->kind == 'T') return look_at({*stay, head->numbers[2]});
    const std::size_t key_bytes = head->numbers[3];
    const bool is_gone = head->kind == 'D';
    if (head->count < 4 || (head->kind != 'R' && !is_gone) || key_bytes > head->body.size()) return;
    tell::Record record{.node = stay->node,
                        .key = std::string(head->body.substr(0, key_bytes)),
                        .is_gone = is_gone};
    changed(*stay, head->numbers[2], std::move(record), head->body.substr(key_bytes));
}

void RedisRecords::began(NodeStay stay) {
    Known& known = known_[stay.node];
    if (stay.epoch <= known.stay.epoch) return;
    known = {.stay = stay, .is_told = true};
    scope_.told.emplace_back(tell::NodeTable{stay, {}});
}

void RedisRecords::changed(NodeStay stay,
                           std::uint64_t version,
                           tell::Record record,
                           std::string_view frame) {
    Known& known = known_[stay.node];
    if (stay.epoch < known.stay.epoch) return;
    const bool is_known = known.stay == stay && known.is_told;
    if (is_known && version <= known.version) return;
    if (!is_known || known.is_reading || version != known.version + 1) {
        known.newest = std::max(known.newest, version);
        return read(stay);
    }
    known.version = version;
    if (!record.is_gone) {
        const FramePurpose purpose{FramePurpose::Kind::record, record.key};
        const auto opened = scope_.open(purpose, frame, max_record_bytes);
        if (!opened || opened->from != stay) return;
        record.value.assign(opened->bytes.begin(), opened->bytes.end());
    }
    scope_.told.emplace_back(std::move(record));
}

void RedisRecords::listed(const std::vector<Listed>& nodes, bool may_be_gone) {
    for (const Listed& node : nodes) {
        if (node.stay.node == scope_.stay.node) continue;
        Known& known = known_[node.stay.node];
        // What is being published may be behind what is listed; the second time it is lost.
        const bool is_current = known.is_told && known.stay == node.stay && !known.is_doubtful;
        const bool is_behind = known.version < known.newest;
        known.newest = std::max(known.newest, node.version);
        if (!is_current || is_behind) look_at(node);
    }
    if (!may_be_gone) return;
    std::vector<NodeStay> missing;
    for (const auto& one : known_) {
        const auto is_it = [&](const Listed& node) {
            return node.stay.node == one.first;
        };
        if (std::ranges::none_of(nodes, is_it)) missing.push_back(one.second.stay);
    }
    for (const NodeStay stay : missing) gone(stay);
}

void RedisRecords::look_at(const Listed& node) {
    Known& known = known_[node.stay.node];
    if (node.stay.epoch < known.stay.epoch) return;
    if (known.is_told && known.stay == node.stay && known.version >= node.version) {
        known.is_doubtful = false;
        return;
    }
    known.newest = std::max(known.newest, node.version);
    read(node.stay);
}

void RedisRecords::gone(NodeStay stay) {
    const auto known = known_.find(stay.node);
    if (known == known_.end() || known->second.stay.epoch > stay.epoch) return;
    const bool was_told = known->second.is_told;
    known_.erase(known);
    if (was_told) scope_.told.emplace_back(tell::NodeGone{stay.node});
}

void RedisRecords::unlinked() {
    for (auto& [number, known] : known_) {
        known.is_reading = false;
        known.is_doubtful = true;
    }
}

void RedisRecords::read(NodeStay stay) {
    if (!scope_.link.is_up() || std::exchange(known_[stay.node].is_reading, true)) return;
    scope_.link.run(RedisScript::read_records,
                    {std::to_string(stay.node.value)},
                    [this, stay](const RedisReply& reply) {
                        take_table(stay, reply);
                    });
}

void RedisRecords::take_table(NodeStay asked, const RedisReply& reply) {
    const auto found = known_.find(asked.node);
    if (found == known_.end()) return;
    Known& known = found->second;
    known.is_reading = false;
    const auto stay = stay_of(asked.node.value, reply[0].number().value_or(0));
    if (!stay || stay->epoch < known.stay.epoch) return;
    tell::NodeTable table{.stay = *stay};
    for (std::size_t i = 0; i + 1 < reply[2].size(); i += 2) {
        const std::string key(reply[2][i].text());
        const auto opened = scope_.open(
            {FramePurpose::Kind::record, key}, reply[2][i + 1].text(), max_record_bytes);
        if (opened && opened->from == *stay && key.size() <= max_key_bytes)
            table.records[key].assign(opened->bytes.begin(), opened->bytes.end());
    }
    const std::uint64_t newest = known.stay == *stay ? known.newest : 0;
    known = {.stay = *stay, .version = reply[1].number().value_or(0), .newest = newest};
    known.is_told = true;
    scope_.told.emplace_back(std::move(table));
    if (known.version < newest) read(*stay);
}

} // namespace engine_net::cluster
