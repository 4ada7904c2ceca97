#include "bridge/bridge.hpp"

#include "bridge/adapters.hpp"
#include "bridge/connection.hpp"
#include "bridge/http_session.hpp"
#include "bridge/listener.hpp"
#include "bridge/mqtt_session.hpp"
#include "bridge/webhook_events.hpp"

#include <sodium.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <thread>
#include <utility>

namespace engine_net::bridge {
namespace {

using namespace std::chrono_literals;

/// How exact deadlines are kept.
constexpr auto time_step = 50ms;
/// What everyone has to hear that the server ends.
constexpr Duration stop_time = 500ms;

/// Where this thread and the server's want the same core, the players go first. It does not take
/// the core away when it is woken, and has a tenth of the time when both want it all.
void give_way() {
    const sched_param none{};
    (void)pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
    (void)setpriority(PRIO_PROCESS, 0, 10);
}

class BridgeThread final : public Bridge {
public:
    BridgeThread(const BridgeConfig& config, ServerInfo info, Exchange& exchange)
        : exchange_(&exchange)
        , hub_(config, std::move(info), exchange)
        , connections_(hub_)
        , listener_(context_, connections_, {begin_http, refuse_http})
        , mqtt_listener_(context_, connections_, {begin_mqtt, refuse_mqtt})
        , timer_(context_) {}
    // NOLINTNEXTLINE(bugprone-exception-escape): of memory alone, and then the program ends
    ~BridgeThread() override {
        stop("The server has ended.");
        if (thread_.joinable()) thread_.join();
        exchange_->wake = nullptr;
        connections_.close(); // while all is there that they tell of it
    }
    BridgeThread(const BridgeThread&) = delete;
    BridgeThread& operator=(const BridgeThread&) = delete;

    Result<Done, Failure> open() {
        const BridgeConfig& config = hub_.config;
        if (auto opened = listener_.open(config.bind_address, config.port); !opened) return opened;
        port_ = listener_.port();
        if (config.mqtt) {
            auto opened = mqtt_listener_.open(config.bind_address, config.mqtt->port);
            if (!opened) return opened;
            mqtt_port_ = mqtt_listener_.port();
        }
        exchange_->wake = [this] {
            boost::asio::post(context_, [this] {
                hub_.now = Clock::now();
                hub_.take_told();
                connections_.flush();
            });
        };
        hub_.now = Clock::now();
        const auto run = [this](std::function<void()> one) {
            boost::asio::post(context_, [this, one = std::move(one)] {
                hub_.now = Clock::now();
                one();
                connections_.flush();
            });
        };
        if (auto opened = hub_.open(make_http_client(run)); !opened)
            return Unexpected(Failure{false, opened.error()});
        warn_of_limits();
        listener_.begin();
        if (config.mqtt) mqtt_listener_.begin();
        wait();
        thread_ = std::thread([this] {
            give_way();
            context_.run();
        });
        return Done{};
    }

    [[nodiscard]] std::uint16_t port() const override { return port_; }
    [[nodiscard]] std::uint16_t mqtt_port() const override { return mqtt_port_; }
    [[nodiscard]] BridgeStats stats() const override {
        const std::lock_guard lock(stats_lock_);
        return stats_;
    }
    void stop(const std::string& reason) override {
        boost::asio::post(context_, [this, reason] {
            if (std::exchange(is_stopping_, true)) return;
            hub_.now = Clock::now();
            stopped_ = hub_.now;
            listener_.close();
            mqtt_listener_.close();
            connections_.stop(reason);
            if (hub_.webhooks) hub_.webhooks->on_stop();
            if (hub_.adapters) hub_.adapters->on_stop();
            end_if_done();
        });
    }

private:
    void wait() {
        timer_.expires_after(time_step);
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            const Time now = Clock::now();
            hub_.on_time(now);
            listener_.on_time();
            mqtt_listener_.on_time();
            connections_.on_time(now);
            publish_stats();
            end_if_done();
            wait();
        });
    }
    void end_if_done() {
        if (!is_stopping_) return;
        const bool is_done = connections_.is_empty() &&
                             (!hub_.webhooks || hub_.webhooks->is_delivered()) &&
                             (!hub_.adapters || hub_.adapters->is_delivered());
        if (!is_done && hub_.now < stopped_ + stop_time) return;
        publish_stats();
        context_.stop();
    }
    void publish_stats() {
        const std::lock_guard lock(stats_lock_);
        stats_ = hub_.stats;
    }
    void warn_of_limits() {
        rlimit files{};
        if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
        if (files.rlim_cur >= hub_.config.max_connections) return;
        hub_.log(LogLevel::warning,
                 "web bridge: the system lets this process have " + std::to_string(files.rlim_cur) +
                     " files, max_connections is " + std::to_string(hub_.config.max_connections));
    }

    Exchange* exchange_;
    boost::asio::io_context context_{1};
    Hub hub_;
    Connections connections_;
    Listener listener_;
    Listener mqtt_listener_;
    boost::asio::steady_timer timer_;
    std::uint16_t port_ = 0;
    std::uint16_t mqtt_port_ = 0;
    bool is_stopping_ = false;
    Time stopped_{};
    mutable std::mutex stats_lock_;
    BridgeStats stats_{};
    std::thread thread_;
};

} // namespace

Result<std::unique_ptr<Bridge>, Failure>
Bridge::start(const BridgeConfig& config, ServerInfo info, Exchange& exchange) {
    if (sodium_init() < 0) return Unexpected(Failure{false, "libsodium can't be used."});
    auto bridge = std::make_unique<BridgeThread>(config, std::move(info), exchange);
    if (auto opened = bridge->open(); !opened) return Unexpected(opened.error());
    return std::unique_ptr<Bridge>(std::move(bridge));
}

} // namespace engine_net::bridge
