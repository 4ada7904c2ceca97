#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/link_conditions.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace engine_net {

/// A network in memory, in virtual time. Servers and clients whose configuration names one run the
/// whole stack, ENet included, over it, so a test plays minutes of a bad link in milliseconds and
/// gets the same result each time for the same seed.
///
///     SimulatedNetwork network({.seed = 7});
///     Server server({.port = 7777, .network = &network});
///     Client client({.host = "10.0.0.1", .port = 7777, .network = &network});
///     for (Time now{}; now < Time{10s}; now += 1ms) { network.advance_to(now); server.step(now);
///     client.poll(now); }
///
/// It must outlive everything that uses it. One thread only.
class SimulatedNetwork {
public:
    /// What becomes of datagrams, and of chance.
    struct Config {
        std::uint64_t seed = 1;
        LinkConditions link{}; ///< between every two sockets, each way, unless set for one
    };

    explicit SimulatedNetwork(Config config);
    ~SimulatedNetwork();
    SimulatedNetwork(const SimulatedNetwork&) = delete;
    SimulatedNetwork& operator=(const SimulatedNetwork&) = delete;

    /// Virtual time from now on; never goes back. Datagrams due by then can be received.
    void advance_to(Time now);
    /// Conditions for all datagrams sent from now on, each way.
    void set_conditions(const LinkConditions& link);
    /// The same for what the socket bound to `port` sends (`out`) and gets (`in`). It takes the
    /// place of the conditions for all, and holds also for a socket bound to the port later.
    void set_conditions_of(std::uint16_t port, const LinkConditions& out, const LinkConditions& in);
    /// From now on the socket at `from` sends from the port `to` and is reached there alone, as
    /// after a changed NAT binding.
    void rebind(std::uint16_t from, std::uint16_t to);
    /// Drops every datagram longer than this, as some VPNs do. Default: none.
    void set_path_mtu(std::size_t bytes);

    [[nodiscard]] std::uint64_t datagrams_sent() const;
    [[nodiscard]] std::uint64_t datagrams_dropped() const;
    [[nodiscard]] std::size_t largest_datagram_bytes() const;
    /// A hash over every datagram delivered, its time and its ports: equal for equal runs.
    [[nodiscard]] std::uint64_t digest() const;

    class Impl;
    [[nodiscard]] Impl& impl() const { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

} // namespace engine_net
