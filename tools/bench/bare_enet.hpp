#pragma once

#include <enet/enet.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace bench {

/// ENet alone, as a game would use it: what a server's transport costs without engine-net.
///
/// It runs on ENet's own sockets and clock, in a program where engine-net has taken the place of
/// ENet's socket functions: outside of engine-net's own calls these go on to the originals (see
/// `transport/enet_seam.hpp`). The detour is a thread-local comparison for each datagram.
class BareHost {
public:
    virtual ~BareHost();
    BareHost(const BareHost&) = delete;
    BareHost& operator=(const BareHost&) = delete;

    [[nodiscard]] bool is_open() const { return host_ != nullptr; }
    [[nodiscard]] std::size_t connected() const;

protected:
    explicit BareHost(ENetHost* host);
    /// Reads all that is there; gives the messages among it.
    std::uint64_t receive();
    /// Queues an unsequenced packet of that size for each connected peer.
    void send_to_all(std::size_t bytes);
    void flush();
    [[nodiscard]] const ENetHost& host() const { return *host_; }

private:
    ENetHost* host_;
    std::vector<std::uint8_t> packet_;
};

/// What goes over a link for each snapshot, in UDP payloads.
struct BareTraffic {
    double down_datagrams = 1;
    double down_bytes = 0; ///< of each
    double up_datagrams = 1;
    double up_bytes = 0;
};

class BareServer final : public BareHost {
public:
    /// On 127.0.0.1, at a port that the system chooses.
    explicit BareServer(std::size_t peers);

    [[nodiscard]] std::uint16_t port() const;
    /// A tick: everything is received, then every peer is sent a datagram.
    void step(const BareTraffic& traffic);

    [[nodiscard]] std::uint64_t bytes_sent() const;

private:
    double owed_ = 0;
};

/// Answers what the server sends.
class BareClient final : public BareHost {
public:
    explicit BareClient(std::uint16_t port);

    void poll(const BareTraffic& traffic);

private:
    double owed_ = 0;
};

} // namespace bench
