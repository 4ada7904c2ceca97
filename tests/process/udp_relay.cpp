#include "process/udp_relay.hpp"

#include <arpa/inet.h>
#include <array>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr int patience_ms = 20;

sockaddr_in address_of(in_addr_t host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = host;
    address.sin_port = htons(port);
    return address;
}

int open_socket(in_addr_t host) {
    const sockaddr_in address = address_of(host, 0);
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("no socket for the relay");
    return socket;
}

} // namespace

UdpRelay::UdpRelay(const std::string& server_port)
    : server_(
          address_of(htonl(INADDR_LOOPBACK), static_cast<std::uint16_t>(std::stoi(server_port))))
    , downstream_(open_socket(htonl(INADDR_LOOPBACK)))
    , host_(htonl(INADDR_LOOPBACK)) {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ::getsockname(downstream_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] {
        run();
    });
}

UdpRelay::~UdpRelay() {
    is_over_ = true;
    thread_.join();
    for (const Client& client : clients_) ::close(client.upstream);
    ::close(downstream_);
}

void UdpRelay::rebind(const std::string& host) {
    in_addr address{};
    if (::inet_pton(AF_INET, host.c_str(), &address) != 1)
        throw std::runtime_error("no address: " + host);
    next_host_ = address.s_addr;
}

void UdpRelay::run() {
    std::array<char, 2048> datagram{};
    while (!is_over_) {
        move_clients();
        std::vector<pollfd> sockets{{.fd = downstream_, .events = POLLIN, .revents = 0}};
        for (const Client& client : clients_)
            sockets.push_back({.fd = client.upstream, .events = POLLIN, .revents = 0});
        if (::poll(sockets.data(), sockets.size(), patience_ms) <= 0) continue;
        for (std::size_t i = 1; i < sockets.size(); ++i) {
            if ((sockets[i].revents & POLLIN) == 0) continue;
            const ssize_t bytes = ::recv(sockets[i].fd, datagram.data(), datagram.size(), 0);
            if (bytes <= 0) continue;
            const sockaddr_in& to = clients_[i - 1].address;
            ::sendto(downstream_,
                     datagram.data(),
                     static_cast<std::size_t>(bytes),
                     0,
                     reinterpret_cast<const sockaddr*>(&to),
                     sizeof to);
        }
        if ((sockets[0].revents & POLLIN) == 0) continue;
        sockaddr_in from{};
        socklen_t length = sizeof from;
        const ssize_t bytes = ::recvfrom(downstream_,
                                         datagram.data(),
                                         datagram.size(),
                                         0,
                                         reinterpret_cast<sockaddr*>(&from),
                                         &length);
        if (bytes <= 0) continue;
        ++datagrams_;
        ::sendto(client_at(from).upstream,
                 datagram.data(),
                 static_cast<std::size_t>(bytes),
                 0,
                 reinterpret_cast<const sockaddr*>(&server_),
                 sizeof server_);
    }
}

void UdpRelay::move_clients() {
    const in_addr_t host = next_host_.exchange(0);
    if (host == 0) return;
    host_ = host;
    for (Client& client : clients_) {
        ::close(client.upstream);
        client.upstream = open_socket(host_);
    }
}

UdpRelay::Client& UdpRelay::client_at(const sockaddr_in& address) {
    for (Client& client : clients_) {
        if (client.address.sin_port == address.sin_port) return client;
    }
    return clients_.emplace_back(Client{address, open_socket(host_)});
}
