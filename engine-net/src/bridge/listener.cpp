#include "bridge/listener.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <utility>

namespace engine_net::bridge {
namespace {

namespace ip = boost::asio::ip;

/// Connections that are told that they are too many, and not just closed, at a time.
constexpr std::size_t most_refused = 256;

/// Says why there is no place, and nothing else.
class Refusal final : public Protocol {
public:
    void on_bytes(Bytes /*bytes*/) override {}
    void on_time(Time /*now*/) override {}
    void on_stuck() override {}
    void on_stop(std::string_view /*reason*/) override {}
    void on_gone() override {}
};

Failure failure_of(const std::string& bind_address,
                   std::uint16_t port,
                   const boost::system::error_code& error) {
    return {error == boost::asio::error::address_in_use,
            "The web bridge can't listen on " + bind_address + ":" + std::to_string(port) + ": " +
                error.message() + "."};
}

/// IPv4 in its own spelling, also where it came over a socket for both families.
ip::address plain(const ip::address& address) {
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

} // namespace

Result<Done, Failure> Listener::open(const std::string& bind_address, std::uint16_t port) {
    boost::system::error_code error;
    const bool is_any = bind_address.empty();
    ip::address address = is_any ? ip::address_v6() : ip::make_address(bind_address, error);
    if (error) return Unexpected(failure_of(bind_address, port, error));
    const bool is_dual = address == ip::address_v6();
    acceptor_.open(ip::tcp::endpoint(address, port).protocol(), error);
    if (is_dual && error == boost::asio::error::address_family_not_supported) {
        address = ip::address_v4();
        acceptor_.open(ip::tcp::v4(), error);
    }
    if (!error && address.is_v6()) acceptor_.set_option(ip::v6_only(!is_dual), error);
    const ip::tcp::endpoint endpoint(address, port);
    if (!error) acceptor_.set_option(ip::tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) return Unexpected(failure_of(bind_address, port, error));
    return Done{};
}

std::uint16_t Listener::port() const {
    boost::system::error_code error;
    const auto endpoint = acceptor_.local_endpoint(error);
    return error ? std::uint16_t{0} : endpoint.port();
}

void Listener::close() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

void Listener::accept() {
    is_paused_ = false;
    acceptor_.async_accept(
        [this](const boost::system::error_code& error, Connection::Socket socket) {
            if (!acceptor_.is_open()) return;
            if (error == boost::asio::error::operation_aborted) return;
            if (error == boost::asio::error::no_descriptors ||
                error == boost::asio::error::no_buffer_space) {
                is_paused_ = true;
                return;
            }
            if (!error) admit(std::move(socket));
            connections_->flush();
            accept();
        });
}

void Listener::on_time() {
    if (!is_paused_ || !acceptor_.is_open()) return;
    ++connections_->hub().stats.refused_connections;
    accept();
}

void Listener::admit(Connection::Socket socket) {
    boost::system::error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return; // gone already
    Hub& hub = connections_->hub();
    hub.now = Clock::now();
    const std::string address = plain(endpoint.address()).to_string();
    // Who comes by a trusted proxy is counted when it is known who it is.
    const bool is_proxy = client_address(address, "0.0.0.0", hub.config.trusted_proxies) != address;
    const bool has_room = hub.stats.connections < hub.config.max_connections;
    AddressCounts::Place place = is_proxy ? std::make_shared<int>(0) : hub.addresses.take(address);
    const bool is_refused = !has_room || !place;
    if (is_refused) ++hub.stats.refused_connections;
    if (hub.stats.connections >= hub.config.max_connections + most_refused) return;

    const auto connection = std::make_shared<Connection>(*connections_, std::move(socket), address);
    connections_->add(connection);
    if (!is_refused) {
        connection->begin(speech_.begin(hub, *connection), std::move(place));
        return;
    }
    connection->begin(std::make_shared<Refusal>(), nullptr);
    speech_.refuse(*connection, has_room);
    connection->finish();
}

} // namespace engine_net::bridge
