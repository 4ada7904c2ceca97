#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <vector>

namespace bench {

/// UDP on 127.0.0.1 without anything above it: what the system itself asks for. Both ways in as few
/// calls as the system allows, on buffers made once.
class PlainSocket {
public:
    PlainSocket();
    ~PlainSocket();
    PlainSocket(const PlainSocket&) = delete;
    PlainSocket& operator=(const PlainSocket&) = delete;

    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    [[nodiscard]] const sockaddr_in& address() const { return address_; }

    /// From now on `send` sends one datagram of that size to each.
    void set_receivers(const std::vector<sockaddr_in>& receivers, std::size_t bytes);
    /// What each of them has; without it, zeros.
    void set_bytes(const std::vector<std::uint8_t>& datagram);
    /// How many went.
    std::size_t send();
    /// How many came.
    std::size_t receive();

private:
    /// What the system's `sendmmsg` and `recvmmsg` take.
    struct Batch {
        std::vector<mmsghdr> messages;
        std::vector<sockaddr_in> addresses;
        std::vector<iovec> parts;
        std::vector<std::uint8_t> bytes;

        void resize(std::size_t count, std::size_t bytes_each);
    };

    int descriptor_;
    sockaddr_in address_{};
    Batch out_;
    Batch in_;
};

} // namespace bench
