#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// What stands beside a game server in a fleet of Agones: takes the SDK's HTTP requests, one a
/// connection, and answers as it is told to.
class Sidecar {
public:
    struct Request {
        std::string line{}; ///< "POST /ready"
        std::string type{}; ///< of the content
        std::string body{};
    };

    /// 0: a free port.
    explicit Sidecar(std::uint16_t port = 0);
    ~Sidecar();
    Sidecar(const Sidecar&) = delete;
    Sidecar& operator=(const Sidecar&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// All that came so far.
    [[nodiscard]] std::vector<Request> requests() const;
    [[nodiscard]] std::size_t count(std::string_view line) const;
    /// The body of the newest one; "": none came.
    [[nodiscard]] std::string body_of(std::string_view line) const;
    /// Whether it is true within that time.
    static bool wait(const std::function<bool()>& is_true,
                     std::chrono::milliseconds limit = std::chrono::seconds(20));
    bool wait_for(std::string_view line, std::size_t times = 1) const {
        return wait([&] {
            return count(line) >= times;
        });
    }

    /// The body of the answers from now on.
    void answer_with(std::string body);

    std::atomic<int> status{200};         ///< of the answers
    std::atomic<int> counter_status{200}; ///< of those about counters, while that is 200
    std::atomic<int> delay_ms{0};         ///< before each
    std::atomic<bool> is_holding{false};  ///< none goes out while it is set
    std::atomic<int> body_bytes{2};       ///< of the answers, unless they are told
    std::atomic<bool> redirects{false};   ///< answers say that what was asked for is at `/else`

private:
    void run();
    void serve(int connection);

    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_ending_{false};
    mutable std::mutex lock_;
    std::vector<Request> requests_;
    std::string body_{}; ///< of the answers; "": a blank one
    std::thread thread_;
};

/// A port on which nobody listens, and nobody else will for a while.
std::uint16_t free_tcp_port();
