#pragma once

#include "transport/datagram_socket.hpp"
#include "transport/open_socket.hpp"

#include <cstddef>
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

    void advance_to(Time) override {}
    Status send(const Address& to, Bytes datagram) override;
    void send_all(std::span<Outgoing> datagrams) override;
    [[nodiscard]] bool sends_from_any_thread() const override { return true; }
    Received receive(std::span<std::uint8_t> buffer) override;
    void wait_until(Time deadline) override;
    [[nodiscard]] Address local_address() const override;

private:
    struct Batch;

    std::size_t send_some(std::span<Outgoing> datagrams);
    Status receive_some();

    int descriptor_;
    int family_;
    std::unique_ptr<Batch> received_; ///< by one call of the system's; `receive` gives it out
};

} // namespace engine_net
