#include "benchmark.hpp"
#include "cpu_time.hpp"
#include "file_limit.hpp"
#include "service_process.hpp"
#include "stock_crowd.hpp"

#include <engine_net/server.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;
using namespace std::chrono_literals;

constexpr std::uint64_t transports = 3; ///< each of which says one message a second
constexpr auto patience = 30s;
constexpr auto settling_time = 1s;

/// A server without rooms, whose channel the crowd is on. All CPU time of this process is its own.
class Stage {
public:
    explicit Stage(StockCrowd& crowd, const ServiceProcess& mosquitto)
        : crowd_(&crowd), mosquitto_(&mosquitto) {}

    bool start() {
        ServerConfig config;
        config.port = 0;
        config.bind_address = "127.0.0.1";
        config.bridge = BridgeConfig{.port = 0, .bind_address = "127.0.0.1"};
        config.bridge->mqtt = MqttConfig{.port = 0};
        config.bridge->pusher = PusherConfig{.key = std::string(StockCrowd::app_key),
                                             .secret = std::string(StockCrowd::app_secret)};
        server_ = std::make_unique<Server>(config);
        if (const auto started = server_->start(); !started) {
            std::fprintf(stderr, "bench: %s\n", started.error().detail.c_str());
            return false;
        }
        crowd_->counts().web_port = server_->web_port();
        return connect(StockGroup::mqtt, server_->mqtt_port()) &&
               connect(StockGroup::mosquitto, mosquitto_->port());
    }
    bool connect(StockGroup which, std::uint16_t port) {
        StockCounts::Group& group = crowd_->counts().group(which);
        group.port = port;
        return play_until([&] {
            return group.is_connected.load();
        });
    }
    bool connect_pusher() { return connect(StockGroup::pusher, server_->web_port()); }

    /// What the system has given meanwhile to the server and to mosquitto.
    struct Spent {
        double server_us = 0;
        double mosquitto_us = 0;
    };
    /// For so long, with so many messages a second.
    Spent play(Duration time, std::uint64_t per_second) {
        const Spent began{process_cpu_us(), mosquitto_->cpu_us()};
        const Time begin = Clock::now();
        const std::uint64_t said = crowd_->counts().wanted;
        while (Clock::now() < begin + time) {
            const auto passed = std::chrono::duration<double>(Clock::now() - begin).count();
            const auto due =
                said + static_cast<std::uint64_t>(passed * static_cast<double>(per_second));
            if (per_second > 0) {
                crowd_->counts().wanted = due;
                crowd_->counts().wanted_of_mosquitto = due;
            }
            step();
        }
        run(settling_time); // what is on its way
        return {process_cpu_us() - began.server_us, mosquitto_->cpu_us() - began.mosquitto_us};
    }

private:
    void step() {
        server_->step(Clock::now());
        Clock::sleep_until(server_->next_step());
    }
    void run(Duration time) {
        for (const Time end = Clock::now() + time; Clock::now() < end;) step();
    }
    template <class Holds>
    bool play_until(const Holds& holds) {
        for (const Time end = Clock::now() + patience;
             Clock::now() < end && crowd_->is_running();) {
            if (holds()) return true;
            step();
        }
        std::fprintf(stderr, "bench: the subscribers could not connect\n");
        return false;
    }

    StockCrowd* crowd_;
    const ServiceProcess* mosquitto_;
    std::unique_ptr<Server> server_;
};

/// What speaking costs beyond silence, in turn, so that what else the machine does falls on both.
Stage::Spent cost_of_speaking(Stage& stage, Duration time) {
    constexpr int rounds = 4;
    Stage::Spent cost;
    for (int i = 0; i < rounds; ++i) {
        const Stage::Spent silent = stage.play(time / rounds, 0);
        const Stage::Spent spoken = stage.play(time / rounds, transports);
        cost.server_us += spoken.server_us - silent.server_us;
        cost.mosquitto_us += spoken.mosquitto_us - silent.mosquitto_us;
    }
    return cost;
}

} // namespace

bool measure_stock(const Options& options, Report& report) {
    raise_file_limit();
    const ServiceProcess mosquitto([](const std::string& port) -> std::vector<std::string> {
        return {"mosquitto", "-p", port};
    });
    if (!mosquitto.is_running()) {
        std::fprintf(stderr, "bench: mosquitto can't be started: tools/setup installs it\n");
        return false;
    }
    StockCrowd crowd;
    Stage stage(crowd, mosquitto);
    if (!stage.start()) return false;
    StockCounts& counts = crowd.counts();
    const auto time =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds));

    const Stage::Spent by_mqtt = cost_of_speaking(stage, time);
    const std::uint64_t before = counts.wanted;
    const auto deliveries = static_cast<double>(before * StockCrowd::subscribers);
    if (!stage.connect_pusher()) return false;
    const Stage::Spent by_all = cost_of_speaking(stage, time);
    const auto pushed = static_cast<double>((counts.wanted - before) * StockCrowd::subscribers);
    if (!crowd.is_running()) {
        std::fprintf(stderr, "bench: a subscriber was sent away\n");
        return false;
    }
    const double mqtt_us = by_mqtt.server_us / deliveries;
    const double mosquitto_us = by_mqtt.mosquitto_us / deliveries;
    const std::uint64_t expected =
        StockCrowd::subscribers *
        (counts.wanted + counts.wanted_of_mosquitto + counts.wanted - before);
    std::uint64_t heard = 0;
    std::uint64_t doubled = 0;
    for (const auto& group : counts.groups) {
        heard += group.heard;
        doubled += group.doubled;
    }
    report.add("subscribers", std::uint64_t{2 * StockCrowd::subscribers});
    report.add("messages", counts.wanted.load());
    report.add("missing", expected - (heard - doubled));
    report.add("doubled", doubled);
    report.add("mqtt_us_per_message", mqtt_us, 2);
    report.add("mosquitto_us_per_message", mosquitto_us, 2);
    report.add("mqtt_ratio_to_mosquitto", mqtt_us / mosquitto_us, 2);
    report.add("pusher_us_per_message", (by_all.server_us - mqtt_us * pushed) / pushed, 2);
    return true;
}

} // namespace bench
