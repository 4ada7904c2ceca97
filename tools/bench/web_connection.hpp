#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The viewers' side of the bridge, by plain system calls. What fails ends their process.
namespace bench {

/// A TCP connection to this machine. `receive_buffer` as of SO_RCVBUF, 0: the system's.
int connect_to(std::uint16_t port, int receive_buffer = 0);
void send_all(int fd, std::string_view bytes);
/// Of at most 125 bytes; as a browser's, with a mask of zeros that leaves it as it is.
void send_text(int fd, std::string_view text);
void send_pong(int fd, std::string_view text);
/// Asks for a WebSocket, and reads the answer and nothing behind it.
void upgrade(int fd, std::string_view path = "/ws");
/// Reads as many bytes.
void skip(int fd, std::size_t bytes);
/// Reads a whole text, and nothing behind it.
void skip_text(int fd);

/// Where a frame's payload begins, and how long it is.
struct FrameExtent {
    std::size_t header = 0; ///< 0: its header is not there yet
    std::size_t payload = 0;
    [[nodiscard]] std::size_t size() const { return header + payload; }
};
/// Of what a server sends first in `bytes`.
FrameExtent frame_extent(std::string_view bytes);

} // namespace bench
