#include "support/sidecar.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace {

constexpr int poll_ms = 20;
constexpr auto patience = 5s; // with a request that does not come whole

/// A listening socket; `port` becomes the one that it got.
int listen_on(std::uint16_t& port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket, 16) == 0);
    socklen_t size = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    return socket;
}

std::string field_of(const std::string& head, const std::string& name) {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

/// Reads until it has the whole request; "": it did not come.
std::string read_request(int connection) {
    std::string came;
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
        const std::size_t head = came.find("\r\n\r\n");
        if (head != std::string::npos) {
            const std::string length = field_of(came.substr(0, head + 2), "Content-Length");
            if (came.size() >= head + 4 + (length.empty() ? 0 : std::stoul(length))) return came;
        }
        pollfd ready{connection, POLLIN, 0};
        if (::poll(&ready, 1, poll_ms) <= 0) continue;
        std::array<char, 4096> bytes{};
        const ssize_t count = ::recv(connection, bytes.data(), bytes.size(), 0);
        if (count <= 0) return "";
        came.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return "";
}

} // namespace

Sidecar::Sidecar(std::uint16_t port)
    : listener_(listen_on(port)), port_(port), thread_([this] {
        run();
    }) {}

Sidecar::~Sidecar() {
    is_ending_ = true;
    thread_.join();
    ::close(listener_);
}

std::vector<Sidecar::Request> Sidecar::requests() const {
    const std::lock_guard lock(lock_);
    return requests_;
}

std::size_t Sidecar::count(std::string_view line) const {
    const std::lock_guard lock(lock_);
    return static_cast<std::size_t>(std::ranges::count(requests_, line, &Request::line));
}

std::string Sidecar::body_of(std::string_view line) const {
    const std::lock_guard lock(lock_);
    const auto found = std::find_if(requests_.rbegin(), requests_.rend(), [&](const Request& one) {
        return one.line == line;
    });
    return found == requests_.rend() ? "" : found->body;
}

void Sidecar::answer_with(std::string body) {
    const std::lock_guard lock(lock_);
    body_ = std::move(body);
}

bool Sidecar::wait(const std::function<bool()>& is_true, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!is_true()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

void Sidecar::run() {
    while (!is_ending_) {
        pollfd ready{listener_, POLLIN, 0};
        if (::poll(&ready, 1, poll_ms) <= 0) continue;
        const int connection = ::accept(listener_, nullptr, nullptr);
        if (connection < 0) continue;
        serve(connection);
        ::close(connection);
    }
}

void Sidecar::serve(int connection) {
    const std::string came = read_request(connection);
    if (came.empty()) return;
    const std::size_t head = came.find("\r\n\r\n");
    const std::size_t path_end = came.find(' ', came.find(' ') + 1);
    const Request request{came.substr(0, path_end),
                          field_of(came.substr(0, head + 2), "Content-Type"),
                          came.substr(head + 4)};
    {
        const std::lock_guard lock(lock_);
        requests_.push_back(request);
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(delay_ms);
    while ((is_holding || std::chrono::steady_clock::now() < until) && !is_ending_)
        std::this_thread::sleep_for(2ms);
    const bool is_of_counter = request.line.find("/counters/") != std::string::npos;
    const int code = status == 200 && is_of_counter ? counter_status.load() : status.load();
    std::string answer = "HTTP/1.1 " + std::to_string(code) + " Said\r\n";
    if (redirects) answer += "Location: /else\r\n";
    std::string body;
    {
        const std::lock_guard lock(lock_);
        body = body_;
    }
    if (body.empty())
        body.append("{").append(static_cast<std::size_t>(body_bytes) - 2, ' ').append("}");
    answer.append("Content-Type: application/json\r\nContent-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n\r\n")
        .append(body);
    ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
}

std::uint16_t free_tcp_port() {
    std::uint16_t port = 0;
    ::close(listen_on(port));
    return port;
}
