#include "fleet/sidecar.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>

namespace engine_net::fleet {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using Error = boost::system::error_code;

constexpr std::uint64_t max_answer_bytes = 64 * 1024;

/// One request and its answer, step by step; `io.run` returns when it is over.
class Exchange {
public:
    Exchange(boost::asio::io_context& io, const std::string& host, const Request& request)
        : stream_(io), request_(http::string_to_verb(request.method), request.path, 11) {
        request_.set(http::field::host, host);
        request_.set(http::field::content_type, "application/json");
        request_.keep_alive(false);
        request_.body() = request.body;
        request_.prepare_payload();
        answer_.body_limit(max_answer_bytes);
    }

    void begin(const tcp::resolver::results_type& places, std::chrono::milliseconds timeout) {
        stream_.expires_after(timeout); // for all of it
        stream_.async_connect(places, [this](const Error& error, const tcp::endpoint&) {
            if (error) return end(error);
            http::async_write(stream_, request_, [this](const Error& failed, std::size_t) {
                if (failed) return end(failed);
                http::async_read(stream_, buffer_, answer_, [this](const Error& why, std::size_t) {
                    end(why);
                });
            });
        });
    }
    [[nodiscard]] Result<int, std::string> outcome() const {
        if (error_) return Unexpected(error_->message());
        return static_cast<int>(answer_.get().result_int());
    }

private:
    void end(const Error& error) {
        if (error) error_ = error;
        stream_.close();
    }

    beast::tcp_stream stream_;
    http::request<http::string_body> request_;
    http::response_parser<http::string_body> answer_;
    beast::flat_buffer buffer_{max_answer_bytes};
    std::optional<Error> error_;
};

} // namespace

Result<int, std::string> ask(const std::string& host,
                             std::uint16_t port,
                             const Request& request,
                             std::chrono::milliseconds timeout) {
    boost::asio::io_context io{1};
    Error error;
    const auto places = tcp::resolver(io).resolve(host, std::to_string(port), error);
    if (error) return Unexpected(error.message());
    Exchange exchange(io, host, request);
    exchange.begin(places, timeout);
    io.run();
    return exchange.outcome();
}

} // namespace engine_net::fleet
