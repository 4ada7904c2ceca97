#include "plain_datagrams.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <fcntl.h>
#include <unistd.h>

namespace bench {

namespace {

constexpr std::size_t most_at_once = 256;
constexpr std::size_t received_bytes = 1500;
constexpr int buffer_bytes = 4 * 1024 * 1024; ///< as engine-net's

sockaddr* any_family(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

} // namespace

void PlainSocket::Batch::resize(std::size_t count, std::size_t bytes_each) {
    messages.assign(count, {});
    addresses.assign(count, {});
    parts.assign(count, {});
    bytes.assign(count * bytes_each, 0);
    for (std::size_t i = 0; i < count; ++i) {
        parts[i] = {bytes.data() + i * bytes_each, bytes_each};
        messages[i].msg_hdr.msg_name = &addresses[i];
        messages[i].msg_hdr.msg_namelen = sizeof addresses[i];
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
}

PlainSocket::PlainSocket() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address_;
    if (::bind(descriptor_, any_family(address_), sizeof address_) != 0 ||
        ::getsockname(descriptor_, any_family(address_), &length) != 0) {
        ::close(descriptor_);
        descriptor_ = -1;
        return;
    }
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    in_.resize(most_at_once, received_bytes);
}

PlainSocket::~PlainSocket() {
    if (is_open()) ::close(descriptor_);
}

void PlainSocket::set_receivers(const std::vector<sockaddr_in>& receivers, std::size_t bytes) {
    out_.resize(receivers.size(), bytes);
    out_.addresses = receivers;
    for (std::size_t i = 0; i < receivers.size(); ++i)
        out_.messages[i].msg_hdr.msg_name = &out_.addresses[i];
}

void PlainSocket::set_bytes(const std::vector<std::uint8_t>& datagram) {
    for (const iovec& part : out_.parts)
        std::copy_n(datagram.begin(), part.iov_len, static_cast<std::uint8_t*>(part.iov_base));
}

std::size_t PlainSocket::send() {
    std::size_t sent = 0;
    while (sent < out_.messages.size()) {
        const std::size_t count = std::min(out_.messages.size() - sent, most_at_once);
        const int some =
            ::sendmmsg(descriptor_, out_.messages.data() + sent, static_cast<unsigned>(count), 0);
        if (some <= 0) break;
        sent += static_cast<std::size_t>(some);
    }
    return sent;
}

std::size_t PlainSocket::receive() {
    std::size_t received = 0;
    while (true) {
        const int some = ::recvmmsg(
            descriptor_, in_.messages.data(), static_cast<unsigned>(most_at_once), 0, nullptr);
        if (some <= 0) return received;
        received += static_cast<std::size_t>(some);
    }
}

} // namespace bench
