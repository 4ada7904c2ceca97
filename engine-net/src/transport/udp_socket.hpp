#pragma once

#include "transport/datagram_socket.hpp"
#include "transport/open_socket.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace engine_net {

/// A socket of the system's.
class UdpSocket final : public DatagramSocket {
public:
    /// Bound to "::" it is for IPv6 and IPv4, to any other address for its family.
    static Result<std::unique_ptr<DatagramSocket>, SocketError> open(const Address& address);
    /// For `open` alone.
    UdpSocket(int descriptor, int family);
    ~UdpSocket() override;
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    /// Whether datagrams in a row to one address go to the system as one message (UDP GSO), where
    /// it can cut that. By default they do.
    void join_datagrams(bool does_join);

    /// Looks for what has come since.
    void advance_to(Time) override;
    Status send(const Address& to, Bytes datagram) override;
    void send_all(std::span<Outgoing> datagrams) override;
    [[nodiscard]] bool sends_from_any_thread() const override { return true; }
    Received receive(std::span<std::uint8_t> buffer) override;
    [[nodiscard]] Bytes upcoming(std::size_t after) const override;
    void wait_until(Time deadline) override;
    [[nodiscard]] Address local_address() const override;

private:
    struct Batch;
    enum class Joining : std::uint8_t { off, untried, works };

    std::size_t send_some(std::span<Outgoing> datagrams);
    void send_apart(std::span<Outgoing> datagrams, int error);
    Status receive_some();

    int descriptor_;
    int family_;
    std::atomic<Joining> joining_ = Joining::untried; ///< `send_all` runs on several threads
    std::unique_ptr<Batch> received_; ///< by one call of the system's; `receive` gives it out
};

} // namespace engine_net
