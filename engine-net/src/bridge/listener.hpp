#pragma once

#include "bridge/connection.hpp"

#include <engine_net/result.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

namespace engine_net::bridge {

/// Takes connections, as many as there may be.
class Listener {
public:
    Listener(boost::asio::io_context& context, Connections& connections)
        : acceptor_(context), connections_(&connections) {}

    Result<Done, Failure> open(const BridgeConfig& config);
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
    bool is_paused_ = false;
};

} // namespace engine_net::bridge
