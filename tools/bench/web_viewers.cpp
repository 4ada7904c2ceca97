#include "web_viewers.hpp"

#include "web_connection.hpp"

#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace bench {

namespace {

constexpr std::string_view hello = R"({"op":"hello","id":1,"name":"viewer"})";
constexpr std::string_view watch = R"({"op":"watch","id":2,"room":1})";

std::vector<int> connect_all(std::size_t viewers, std::uint16_t port, Greeting greeting) {
    std::vector<int> sockets;
    sockets.reserve(viewers);
    for (std::size_t i = 0; i < viewers; ++i) {
        sockets.push_back(connect_to(port));
        if (greeting == Greeting::none) continue;
        upgrade(sockets.back());
    }
    if (greeting != Greeting::watch) return sockets;
    for (const int fd : sockets) send_text(fd, hello);
    for (const int fd : sockets) {
        skip_text(fd);
        send_text(fd, watch);
    }
    for (const int fd : sockets) skip_text(fd);
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

WebViewers::WebViewers(std::size_t viewers, const std::array<Greeting, groups>& greetings)
    : process_([&](Shared& shared) {
        play(viewers, greetings, shared);
    }) {}

} // namespace bench
