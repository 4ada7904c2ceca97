#pragma once

#include "transport/datagram_queue.hpp"
#include "transport/datagram_socket.hpp"
#include "transport/link_fate.hpp"
#include "transport/open_socket.hpp"

#include <engine_net/simulated_network.hpp>

#include <map>
#include <memory>
#include <utility>

namespace engine_net {

/// Sockets in memory, each known by its port alone: of an address's host only the family counts.
class SimulatedNetwork::Impl {
public:
    explicit Impl(const Config& config) : config_(config) {}

    /// Bound to "::" it is for both families, to any other address for its family.
    Result<std::unique_ptr<DatagramSocket>, SocketError> open(std::uint16_t port,
                                                              const IpAddress& host = {});

    void advance_to(Time now) { now_ = now_ > now ? now_ : now; }
    void set_conditions(const LinkConditions& link) { config_.link = link; }
    void set_conditions_of(std::uint16_t port, const LinkConditions& out, const LinkConditions& in);
    void rebind(std::uint16_t from, std::uint16_t to);
    void set_path_mtu(std::size_t bytes) { path_mtu_ = bytes; }

    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
    [[nodiscard]] std::size_t largest_bytes() const { return largest_bytes_; }
    [[nodiscard]] std::uint64_t digest() const { return digest_; }

private:
    class Socket;
    /// From here on for sockets that do not ask for a port.
    static constexpr std::uint16_t first_free_port = 49'152;
    /// A bound socket as the rest of the network sees it.
    struct Endpoint {
        std::uint16_t public_port = 0; ///< other than the bound one after a `rebind`
        IpAddress host{};              ///< that it was bound to

        [[nodiscard]] bool has_family_of(const IpAddress& other) const {
            return host == IpAddress() || host.is_v4() == other.is_v4();
        }
        DatagramQueue inbox;
    };
    struct OwnConditions {
        LinkConditions out;
        LinkConditions in;
    };
    /// From and to, by bound ports; 0 is anyone, where a socket has conditions of its own.
    using Link = std::pair<std::uint16_t, std::uint16_t>;

    void close(std::uint16_t port);
    void send(std::uint16_t port, const Address& to, Bytes datagram);
    DatagramSocket::Received receive(std::uint16_t port, std::span<std::uint8_t> buffer);

    [[nodiscard]] bool is_taken(std::uint16_t port) const;
    std::uint16_t find_free_port();
    /// The bound port of the socket that is reached at a public one; 0 when there is none.
    [[nodiscard]] std::uint16_t find_bound_port(std::uint16_t public_port) const;
    void travel(Link link, const Address& from, const Address& to, Bytes datagram);
    Fate decide(Link link, const LinkConditions& conditions, Time now, std::size_t bytes);
    void add_to_digest(const DatagramQueue::Datagram& datagram);

    Config config_;
    Time now_ = Time::min();
    std::map<std::uint16_t, Endpoint> endpoints_;    ///< by bound port
    std::map<std::uint16_t, std::uint16_t> rebound_; ///< bound ports by public ones that differ
    std::map<std::uint16_t, OwnConditions> own_conditions_;
    std::map<Link, LinkFate> fates_;
    std::uint16_t next_free_port_ = first_free_port;
    std::size_t path_mtu_ = static_cast<std::size_t>(-1);

    std::uint64_t sent_ = 0;
    std::uint64_t dropped_ = 0;
    std::size_t largest_bytes_ = 0;
    std::uint64_t digest_ = 0;
};

} // namespace engine_net
