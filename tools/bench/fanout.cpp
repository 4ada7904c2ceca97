#include "benchmark.hpp"
#include "counting_host.hpp"
#include "cpu_time.hpp"
#include "plain_datagrams.hpp"

#include <engine_net/limits.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;
using namespace std::chrono_literals;

constexpr std::size_t viewers = 1000;
constexpr std::size_t viewers_per_socket = 10;
constexpr std::size_t view_bytes = 200;
constexpr std::size_t input_bytes = 32;
constexpr std::uint32_t tick_rate = 30;
constexpr Duration period{1'000'000 / tick_rate};
constexpr std::size_t runs = 5;
constexpr std::uint32_t warm_up_ticks = 60;
constexpr std::uint32_t flush_ticks = 100;
constexpr std::uint32_t most_ticks_to_connect = 300;
constexpr double least_arrived = 0.999; ///< of what was sent

/// The server and its viewers, in time of their own: a tick of the server, then everyone's answer.
class Fanout {
public:
    Fanout() : server_({.max_peers = viewers, .accepts = true}, Channel::snapshots, view_bytes) {
        for (std::size_t i = 0; i < viewers / viewers_per_socket; ++i) {
            crowd_.push_back(std::make_unique<CountingHost>(
                HostConfig{.max_peers = viewers_per_socket}, Channel::inputs, input_bytes));
        }
    }

    bool connect() {
        if (!server_.is_open()) return false;
        const Address to = server_.host().local_address();
        for (const auto& client : crowd_) {
            if (!client->is_open()) return false;
            for (std::size_t i = 0; i < viewers_per_socket; ++i) client->host().connect(to, now_);
        }
        for (std::uint32_t i = 0; i < most_ticks_to_connect && !is_connected(); ++i) play();
        return is_connected();
    }
    /// The CPU time of the server's part, in microseconds.
    double play(WorkerThreads* threads = nullptr) {
        now_ += period;
        const double begun = thread_cpu_us();
        server_.tick(now_, 1, threads);
        const double ended = thread_cpu_us();
        for (const auto& client : crowd_) client->tick(now_);
        return ended - begun;
    }

    [[nodiscard]] double flush_us() const { return server_.flush_us(); }
    [[nodiscard]] LinkStats link() { return server_.host().stats(); }
    [[nodiscard]] std::uint64_t inputs() const { return server_.received(); }
    [[nodiscard]] std::uint64_t views() const {
        std::uint64_t views = 0;
        for (const auto& client : crowd_) views += client->received();
        return views;
    }

private:
    [[nodiscard]] bool is_connected() const {
        std::size_t connected = 0;
        for (const auto& client : crowd_) connected += client->connected();
        return connected == viewers && server_.connected() == viewers;
    }

    CountingHost server_;
    std::vector<std::unique_ptr<CountingHost>> crowd_;
    Time now_{1s};
};

/// The same datagrams from and to as many sockets, by the system's calls alone.
class SendLoop {
public:
    SendLoop() : crowd_(viewers / viewers_per_socket) {}

    /// Their sizes.
    bool open(std::size_t down_bytes, std::size_t up_bytes) {
        if (!server_.is_open()) return false;
        std::vector<sockaddr_in> receivers;
        for (PlainSocket& client : crowd_) {
            if (!client.is_open()) return false;
            client.set_receivers(std::vector<sockaddr_in>(viewers_per_socket, server_.address()),
                                 up_bytes);
            receivers.insert(receivers.end(), viewers_per_socket, client.address());
        }
        server_.set_receivers(receivers, down_bytes);
        return true;
    }
    double play() {
        const double begun = thread_cpu_us();
        inputs_ += server_.receive();
        server_.send();
        const double ended = thread_cpu_us();
        for (PlainSocket& client : crowd_) {
            views_ += client.receive();
            client.send();
        }
        return ended - begun;
    }

    [[nodiscard]] std::uint64_t inputs() const { return inputs_; }
    [[nodiscard]] std::uint64_t views() const { return views_; }

private:
    PlainSocket server_;
    std::vector<PlainSocket> crowd_;
    std::uint64_t inputs_ = 0;
    std::uint64_t views_ = 0;
};

/// Whether of `ticks` everything arrived, both ways.
bool has_arrived(const char* where,
                 std::uint64_t views,
                 std::uint64_t inputs,
                 std::uint32_t ticks) {
    const double least = least_arrived * viewers * ticks;
    if (static_cast<double>(views) >= least && static_cast<double>(inputs) >= least) return true;
    std::fprintf(
        stderr,
        "bench: %s, of %zu a tick in %u ticks only %llu messages and %llu inputs arrived\n",
        where,
        viewers,
        ticks,
        static_cast<unsigned long long>(views),
        static_cast<unsigned long long>(inputs));
    return false;
}

std::size_t average(std::uint64_t bytes, std::uint64_t datagrams) {
    return static_cast<std::size_t>(
        std::lround(static_cast<double>(bytes) / static_cast<double>(datagrams)));
}

/// What two threads gain where the datagrams go to the system, tick by tick beside one.
void measure_flush(Fanout& fanout, Report& report) {
    WorkerThreads threads(2);
    std::vector<double> one_us;
    std::vector<double> two_us;
    for (std::uint32_t i = 0; i < flush_ticks; ++i) {
        fanout.play();
        one_us.push_back(fanout.flush_us());
        fanout.play(&threads);
        two_us.push_back(fanout.flush_us());
    }
    report.add("flush_ms", median(one_us) / 1000, 2);
    report.add("flush_two_threads_ratio", median(two_us) / median(one_us), 2);
    report.add(
        "flush_two_threads_ratio_undisturbed", lowest_tenth(two_us) / lowest_tenth(one_us), 2);
}

} // namespace

bool measure_fanout(const Options& options, Report& report) {
    Fanout fanout;
    if (!fanout.connect()) {
        std::fprintf(stderr, "bench: not every viewer could connect\n");
        return false;
    }
    const LinkStats first = fanout.link();
    for (std::uint32_t i = 0; i < warm_up_ticks; ++i) fanout.play();
    const LinkStats warm = fanout.link();
    const std::size_t down_bytes =
        average(warm.bytes_out - first.bytes_out, warm.datagrams_out - first.datagrams_out);
    const std::size_t up_bytes =
        average(warm.bytes_in - first.bytes_in, warm.datagrams_in - first.datagrams_in);
    SendLoop loop;
    if (!loop.open(down_bytes, up_bytes)) {
        std::fprintf(stderr, "bench: the system has no socket left\n");
        return false;
    }
    for (std::uint32_t i = 0; i < warm_up_ticks; ++i) loop.play();

    const auto ticks_of_run =
        static_cast<std::uint32_t>(std::ceil(options.seconds * tick_rate / runs));
    const std::uint32_t ticks = ticks_of_run * runs;
    const std::array before{fanout.views(), fanout.inputs(), loop.views(), loop.inputs()};
    std::vector<double> ratios;
    std::vector<double> host_us;
    std::vector<double> loop_us;
    for (std::size_t run = 0; run < runs; ++run) {
        std::vector<double> host_ticks_us;
        std::vector<double> loop_ticks_us;
        for (std::uint32_t i = 0; i < ticks_of_run; ++i) {
            host_ticks_us.push_back(fanout.play());
            loop_ticks_us.push_back(loop.play());
        }
        host_us.push_back(median(host_ticks_us));
        loop_us.push_back(median(loop_ticks_us));
        ratios.push_back(host_us.back() / loop_us.back());
    }
    const LinkStats after = fanout.link();

    report.add("ratio_to_send_loop", median(ratios), 2);
    report.add("host_us_per_viewer", median(host_us) / viewers, 2);
    report.add("send_loop_us_per_viewer", median(loop_us) / viewers, 2);
    report.add("viewers", std::uint64_t{viewers});
    report.add("ticks", std::uint64_t{ticks});
    report.add("datagram_out_bytes", std::uint64_t{down_bytes});
    report.add("datagram_in_bytes", std::uint64_t{up_bytes});
    report.add("datagrams_out_per_viewer_and_tick",
               static_cast<double>(after.datagrams_out - warm.datagrams_out) /
                   static_cast<double>(viewers * ticks),
               3);
    report.add("send_errors", after.send_errors);
    const std::array after_runs{fanout.views(), fanout.inputs()};
    measure_flush(fanout, report);
    return has_arrived(
               "of the host", after_runs[0] - before[0], after_runs[1] - before[1], ticks) &&
           has_arrived(
               "of the send loop", loop.views() - before[2], loop.inputs() - before[3], ticks);
}

} // namespace bench
