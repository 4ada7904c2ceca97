#include "transport/udp_socket.hpp"

#include "transport/system_address.hpp"
#ifdef __linux__
#include "transport/system_messages.hpp"
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace engine_net {
namespace {

/// A second of a full server's datagrams. The system may give less.
constexpr int buffer_bytes = 4 * 1024 * 1024;

/// Not bound yet. Negative: there is none to be had.
int open_of(int family, bool is_dual) {
    const int descriptor = ::socket(family, SOCK_DGRAM, 0);
    if (descriptor < 0 || family != AF_INET6) return descriptor;
    const int is_v6_alone = is_dual ? 0 : 1;
    ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &is_v6_alone, sizeof is_v6_alone);
    return descriptor;
}

/// Systems that can't would send what is to be cut as it is.
bool can_join([[maybe_unused]] int descriptor) {
#ifdef __linux__
    const int no_size = 0;
    return ::setsockopt(descriptor, SOL_UDP, UDP_SEGMENT, &no_size, sizeof no_size) == 0;
#else
    return false;
#endif
}

bool would_block(int error) {
    return error == EAGAIN || error == EWOULDBLOCK;
}

UdpSocket::Status status_of(int error) {
    return would_block(error) ? UdpSocket::Status::empty : UdpSocket::Status::error;
}

} // namespace

#ifdef __linux__

/// Datagrams that wait to be given out. Where the system has only written little, only that much of
/// the memory is ever touched.
struct UdpSocket::Batch {
    static constexpr std::size_t most = 32;
    static constexpr std::size_t most_bytes = 4096; ///< of each: as much as ENet takes

    Batch() : bytes(std::make_unique_for_overwrite<std::uint8_t[]>(most * most_bytes)) {
        for (std::size_t i = 0; i < most; ++i) {
            parts[i] = {bytes.get() + i * most_bytes, most_bytes};
            messages[i].msg_hdr.msg_name = &addresses[i];
            messages[i].msg_hdr.msg_namelen = sizeof addresses[i];
            messages[i].msg_hdr.msg_iov = &parts[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
    }
    [[nodiscard]] bool is_empty() const { return next == count; }

    std::unique_ptr<std::uint8_t[]> bytes;
    std::array<SystemAddress, most> addresses{};
    std::array<iovec, most> parts{};
    std::array<mmsghdr, most> messages{};
    std::size_t next = 0;
    std::size_t count = 0;
    bool was_last = false; ///< the system had no more
};

#else

struct UdpSocket::Batch {
    [[nodiscard]] bool is_empty() const { return true; }
    bool was_last = false;
};

#endif

UdpSocket::UdpSocket(int descriptor, int family)
    : descriptor_(descriptor), family_(family), received_(std::make_unique<Batch>()) {}

Result<std::unique_ptr<DatagramSocket>, SocketError> UdpSocket::open(const Address& address) {
    const int family = address.host.is_v4() ? AF_INET : AF_INET6;
    const int descriptor = open_of(family, address.host == IpAddress());
    if (descriptor < 0) {
        return Unexpected(errno == EAFNOSUPPORT ? SocketError::no_ipv6 : SocketError::no_resources);
    }
    auto opened = std::make_unique<UdpSocket>(descriptor, family);

    // No SO_REUSEADDR: with it two servers would share the port and each get some datagrams.
    const SystemAddress system = to_system(address, family);
    if (::bind(descriptor, &system.any, length_of(system)) != 0) {
        return Unexpected(errno == EADDRINUSE ? SocketError::port_in_use
                                              : SocketError::address_unavailable);
    }
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0) {
        return Unexpected(SocketError::no_resources);
    }
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    opened->join_datagrams(can_join(descriptor));
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    return std::unique_ptr<DatagramSocket>(std::move(opened));
}

void UdpSocket::join_datagrams(bool does_join) {
    joining_.store(does_join ? Joining::untried : Joining::off, std::memory_order_relaxed);
}

UdpSocket::~UdpSocket() {
    ::close(descriptor_);
}

DatagramSocket::Status UdpSocket::send(const Address& to, Bytes datagram) {
    const SystemAddress system = to_system(to, family_);
    while (
        ::sendto(descriptor_, datagram.data(), datagram.size(), 0, &system.any, length_of(system)) <
        0) {
        if (errno != EINTR) return Status::error;
    }
    return Status::ok;
}

void UdpSocket::send_all(std::span<Outgoing> datagrams) {
#ifdef __linux__
    if (datagrams.size() == 1) return DatagramSocket::send_all(datagrams);
    while (!datagrams.empty()) datagrams = datagrams.subspan(send_some(datagrams));
#else
    DatagramSocket::send_all(datagrams);
#endif
}

#ifdef __linux__

/// As many as go in one call of the system's; gives how many are done with.
std::size_t UdpSocket::send_some(std::span<Outgoing> datagrams) {
    const Joining joining = joining_.load(std::memory_order_relaxed);
    SystemMessages messages(datagrams, family_, joining != Joining::off);
    const int sent = ::sendmmsg(descriptor_, messages.data(), messages.count(), 0);
    if (sent > 0) {
        const std::size_t count = messages.datagrams_of(static_cast<std::size_t>(sent));
        if (joining == Joining::untried && count > static_cast<std::size_t>(sent)) {
            joining_.store(Joining::works, std::memory_order_relaxed);
        }
        return count;
    }
    if (errno == EINTR) return 0;
    // It stops at the first that can't be sent, and tells why when that one is the first.
    const std::size_t failed = messages.datagrams_of(1);
    if (failed == 1) {
        datagrams.front().status = Status::error;
    } else {
        send_apart(datagrams.first(failed), errno);
    }
    return failed;
}

/// What could not be sent as one message: `error` says why. A way may be too narrow for it, for
/// which the system cuts single datagrams further, but not those of a message; or the network card
/// can't do it.
void UdpSocket::send_apart(std::span<Outgoing> datagrams, int error) {
    DatagramSocket::send_all(datagrams);
    const bool is_sent = std::ranges::any_of(datagrams, [](const Outgoing& one) {
        return one.status == Status::ok;
    });
    const bool has_worked = joining_.load(std::memory_order_relaxed) == Joining::works;
    const bool is_for_lack_of_room = would_block(error) || error == ENOBUFS || error == ENOMEM;
    if (is_sent && !is_for_lack_of_room && (error == EIO || !has_worked)) join_datagrams(false);
}

/// As many as are there, up to a batch.
UdpSocket::Status UdpSocket::receive_some() {
    received_->next = 0;
    received_->count = 0;
    int count = 0;
    do {
        count = ::recvmmsg(descriptor_, received_->messages.data(), Batch::most, 0, nullptr);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return status_of(errno);
    received_->count = static_cast<std::size_t>(count);
    received_->was_last = received_->count < Batch::most;
    return Status::ok;
}

DatagramSocket::Received UdpSocket::receive(std::span<std::uint8_t> buffer) {
    if (received_->is_empty()) {
        if (std::exchange(received_->was_last, false)) return {.status = Status::empty};
        const Status status = receive_some();
        if (status != Status::ok) return {.status = status};
    }
    const std::size_t next = received_->next++;
    const std::size_t bytes =
        std::min<std::size_t>(received_->messages[next].msg_len, buffer.size());
    std::copy_n(received_->bytes.get() + next * Batch::most_bytes, bytes, buffer.begin());
    return {.status = Status::ok, .bytes = bytes, .from = from_system(received_->addresses[next])};
}

Bytes UdpSocket::upcoming(std::size_t after) const {
    const std::size_t place = received_->next + after;
    if (place >= received_->count) return {};
    const std::size_t bytes =
        std::min<std::size_t>(received_->messages[place].msg_len, Batch::most_bytes);
    return {received_->bytes.get() + place * Batch::most_bytes, bytes};
}

#else

Bytes UdpSocket::upcoming(std::size_t) const {
    return {};
}

DatagramSocket::Received UdpSocket::receive(std::span<std::uint8_t> buffer) {
    SystemAddress system;
    socklen_t length = sizeof system;
    ssize_t bytes = 0;
    do {
        bytes = ::recvfrom(descriptor_, buffer.data(), buffer.size(), 0, &system.any, &length);
    } while (bytes < 0 && errno == EINTR);
    if (bytes < 0) return {.status = status_of(errno)};
    return {.status = Status::ok,
            .bytes = static_cast<std::size_t>(bytes),
            .from = from_system(system)};
}

#endif

void UdpSocket::advance_to(Time) {
    received_->was_last = false;
}

void UdpSocket::wait_until(Time deadline) {
    if (!received_->is_empty()) return;
    received_->was_last = false;
    const auto left = std::chrono::floor<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
    const auto timeout_ms = std::clamp<std::int64_t>(left.count(), 0, 60'000);
    const int ready = ::poll(&waiting, 1, static_cast<int>(timeout_ms));
    // `poll` counts whole milliseconds; a tick's deadline is finer.
    if (ready == 0) Clock::sleep_until(deadline);
}

Address UdpSocket::local_address() const {
    SystemAddress system;
    socklen_t length = sizeof system;
    if (::getsockname(descriptor_, &system.any, &length) != 0) return {};
    return from_system(system);
}

} // namespace engine_net
