#pragma once

#include "bridge/connection.hpp"

#include <engine_net/result.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <string>

namespace engine_net::bridge {

/// What is spoken on a port.
struct Speech {
    /// By whom a connection that was taken is spoken with.
    std::shared_ptr<Protocol> (*begin)(Hub& hub, Link& link) = nullptr;
    /// Says on one that was not that its address has too many, or that all have.
    void (*refuse)(Link& link, bool is_of_address) = nullptr;
};

/// Takes connections, as many as there may be.
class Listener {
public:
    Listener(boost::asio::io_context& context, Connections& connections, Speech speech)
        : acceptor_(context), connections_(&connections), speech_(speech) {}

    Result<Done, Failure> open(const std::string& bind_address, std::uint16_t port);
    /// Begins to take them.
    void begin() { accept(); }
    void close();
    /// After the system had no more sockets, it is tried again.
    void on_time();
    [[nodiscard]] std::uint16_t port() const;

private:
    void accept();
    void admit(Connection::Socket socket);

    boost::asio::ip::tcp::acceptor acceptor_;
    Connections* connections_;
    Speech speech_;
    bool is_paused_ = false;
};

} // namespace engine_net::bridge
