#pragma once

#include "bare_enet.hpp"
#include "polling_thread.hpp"

#include <engine_net/client.hpp>
#include <engine_net/server.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace bench {

/// What a server sent in a while, and what that took of its thread.
struct ServerFigures {
    double bytes_per_snapshot = 0;     ///< of snapshots, with all headers but IP's and UDP's
    double bytes_out_per_snapshot = 0; ///< of all that travels: heartbeats, checks, news too
    double server_us = 0;              ///< CPU time for each viewer's snapshot
    double enet_us = 0;                ///< the same of ENet alone
    double enet_bytes_per_snapshot = 0;
    double shared_percent = 0; ///< of the snapshots, those whose coding was there already
    BareTraffic traffic;       ///< for each snapshot
};

/// A server with `mover_viewers` clients over UDP on this machine: the server on the calling
/// thread, all clients on another. ENet alone can run beside it, by turns: half a tick after each
/// tick of the server's, on the same thread, so that what disturbs one disturbs the other.
class MoverMatch {
public:
    explicit MoverMatch(engine_net::CompiledSchema schema);

    /// False: why was printed.
    bool start();
    /// Plays that long and measures. Times are medians over the seconds.
    ServerFigures play(std::uint32_t seconds);
    /// From now on ENet alone moves as much as that. False: why was printed.
    bool start_bare(const BareTraffic& traffic);
    /// Ends the clients. Afterwards all of them have been heard.
    void stop();

    [[nodiscard]] std::uint64_t mismatches() const;
    [[nodiscard]] std::uint64_t state_checks() const;
    [[nodiscard]] std::uint64_t snapshots_refused() const;

private:
    /// CPU time in microseconds.
    struct Costs {
        double server = 0;
        double bare = 0;
    };

    void poll_clients();
    /// Of each viewer's snapshot.
    Costs play_second();
    /// Of a step of the server's and, half a tick later, one of ENet's.
    Costs step();
    template <class IsTrue>
    bool play_until(IsTrue&& is_true);

    engine_net::CompiledSchema schema_;
    engine_net::Server server_;
    std::vector<std::unique_ptr<engine_net::Client>> clients_;
    std::unique_ptr<BareServer> bare_server_;
    BareTraffic bare_traffic_;
    std::mutex bare_clients_mutex_;
    std::vector<std::unique_ptr<BareClient>> bare_clients_;
    std::unique_ptr<PollingThread> thread_;
};

} // namespace bench
