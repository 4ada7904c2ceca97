#pragma once

#include "replication/ack_link.hpp"
#include "replication/frame_difference.hpp"
#include "replication/replica.hpp"
#include "replication/unreliable_link.hpp"
#include "replication/viewer.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A viewer, its client and the links between them.
class Watcher {
public:
    Watcher(engine_net::SnapshotEncoder& encoder,
            engine_net::SnapshotCodec* codec,
            engine_net::PresenceId who,
            std::uint64_t seed,
            UnreliableLink::Conditions conditions)
        : viewer(encoder, who)
        , replica(encoder.history().schema(), codec)
        , history_(encoder.history())
        , down_(seed, conditions)
        , up_(seed + 1, conditions) {}

    /// Sends a tick, if it is to, and hands on what is due; then compares all that can be. Gives
    /// what is wrong, or nothing.
    std::string step(engine_net::Tick now, bool sends, bool acks) {
        std::string wrong;
        std::size_t unacked = 0;
        if (sends) {
            viewer.encode(now, [&](engine_net::Bytes datagram) {
                if (datagram.size() > engine_net::max_message_bytes) wrong = "a long datagram";
                for (const std::uint8_t byte : datagram) sent = (sent ^ byte) * 0x100000001B3u;
                down_.send(datagram);
            });
        }
        down_.deliver([&](engine_net::Bytes datagram) {
            using enum engine_net::ReceiveOutcome;
            const auto outcome = replica.receive(datagram);
            if (outcome == malformed) wrong = "a datagram is malformed";
            if (outcome == unknown_version) ++unknown_versions;
            // An ack names 33 datagrams at most.
            if (acks && ++unacked == 32) {
                unacked = 0;
                send_acks(up_, replica);
            }
        });
        if (acks) send_acks(up_, replica);
        deliver_acks(up_, viewer);
        if (wrong.empty()) wrong = check_state();
        if (wrong.empty()) wrong = check_complete();
        return wrong.empty() ? check_newest() : wrong;
    }
    /// From now on everything arrives at once; what was on its way is lost.
    void mend_links() {
        down_ = UnreliableLink(1, {0, 0, 0});
        up_ = UnreliableLink(2, {0, 0, 0});
    }

    engine_net::Viewer viewer;
    engine_net::Replica replica;
    std::size_t checked = 0;  ///< ticks whose hashes were compared
    std::size_t compared = 0; ///< ticks that were compared as they were completed
    std::size_t unknown_versions = 0;
    std::uint64_t sent = 0xCBF29CE484222325u; ///< a hash of all bytes sent (FNV-1a)

private:
    std::string check_state() {
        const auto check = viewer.take_state_check();
        if (!check) return {};
        ++checked;
        return replica.state_hash(check->tick) == check->hash ? "" : "hashes differ";
    }
    std::string check_complete() {
        const auto complete = replica.newest_complete_tick();
        if (!complete || complete == compared_) return {};
        compared_ = complete;
        const engine_net::Frame* server = history_.find(*complete);
        if (!server) return {};
        ++compared;
        return frame_difference(
            history_.schema().types(), *server, *replica.find_frame(*complete), viewer.presence());
    }
    std::string check_newest() {
        const auto newest = replica.newest_tick();
        if (!newest || newest != replica.newest_complete_tick()) return {};
        return newest_difference(
            history_.schema().types(), *history_.find(*newest), replica, viewer.presence());
    }

    const engine_net::History& history_;
    UnreliableLink down_;
    UnreliableLink up_;
    std::optional<engine_net::Tick> compared_;
};

/// A room whose ticks are coded, and who watches it.
class WatchedRoom {
public:
    using Describe = std::function<void(engine_net::SnapshotBuilder&)>;

    explicit WatchedRoom(const engine_net::ReplicatedSchema& schema,
                         engine_net::Tick before_first = {},
                         const engine_net::Priors& priors = {})
        : history(schema)
        , codec(schema.types(), ticks_per_second, priors)
        , client_codec(schema.types(), ticks_per_second, priors)
        , encoder(history, &codec)
        , now(before_first) {}

    Watcher& add_watcher(std::uint32_t who, std::uint64_t seed, UnreliableLink::Conditions links) {
        watchers.push_back(std::make_unique<Watcher>(
            encoder, &client_codec, engine_net::PresenceId{who}, seed, links));
        return *watchers.back();
    }
    engine_net::Tick describe(const Describe& describe) {
        ++now;
        describe(history.begin(now));
        history.commit();
        return now;
    }
    /// A tick with all watchers. Gives what is wrong, or nothing.
    std::string step(const Describe& describe, bool sends = true, bool acks = true) {
        this->describe(describe);
        std::string wrong;
        for (const auto& watcher : watchers) {
            if (wrong.empty()) wrong = watcher->step(now, sends, acks);
        }
        return wrong;
    }
    /// Ticks on links that lose nothing until every client has the newest tick whole, which takes
    /// a second where whole states come once a second. Gives what is wrong, or nothing.
    std::string settle(const Describe& describe) {
        for (const auto& watcher : watchers) watcher->mend_links();
        for (std::uint32_t i = 0; i <= ticks_per_second; ++i) {
            if (std::string wrong = step(describe); !wrong.empty()) return wrong;
            bool all = true;
            for (const auto& watcher : watchers)
                all = all && watcher->replica.newest_complete_tick() == now;
            if (all) return {};
        }
        return "a client does not come to the server's state";
    }

    static constexpr std::uint32_t ticks_per_second = 60;

    engine_net::History history;
    engine_net::SnapshotCodec codec;
    engine_net::SnapshotCodec client_codec;
    engine_net::SnapshotEncoder encoder;
    std::vector<std::unique_ptr<Watcher>> watchers;
    engine_net::Tick now;
};
