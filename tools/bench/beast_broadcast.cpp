#include "beast_broadcast.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/websocket.hpp>
#include <vector>

namespace bench {

namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

class Broadcast final : public BeastBroadcast {
public:
    Broadcast() : acceptor_(context_) {}

    bool open() {
        boost::system::error_code error;
        const Tcp::endpoint any(asio::ip::address_v4::loopback(), 0);
        acceptor_.open(any.protocol(), error);
        if (!error) acceptor_.bind(any, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        return !error;
    }
    [[nodiscard]] std::uint16_t port() const override {
        boost::system::error_code error;
        return acceptor_.local_endpoint(error).port();
    }
    bool accept() override {
        boost::system::error_code error;
        Tcp::socket socket(context_);
        acceptor_.accept(socket, error);
        if (error) return false;
        socket.set_option(Tcp::no_delay(true), error);
        auto stream = std::make_unique<Stream>(std::move(socket));
        stream->accept(error);
        stream->binary(true);
        streams_.push_back(std::move(stream));
        return !error;
    }
    void send(std::span<const std::uint8_t> message) override {
        const asio::const_buffer buffer(message.data(), message.size());
        for (const auto& stream : streams_) {
            stream->async_write(buffer, [](const boost::system::error_code&, std::size_t) {});
        }
        context_.restart();
        context_.run();
    }

private:
    using Stream = boost::beast::websocket::stream<Tcp::socket>;

    asio::io_context context_{1};
    Tcp::acceptor acceptor_;
    std::vector<std::unique_ptr<Stream>> streams_;
};

} // namespace

std::unique_ptr<BeastBroadcast> BeastBroadcast::open() {
    auto broadcast = std::make_unique<Broadcast>();
    if (!broadcast->open()) return nullptr;
    return broadcast;
}

} // namespace bench
