#include "beast_broadcast.hpp"
#include "benchmark.hpp"
#include "bridge/bridge.hpp"
#include "bridge/ws_frame.hpp"
#include "cpu_time.hpp"
#include "file_limit.hpp"
#include "web_viewers.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace bench {

namespace {

using namespace engine_net;
using namespace engine_net::bridge;
using namespace std::chrono_literals;

/// Of a match of 16 players.
constexpr std::size_t frame_bytes = 400;
constexpr std::uint32_t frames_per_keyframe = 40;
constexpr auto poll_pause = 100us;
constexpr auto most_waiting = 20s;
constexpr std::size_t floor_group = 0;
constexpr std::size_t bridge_group = 1;
constexpr std::size_t beast_group = 2;

/// Of all threads but this one.
double other_cpu_us() {
    return process_cpu_us() - thread_cpu_us();
}

template <class Holds>
bool wait_until(const Holds& holds) {
    const auto end = std::chrono::steady_clock::now() + most_waiting;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(poll_pause);
    }
    return true;
}

/// A ready-made frame, and a `send` of it to each socket: less can't be done.
class SendLoop {
public:
    SendLoop() = default;
    SendLoop(const SendLoop&) = delete;
    SendLoop& operator=(const SendLoop&) = delete;
    ~SendLoop() {
        for (const int fd : sockets_) ::close(fd);
        if (listener_ >= 0) ::close(listener_);
    }

    std::uint16_t open() {
        listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        auto* any = reinterpret_cast<sockaddr*>(&at);
        if (::bind(listener_, any, size) != 0 || ::listen(listener_, SOMAXCONN) != 0) return 0;
        ::getsockname(listener_, any, &size);
        return ntohs(at.sin_port);
    }
    void accept() {
        const int fd = ::accept(listener_, nullptr, nullptr);
        const int yes = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        sockets_.push_back(fd);
    }
    void send(const std::vector<std::uint8_t>& frame) {
        for (const int fd : sockets_) {
            (void)::send(fd, frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        }
    }

private:
    int listener_ = -1;
    std::vector<int> sockets_;
};

/// The bridge, and this thread as its server.
class BridgeLoop {
public:
    bool open(std::size_t viewers) {
        BridgeConfig config;
        config.port = 0;
        config.bind_address = "127.0.0.1";
        config.max_connections = viewers + 16;
        config.handshake_timeout = 60s;
        config.heartbeat_interval = 1h; // nothing but frames
        ServerInfo info;
        info.kinds["match"] = {};
        auto started = Bridge::start(config, std::move(info), exchange_);
        if (!started) return false;
        bridge_ = std::move(*started);
        std::vector<RoomSummary> rooms{{RoomId{1}, "match", "match"}};
        exchange_.tell(
            tell::RoomList{std::make_shared<std::vector<RoomSummary>>(std::move(rooms))});
        exchange_.deliver();
        return true;
    }
    [[nodiscard]] std::uint16_t port() const { return bridge_->port(); }
    /// Lets in who asks.
    void step() {
        for (const Ask& asked : exchange_.take_asks()) {
            const auto* enter = std::get_if<ask::Enter>(&asked);
            if (!enter) continue;
            tell::Answer answer;
            answer.ticket = enter->ticket;
            exchange_.tell(std::move(answer));
        }
        exchange_.deliver();
    }
    /// All at once.
    void send(std::size_t frames) {
        for (std::size_t i = 0; i < frames; ++i) {
            const bool is_key = told_++ % frames_per_keyframe == 0;
            exchange_.tell(tell::FeedItem{RoomId{1},
                                          is_key ? wire::FeedKind::keyframe : wire::FeedKind::frame,
                                          Tick{told_},
                                          message_});
        }
        exchange_.deliver();
    }
    [[nodiscard]] BridgeStats stats() const { return bridge_->stats(); }

private:
    Exchange exchange_;
    std::unique_ptr<Bridge> bridge_;
    std::uint32_t told_ = 0;
    SharedBytes message_ = std::make_shared<std::vector<std::uint8_t>>(frame_bytes);
};

/// All ways to send, with their viewers. CPU times are those of one frame to one viewer.
class Broadcasts {
public:
    explicit Broadcasts(std::size_t viewers)
        : viewers_(viewers)
        , readers_(viewers, {Greeting::none, Greeting::watch, Greeting::handshake}) {}

    bool open(bool with_beast) {
        if (!readers_.is_open()) return false;
        const std::uint16_t port = loop_.open();
        if (port == 0) return false;
        readers_.group(floor_group).port = port;
        for (std::size_t i = 0; i < viewers_; ++i) loop_.accept();
        if (!bridge_.open(viewers_)) return false;
        readers_.group(bridge_group).port = bridge_.port();
        const bool has_come = wait_until([&] {
            bridge_.step();
            return readers_.group(bridge_group).connected == viewers_;
        });
        if (!has_come) return false;
        return !with_beast || open_beast();
    }

    double floor_us() {
        return measure(floor_group, 1, thread_cpu_us, [&] {
            loop_.send(*frame_);
        });
    }
    double bridge_us(std::size_t frames) {
        return measure(bridge_group, frames, other_cpu_us, [&] {
            bridge_.send(frames);
        });
    }
    double beast_us() {
        return measure(beast_group, 1, thread_cpu_us, [&] {
            beast_->send(message_);
        });
    }
    [[nodiscard]] bool has_all_arrived() const { return has_all_arrived_; }
    [[nodiscard]] BridgeStats stats() const { return bridge_.stats(); }

private:
    bool open_beast() {
        beast_ = BeastBroadcast::open();
        if (!beast_) return false;
        readers_.group(beast_group).port = beast_->port();
        for (std::size_t i = 0; i < viewers_; ++i) {
            if (!beast_->accept()) return false;
        }
        return wait_until([&] {
            return readers_.group(beast_group).connected == viewers_;
        });
    }
    template <class Cpu, class Send>
    double measure(std::size_t group, std::size_t frames, const Cpu& cpu, const Send& send) {
        const std::atomic<std::uint64_t>& bytes = readers_.group(group).bytes;
        const std::uint64_t all = bytes + viewers_ * frames * frame_->size();
        const double begun = cpu();
        send();
        // The floor is done when it returns, the bridge when all is there.
        double ended = cpu();
        has_all_arrived_ &= wait_until([&] {
            return bytes >= all;
        });
        if (group == bridge_group) ended = cpu();
        return (ended - begun) / static_cast<double>(viewers_ * frames);
    }

    std::size_t viewers_;
    WebViewers readers_; ///< first, before there are threads
    std::vector<std::uint8_t> message_ = std::vector<std::uint8_t>(frame_bytes);
    SharedBytes frame_ = make_frame(Opcode::binary, message_);
    SendLoop loop_;
    BridgeLoop bridge_;
    std::unique_ptr<BeastBroadcast> beast_;
    bool has_all_arrived_ = true;
};

/// What was measured turn by turn, so that what disturbs one disturbs all.
struct Times {
    std::vector<double> floor{};
    std::vector<double> bridge{};
    std::vector<double> two_pending{};
    std::vector<double> beast{};
};

bool measure_viewers(std::size_t viewers, double seconds, Times& times, bool with_beast) {
    Broadcasts broadcasts(viewers);
    if (!broadcasts.open(with_beast)) {
        std::fprintf(stderr, "bench: not every one of %zu viewers could connect\n", viewers);
        return false;
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    do {
        times.floor.push_back(broadcasts.floor_us());
        times.bridge.push_back(broadcasts.bridge_us(1));
        times.two_pending.push_back(broadcasts.bridge_us(2));
        if (with_beast) times.beast.push_back(broadcasts.beast_us());
    } while (broadcasts.has_all_arrived() && std::chrono::steady_clock::now() < end);
    if (broadcasts.has_all_arrived() && broadcasts.stats().frames_skipped == 0) return true;
    std::fprintf(stderr, "bench: not every frame came to every one of %zu viewers\n", viewers);
    return false;
}

} // namespace

bool measure_bridge(const Options& options, Report& report) {
    raise_file_limit();
    Times few;
    Times many;
    if (!measure_viewers(1000, options.seconds / 2, few, true) ||
        !measure_viewers(5000, options.seconds / 2, many, false)) {
        return false;
    }
    report.add("frame_bytes", std::uint64_t{frame_bytes});
    report.add("floor_us_1000", median(few.floor), 3);
    report.add("bridge_us_1000", median(few.bridge), 3);
    report.add("two_pending_us_1000", median(few.two_pending), 3);
    report.add("beast_us_1000", median(few.beast), 3);
    report.add("floor_us_5000", median(many.floor), 3);
    report.add("bridge_us_5000", median(many.bridge), 3);
    report.add("ratio_to_floor_1000", median(few.floor) / median(few.bridge), 2);
    report.add("ratio_to_floor_5000", median(many.floor) / median(many.bridge), 2);
    report.add("ratio_to_floor_two_pending", median(few.floor) / median(few.two_pending), 2);
    report.add("beast_ratio_1000", median(few.floor) / median(few.beast), 2);
    return true;
}

} // namespace bench
