// What a cluster around a Redis costs: how long things take from one node to another, and what
// Redis does for them.

#include "benchmark.hpp"
#include "cluster/redis_backplane.hpp"
#include "cpu_time.hpp"
#include "redis_process.hpp"

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;
using namespace engine_net::cluster;
using namespace std::chrono_literals;

constexpr Duration patience = 5s;
constexpr Duration look_period = 50us; ///< how often nodes take: what is told is as late as that
constexpr Duration pause = 2ms;
constexpr std::size_t said_bytes = 100;
constexpr std::size_t nodes_at_most = 4;

/// Nodes that all follow one channel.
class Cluster {
public:
    Cluster(const RedisProcess& redis, std::size_t count) : told_(count) {
        for (std::size_t i = 0; i < count; ++i) {
            RedisSettings settings;
            settings.url = redis.url();
            settings.prefix = std::string("bench").append(std::to_string(count));
            settings.node_name = std::to_string(i);
            nodes_.push_back(RedisBackplane::make(settings));
            is_good_ = is_good_ && nodes_.back()->start().has_value();
            nodes_.back()->follow("lobby");
        }
        is_good_ = is_good_ && run_until([this] {
                       return count_of(&Told::followed) == size();
                   });
    }

    [[nodiscard]] bool is_good() const { return is_good_; }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    /// How long it takes until all other nodes know, in microseconds; alone, until the node itself.
    double time_to_say() {
        const std::size_t before = count_of(&Told::said);
        const Time begun = Clock::now();
        nodes_.front()->say("lobby", ByteVector(said_bytes));
        is_good_ = is_good_ && run_until([&] {
                       return count_of(&Told::said) == before + size();
                   });
        return since_us(begun);
    }
    double time_to_put() {
        const std::size_t before = count_of(&Told::records);
        const Time begun = Clock::now();
        nodes_.front()->put("load", ByteVector(said_bytes));
        is_good_ = is_good_ && run_until([&] {
                       return count_of(&Told::records) == before + size() - 1;
                   });
        return since_us(begun);
    }
    /// As fast as it may, all nodes; how many there were.
    std::size_t say_for(Duration time) {
        const std::size_t before = count_of(&Told::said);
        const Time end = Clock::now() + time;
        std::size_t said = 0;
        while (Clock::now() < end) {
            for (const auto& node : nodes_) {
                for (int i = 0; i < 100 && node->say("lobby", ByteVector(said_bytes)); ++i) ++said;
            }
            take();
        }
        is_good_ = is_good_ && run_until([&] {
                       return count_of(&Told::said) == before + said * size();
                   });
        return said;
    }

private:
    struct Told {
        std::size_t followed = 0;
        std::size_t said = 0;
        std::size_t records = 0;
    };

    static double since_us(Time begun) {
        return std::chrono::duration<double, std::micro>(Clock::now() - begun).count();
    }
    [[nodiscard]] std::size_t count_of(std::size_t Told::*what) const {
        std::size_t count = 0;
        for (const Told& told : told_) count += told.*what;
        return count;
    }
    void take() {
        const Time now = Clock::now();
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            for (const Tell& one : nodes_[i]->take(now)) {
                if (std::holds_alternative<tell::Followed>(one)) ++told_[i].followed;
                if (std::holds_alternative<tell::Said>(one)) ++told_[i].said;
                if (std::holds_alternative<tell::Record>(one)) ++told_[i].records;
            }
        }
        Clock::sleep_until(now + look_period);
    }
    bool run_until(const std::function<bool()>& is_so) {
        const Time end = Clock::now() + patience;
        while (!is_so() && Clock::now() < end) take();
        return is_so();
    }

    std::vector<std::unique_ptr<RedisBackplane>> nodes_;
    std::vector<Told> told_;
    bool is_good_ = true;
};

std::vector<double> measure_times(Duration time, const std::function<double()>& measure_one) {
    std::vector<double> times;
    for (const Time end = Clock::now() + time; Clock::now() < end;) {
        times.push_back(measure_one());
        Clock::sleep_until(Clock::now() + pause);
    }
    return times;
}

void add_times(Report& report, const std::string& name, const std::vector<double>& times) {
    report.add(name + "_p50_us", percentile(times, 50), 0);
    report.add(name + "_p99_us", percentile(times, 99), 0);
}

} // namespace

bool measure_cluster(const Options& options, Report& report) {
    const RedisProcess redis;
    if (!redis.is_running()) {
        std::fprintf(stderr, "bench: redis-server does not run\n");
        return false;
    }
    // Three clusters, and three things to measure of each.
    const auto time =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds / 9));
    for (std::size_t count = 1; count <= nodes_at_most; count *= 2) {
        Cluster cluster(redis, count);
        const std::string nodes = std::string("nodes_").append(std::to_string(count));
        add_times(report, nodes + "_say", measure_times(time, [&] {
                      return cluster.time_to_say();
                  }));
        if (count > 1) {
            add_times(report, nodes + "_record", measure_times(time, [&] {
                          return cluster.time_to_put();
                      }));
        }
        const double cpu_before = redis.cpu_us();
        const double own_cpu_before = process_cpu_us();
        const auto said = static_cast<double>(cluster.say_for(time));
        report.add(nodes + "_says_per_s", said / std::chrono::duration<double>(time).count(), 0);
        report.add(nodes + "_redis_cpu_us_per_say", (redis.cpu_us() - cpu_before) / said);
        report.add(nodes + "_own_cpu_us_per_say", (process_cpu_us() - own_cpu_before) / said);
        if (!cluster.is_good()) {
            std::fprintf(stderr, "bench: not all that was said got to all nodes\n");
            return false;
        }
    }
    return true;
}

} // namespace bench
