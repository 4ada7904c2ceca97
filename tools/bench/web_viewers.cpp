#include "web_viewers.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace bench {

namespace {

constexpr std::string_view upgrade =
    "GET /ws HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
constexpr std::string_view hello = R"({"op":"hello","id":1,"name":"viewer"})";
constexpr std::string_view watch = R"({"op":"watch","id":2,"room":1})";

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) _exit(1);
    return fd;
}

void send_all(int fd, std::string_view text) {
    if (::send(fd, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) {
        _exit(1);
    }
}

/// A browser's mask of zeros leaves the text as it is.
void send_frame(int fd, std::string_view text) {
    std::string frame{'\x81', static_cast<char>(0x80 | text.size()), 0, 0, 0, 0};
    send_all(fd, frame.append(text));
}

/// Reads until this was there, and nothing after it.
void read_until(int fd, std::string_view end) {
    std::string came;
    char letter = 0;
    while (!std::string_view(came).ends_with(end)) {
        if (::recv(fd, &letter, 1, 0) != 1) _exit(1);
        came += letter;
    }
}

std::vector<int> connect_all(std::size_t viewers, std::uint16_t port, Greeting greeting) {
    std::vector<int> sockets;
    sockets.reserve(viewers);
    for (std::size_t i = 0; i < viewers; ++i) {
        sockets.push_back(connect_to(port));
        if (greeting == Greeting::none) continue;
        send_all(sockets.back(), upgrade);
        read_until(sockets.back(), "\r\n\r\n");
    }
    if (greeting != Greeting::watch) return sockets;
    for (const int fd : sockets) send_frame(fd, hello);
    for (const int fd : sockets) {
        read_until(fd, "}");
        send_frame(fd, watch);
    }
    for (const int fd : sockets) read_until(fd, "}");
    return sockets;
}

void read_all(int epoll, std::array<ViewerCounts, WebViewers::groups>& shared) {
    std::vector<char> scratch(256 * 1024);
    std::array<epoll_event, 256> events{};
    for (;;) {
        const int count = ::epoll_wait(epoll, events.data(), events.size(), 1);
        for (int i = 0; i < count; ++i) {
            const std::uint64_t about = events[static_cast<std::size_t>(i)].data.u64;
            const ssize_t got =
                ::recv(static_cast<int>(about >> 8), scratch.data(), scratch.size(), MSG_DONTWAIT);
            if (got > 0) shared[about & 0xFF].bytes += static_cast<std::uint64_t>(got);
        }
        if (count == 0) return;
    }
}

[[noreturn]] void play(std::size_t viewers,
                       const std::array<Greeting, WebViewers::groups>& greetings,
                       std::array<ViewerCounts, WebViewers::groups>& shared) {
    const int epoll = ::epoll_create1(0);
    std::size_t group = 0;
    for (;;) {
        if (::getppid() == 1) _exit(0);
        if (group < shared.size() && shared[group].port != 0) {
            for (const int fd : connect_all(viewers, shared[group].port, greetings[group])) {
                epoll_event event{};
                event.events = EPOLLIN;
                event.data.u64 = static_cast<std::uint64_t>(fd) << 8 | group;
                ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
            }
            shared[group].connected = viewers;
            ++group;
        }
        read_all(epoll, shared);
    }
}

} // namespace

WebViewers::WebViewers(std::size_t viewers, const std::array<Greeting, groups>& greetings) {
    void* memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    shared_ = std::construct_at(static_cast<Shared*>(memory));
    child_ = ::fork();
    if (child_ == 0) play(viewers, greetings, *shared_);
}

WebViewers::~WebViewers() {
    if (child_ > 0) {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    if (shared_) ::munmap(shared_, sizeof(Shared));
}

} // namespace bench
