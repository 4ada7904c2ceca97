#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace engine_net::bridge {

enum class HttpMethod : std::uint8_t { post, put };

/// What is sent to a web server that the game's operator has named.
struct HttpCall {
    HttpMethod method = HttpMethod::post;
    std::string url{};                  ///< http:// or https://
    std::vector<std::string> headers{}; ///< "Name: value"
    std::string body{};
    std::chrono::milliseconds timeout{5'000}; ///< for all of it
    std::string ca_file{}; ///< of who may have signed the certificate; "": whom the system trusts
};

struct HttpReply {
    int status = 0; ///< 0: there is none
    std::string body{};
    std::string problem{}; ///< why there is none, for a person
};

/// Asks other web servers.
class HttpClient {
public:
    /// More than these are refused.
    static constexpr std::size_t max_under_way = 256;
    /// A longer answer is none.
    static constexpr std::size_t max_body_bytes = 64 * 1024;
    static constexpr std::size_t max_header_bytes = 16 * 1024;

    using OnReply = std::function<void(const HttpReply&)>;

    virtual ~HttpClient() = default;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Never waits. `on_reply` is called once, later, on the thread of who calls this; not at all
    /// if the client is gone before. False: too many are under way, and it was not taken.
    virtual bool call(HttpCall what, OnReply on_reply) = 0;

protected:
    HttpClient() = default;
};

/// One with a thread of its own, which begins with the first that is asked. `run` has something
/// done on the thread of who asks, some time later; it is called on the other one. Hides libcurl.
std::unique_ptr<HttpClient> make_http_client(std::function<void(std::function<void()>)> run);

} // namespace engine_net::bridge
