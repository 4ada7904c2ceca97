#include "web_connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

namespace {

void send_frame(int fd, char opcode, std::string_view payload) {
    std::string frame{opcode, static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0};
    send_all(fd, frame.append(payload));
}

/// Adds that many bytes.
void read_exactly(int fd, std::size_t count, std::string& to) {
    const std::size_t begin = to.size();
    to.resize(begin + count);
    const ssize_t got = ::recv(fd, to.data() + begin, count, MSG_WAITALL);
    if (got != static_cast<ssize_t>(count)) _exit(1);
}

} // namespace

int connect_to(std::uint16_t port, int receive_buffer) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (receive_buffer > 0) {
        ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) _exit(1);
    return fd;
}

void send_all(int fd, std::string_view bytes) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(bytes.size())) _exit(1);
}

void send_text(int fd, std::string_view text) {
    send_frame(fd, '\x81', text);
}

void send_pong(int fd, std::string_view text) {
    send_frame(fd, '\x8A', text);
}

void upgrade(int fd, std::string_view path) {
    std::string request("GET ");
    request.append(path);
    request.append(" HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                   "Sec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    send_all(fd, request);
    std::string came;
    while (!came.ends_with("\r\n\r\n")) read_exactly(fd, 1, came);
}

void skip(int fd, std::size_t bytes) {
    std::string came;
    read_exactly(fd, bytes, came);
}

void skip_text(int fd) {
    std::string came;
    read_exactly(fd, 2, came);
    if (came[1] == 126) read_exactly(fd, 2, came);
    read_exactly(fd, frame_extent(came).payload, came);
}

FrameExtent frame_extent(std::string_view bytes) {
    const auto byte = [&](std::size_t at) {
        return static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[at]));
    };
    if (bytes.size() < 2) return {};
    if (byte(1) < 126) return {2, byte(1)};
    if (byte(1) == 127) _exit(1); // nothing of the bridge's is as large
    if (bytes.size() < 4) return {};
    return {4, byte(2) << 8 | byte(3)};
}

} // namespace bench
