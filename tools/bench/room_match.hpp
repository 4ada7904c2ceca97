#pragma once

#include "core/random.hpp"
#include "ship_room.hpp"

#include <engine_net/client.hpp>
#include <engine_net/server.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace bench {

/// A server of rooms of ten ships and all their players, over UDP on this machine, in time of their
/// own: a tick of the server, then each player's poll. So no player comes late because this machine
/// has other work, and only the server's part is measured. The players' links take 8 to 44 ms one
/// way, as `ClientConfig::net_sim` makes them: no two in a room have acked the same.
class RoomMatch {
public:
    explicit RoomMatch(std::uint32_t room_threads);

    /// False: why was printed.
    bool start();
    /// That many more rooms, until all their players are in. False: why was printed.
    bool open_rooms(std::size_t count);
    /// A tick. The CPU time of the thread that steps the server, in microseconds.
    double play();
    /// The median of that many.
    double play(std::uint32_t ticks);

    [[nodiscard]] std::size_t rooms() const { return clients_.size() / ships_per_room; }
    [[nodiscard]] engine_net::ServerStats stats() const { return server_.stats(); }
    [[nodiscard]] std::uint64_t state_checks() const;
    /// States that differ from the server's, snapshots refused, and players who are out.
    [[nodiscard]] std::uint64_t faults() const;

private:
    void add_player(engine_net::RoomId room, std::size_t seat);

    engine_net::Server server_;
    std::vector<std::unique_ptr<engine_net::Client>> clients_;
    engine_net::Random random_{1};
    engine_net::Time now_;
};

} // namespace bench
