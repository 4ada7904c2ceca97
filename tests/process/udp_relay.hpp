#pragma once

#include <atomic>
#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <thread>
#include <vector>

/// Stands between a server on 127.0.0.1 and its clients, as a NAT does: the server sees each client
/// at a port of the relay's, and these can change.
class UdpRelay {
public:
    explicit UdpRelay(const std::string& server_port);
    ~UdpRelay();
    UdpRelay(const UdpRelay&) = delete;
    UdpRelay& operator=(const UdpRelay&) = delete;

    /// For clients, on 127.0.0.1.
    [[nodiscard]] const std::string& port() const { return port_; }
    /// From now on each client has another port, at `host`, which is one of loopback's.
    void rebind(const std::string& host);
    /// That came from clients.
    [[nodiscard]] std::uint64_t datagrams() const { return datagrams_; }

private:
    struct Client {
        sockaddr_in address{};
        int upstream = -1;
    };

    void run();
    void move_clients();
    Client& client_at(const sockaddr_in& address);

    sockaddr_in server_{};
    int downstream_ = -1;
    std::string port_;
    std::vector<Client> clients_;
    in_addr_t host_ = 0;
    std::atomic<in_addr_t> next_host_{0}; ///< not 0: the clients have to move there
    std::atomic<bool> is_over_{false};
    std::atomic<std::uint64_t> datagrams_{0};
    std::thread thread_;
};
