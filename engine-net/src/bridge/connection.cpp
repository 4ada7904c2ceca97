#include "bridge/connection.hpp"

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

namespace engine_net::bridge {
namespace {

using namespace std::chrono_literals;

/// Messages that one call of the system sends.
constexpr std::size_t most_parts = 64;
/// Reads of one connection before others have their turn.
constexpr int most_reads = 4;
/// What the system holds for a viewer and has not sent: more would only become old there.
constexpr int most_unsent_bytes = 16 * 1024;
/// How long the other end has to close, so that it reads what was sent last.
constexpr Duration linger_time = 2s;

bool would_block(int error) {
    return error == EAGAIN || error == EWOULDBLOCK;
}

} // namespace

void Connections::add(const std::shared_ptr<Connection>& connection) {
    all_.push_back(connection);
    ++hub_->stats.connections;
}

void Connections::flush() {
    while (!scheduled_.empty()) {
        for (Connection* connection : std::exchange(scheduled_, {})) connection->flush();
    }
}

void Connections::sweep() {
    std::erase_if(all_, [](const auto& connection) {
        return connection->is_closed();
    });
}

void Connections::on_time(Time now) {
    sweep();
    for (const auto& connection : all_) connection->on_time(now);
    flush();
    sweep();
}

void Connections::stop(std::string_view reason) {
    for (const auto& connection : all_) connection->on_stop(reason);
    flush();
    sweep();
}

void Connections::close() {
    for (const auto& connection : all_) connection->close();
    scheduled_.clear();
    sweep();
}

Connection::Connection(Connections& all, Socket socket, std::string address)
    : all_(&all), socket_(std::move(socket)), address_(std::move(address)) {
    const int yes = 1;
    const int fd = socket_.native_handle();
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
#ifdef TCP_NOTSENT_LOWAT
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most_unsent_bytes, sizeof most_unsent_bytes);
#endif
}

void Connection::begin(std::shared_ptr<Protocol> protocol, AddressCounts::Place place) {
    protocol_ = std::move(protocol);
    place_ = std::move(place);
    wait_to_read();
}

void Connection::wait_to_read() {
    if (is_closed_ || is_read_over_) return;
    socket_.async_wait(Socket::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                           if (error || self->is_closed_) return;
                           self->all_->hub().now = Clock::now();
                           self->read();
                           self->wait_to_read();
                           self->all_->flush();
                       });
}

void Connection::read() {
    for (int i = 0; i < most_reads && !is_closed_; ++i) {
        if (!read_once()) return;
    }
}

/// False: there is nothing more at present.
bool Connection::read_once() {
    const std::span<std::uint8_t> scratch = all_->scratch();
    const ssize_t got =
        ::recv(socket_.native_handle(), scratch.data(), scratch.size(), MSG_DONTWAIT);
    if (got > 0) {
        const auto bytes = static_cast<std::size_t>(got);
        if (const auto protocol = protocol_) protocol->on_bytes(scratch.first(bytes));
        return bytes == scratch.size();
    }
    if (got < 0 && would_block(errno)) return false;
    if (got < 0 && errno == EINTR) return true;
    let_go();
    if (got < 0 || is_finished_) {
        close();
    } else {
        is_read_over_ = true; // it may still read what is on its way
        finish();
    }
    return false;
}

void Connection::schedule() {
    if (!std::exchange(is_scheduled_, true)) all_->schedule(*this);
}

void Connection::flush() {
    is_scheduled_ = false;
    if (is_closed_) return;
    if (is_dropped_) return close();
    while (!is_waiting_ && !is_closed_ && write_once()) {
    }
    if (is_closed_ || !is_finishing_ || is_finished_ || !outbox_.is_empty()) return;
    if (is_read_over_) return close();
    is_finished_ = true;
    finished_ = all_->hub().now;
    ::shutdown(socket_.native_handle(), SHUT_WR);
}

/// False: there is nothing more to send, or it goes no further at present.
bool Connection::write_once() {
    std::array<iovec, most_parts> parts; // NOLINT(cppcoreguidelines-pro-type-member-init): filled
    const std::size_t count = outbox_.gather(parts);
    if (count == 0) return false;
    ssize_t sent = 0;
    if (count == 1) {
        sent = ::send(socket_.native_handle(),
                      parts[0].iov_base,
                      parts[0].iov_len,
                      MSG_DONTWAIT | MSG_NOSIGNAL);
    } else {
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = count;
        sent = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    if (sent < 0) {
        if (errno == EINTR) return true;
        if (would_block(errno)) {
            wait_to_write();
        } else {
            drop(); // not at once: who is sent to may be one of many that are gone through
        }
        return false;
    }
    BridgeStats& stats = all_->hub().stats;
    const Outbox::Sent whole = outbox_.take(static_cast<std::size_t>(sent));
    stats.bytes_out += static_cast<std::uint64_t>(sent);
    stats.messages_out += whole.messages;
    stats.frames_sent += whole.frames;
    is_stalled_ = false;
    is_told_stuck_ = false;
    return !outbox_.is_empty();
}

void Connection::wait_to_write() {
    if (!std::exchange(is_stalled_, true)) stalled_ = all_->hub().now;
    is_waiting_ = true;
    socket_.async_wait(Socket::wait_write,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                           self->is_waiting_ = false;
                           if (error || self->is_closed_) return;
                           self->all_->hub().now = Clock::now();
                           self->flush();
                           self->all_->flush();
                       });
}

void Connection::finish() {
    is_finishing_ = true;
    schedule();
}

void Connection::drop() {
    is_dropped_ = true;
    schedule();
}

void Connection::let_go() {
    if (const auto protocol = std::exchange(protocol_, nullptr)) protocol->on_gone();
    outbox_.unwatch();
}

void Connection::close() {
    if (std::exchange(is_closed_, true)) return;
    const auto self = shared_from_this();
    let_go();
    place_.reset();
    boost::system::error_code ignored;
    socket_.close(ignored);
    --all_->hub().stats.connections;
}

void Connection::on_stop(std::string_view reason) {
    if (is_closed_) return;
    if (const auto protocol = protocol_) protocol->on_stop(reason);
    finish();
}

void Connection::on_time(Time now) {
    if (is_closed_) return;
    if (is_finished_ && now >= finished_ + linger_time) return close();
    if (const auto protocol = protocol_; protocol && !is_finishing_) protocol->on_time(now);
    if (!is_stalled_ || is_closed_) return;
    const Duration stuck = all_->hub().config.stuck_timeout;
    if (now >= stalled_ + stuck + linger_time) return close();
    if (now < stalled_ + stuck || std::exchange(is_told_stuck_, true)) return;
    if (const auto protocol = protocol_) protocol->on_stuck();
}

} // namespace engine_net::bridge
