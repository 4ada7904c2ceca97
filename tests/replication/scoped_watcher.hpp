#pragma once

#include "replication/ack_link.hpp"
#include "replication/replica.hpp"
#include "replication/snapshot_encoder.hpp"
#include "replication/unreliable_link.hpp"
#include "replication/viewer.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A viewer with its own sight and budget, its client, and a bad link between them.
class ScopedWatcher {
public:
    /// What the viewer sees of a tick.
    using Look = std::function<engine_net::Sight(engine_net::Tick)>;

    ScopedWatcher(engine_net::SnapshotEncoder& encoder,
                  engine_net::SnapshotCodec& codec,
                  std::uint32_t who,
                  Look look,
                  std::uint32_t bytes_per_second,
                  UnreliableLink::Conditions conditions)
        : viewer(encoder, engine_net::PresenceId{who}, bytes_per_second)
        , replica(encoder.history().schema(), &codec)
        , encoder_(encoder)
        , is_bounded_(bytes_per_second > 0)
        , look_(std::move(look))
        , down_(who, conditions)
        , up_(who + 100, conditions) {}

    /// Gives what is wrong, or nothing.
    std::string step(engine_net::Tick now) {
        const engine_net::Sight sight = look_(now);
        seen_[now.value] = sight.slots ? sight.slots : encoder_.scoped()->everything(now);
        std::string wrong;
        viewer.encode(now, sight, [&](engine_net::Bytes datagram) {
            if (datagram.size() > engine_net::max_message_bytes) wrong = "a long datagram";
            bytes += datagram.size() + engine_net::datagram_overhead_bytes;
            down_.send(datagram);
        });
        down_.deliver([&](engine_net::Bytes datagram) {
            if (replica.receive(datagram) == engine_net::ReceiveOutcome::malformed)
                wrong = "malformed";
            send_acks(up_, replica);
        });
        deliver_acks(up_, viewer);
        if (wrong.empty()) wrong = check_hash();
        return wrong.empty() ? check_complete() : wrong;
    }
    void mend_links() {
        down_ = UnreliableLink(1, {0, 0, 0});
        up_ = UnreliableLink(2, {0, 0, 0});
    }
    /// Whether the client shows exactly what is seen, as it is.
    [[nodiscard]] bool shows(engine_net::Tick now) const {
        const engine_net::Frame& frame = *encoder_.history().find(now);
        const auto types = encoder_.history().schema().types();
        bool is_same = true;
        std::size_t seen = 0;
        seen_.at(now.value)->each([&](engine_net::Slot slot) {
            ++seen;
            const engine_net::EntityType& type = types[slot.type];
            std::vector<std::uint8_t> shown(type.struct_bytes);
            std::vector<std::uint8_t> sent(type.struct_bytes);
            const engine_net::EntityId id = frame.types[slot.type].id[slot.index];
            if (!replica.find(type.name.c_str(), id, shown.data())) {
                is_same = false;
                return;
            }
            std::vector<std::int32_t> row(frame.types[slot.type].row(slot.index),
                                          frame.types[slot.type].row(slot.index) +
                                              type.columns.size());
            if (frame.types[slot.type].owner[slot.index] != viewer.presence()) {
                std::copy_n(type.blank.data() + type.shared_columns,
                            type.columns.size() - type.shared_columns,
                            row.data() + type.shared_columns);
            }
            engine_net::dequantise(type, row.data(), sent.data());
            is_same = is_same && shown == sent;
        });
        return is_same && seen == replica.entities();
    }

    engine_net::Viewer viewer;
    engine_net::Replica replica;
    std::size_t hashes = 0;
    std::size_t compared = 0;
    std::uint64_t bytes = 0;

private:
    std::string check_hash() {
        const auto check = viewer.take_state_check();
        if (!check) return {};
        const auto hash = replica.state_hash(check->tick);
        if (!hash) return {};
        ++hashes;
        return hash == check->hash ? "" : "hashes differ";
    }
    /// Nothing in what arrived whole is out of sight, and what was told is right.
    std::string check_complete() {
        const auto complete = replica.newest_complete_tick();
        if (!complete || complete == compared_) return {};
        compared_ = complete;
        const engine_net::Frame* server = encoder_.history().find(*complete);
        const engine_net::Frame& client = *replica.find_frame(*complete);
        if (!server) return {};
        ++compared;
        const auto types = encoder_.history().schema().types();
        const engine_net::SlotSet* told = replica.told_rows(*complete);
        const engine_net::SlotSet& seen = *seen_.at(complete->value);
        for (std::size_t t = 0; t < types.size(); ++t) {
            for (std::size_t i = 0; i < client.types[t].slots(); ++i) {
                const engine_net::Slot slot{static_cast<std::uint16_t>(t),
                                            static_cast<std::uint16_t>(i)};
                if (has(client, slot) && !seen.has(slot)) return "what is not seen";
                // With a bound, some of what is seen may be yet to be told.
                if (!is_bounded_ && !has(client, slot) && seen.has(slot))
                    return "not all that is seen";
                if (!has(client, slot) || (told && !told->has(slot))) continue;
                const std::int32_t* row = client.types[t].row(i);
                if (!std::equal(row, row + types[t].shared_columns, server->types[t].row(i)))
                    return "another row";
                if (!is_private_right(types[t], row, server->types[t], i)) return "another's own";
            }
        }
        return {};
    }

    static bool has(const engine_net::Frame& frame, engine_net::Slot slot) {
        return slot.type < frame.types.size() && frame.types[slot.type].has(slot.index);
    }
    /// What is for the owner alone is the owner's alone.
    [[nodiscard]] bool is_private_right(const engine_net::EntityType& type,
                                        const std::int32_t* row,
                                        const engine_net::TypeFrame& server,
                                        std::size_t index) const {
        const bool is_own = server.owner[index] == viewer.presence();
        const std::int32_t* right = is_own ? server.row(index) : type.blank.data();
        return std::equal(
            row + type.shared_columns, row + type.columns.size(), right + type.shared_columns);
    }

    engine_net::SnapshotEncoder& encoder_;
    bool is_bounded_;
    Look look_;
    UnreliableLink down_;
    UnreliableLink up_;
    std::optional<engine_net::Tick> compared_;
    std::map<std::uint32_t, engine_net::SharedSlots> seen_;
};
