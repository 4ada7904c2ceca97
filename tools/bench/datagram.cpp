// What sealing costs: a server's transport beside ENet alone, with the same messages.

#include "bare_enet.hpp"
#include "benchmark.hpp"
#include "counting_host.hpp"
#include "cpu_time.hpp"
#include "plain_datagrams.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;
using namespace std::chrono_literals;

struct Load {
    std::size_t clients;
    std::size_t bytes;
    std::size_t messages; ///< to each in a tick

    [[nodiscard]] std::string name() const {
        const std::string size = std::to_string(bytes);
        return messages > 1 ? std::to_string(messages) + "x" + size
                            : std::to_string(clients) + "x" + size;
    }
};

constexpr std::array loads{
    Load{32, 200, 1},
    Load{256, 200, 1},
    Load{1'000, 200, 1},
    Load{32, 1'000, 1},
    Load{256, 1'000, 1},
    Load{1'000, 1'000, 1},
    Load{256, 1'000, 8},
};

constexpr std::size_t peers_of_socket = 8;
constexpr std::size_t channels = 5;
constexpr std::size_t input_bytes = 32;
constexpr std::uint32_t tick_rate = 30;
constexpr Duration period{1'000'000 / tick_rate};
constexpr std::uint32_t warm_up_ticks = 30;
constexpr std::uint32_t most_ticks_to_connect = 3'000;
constexpr auto pause_to_connect = 3ms;
constexpr double least_arrived = 0.98;

/// One end of ENet alone.
class PlainSide final : public BareHost {
public:
    explicit PlainSide(std::size_t peers) : BareHost(open_server(peers)) {}
    PlainSide(std::size_t peers, std::uint16_t port) : BareHost(open_client(peers, port)) {}

    void tick(std::size_t messages, std::size_t bytes) {
        received_ += receive();
        for (std::size_t i = 0; i < messages; ++i) send_to_all(bytes);
        flush();
    }
    [[nodiscard]] std::uint16_t port() const { return host().address.port; }
    [[nodiscard]] std::uint64_t received() const { return received_; }

private:
    static ENetHost* open_server(std::size_t peers) {
        ENetAddress address{};
        enet_address_set_host(&address, "127.0.0.1");
        address.port = ENET_PORT_ANY;
        return enet_host_create(&address, peers, channels, 0, 0);
    }
    static ENetHost* open_client(std::size_t peers, std::uint16_t port) {
        ENetHost* const host = enet_host_create(nullptr, peers, channels, 0, 0);
        if (host == nullptr) return nullptr;
        ENetAddress address{};
        enet_address_set_host(&address, "127.0.0.1");
        address.port = port;
        for (std::size_t i = 0; i < peers; ++i) enet_host_connect(host, &address, channels, 0);
        return host;
    }

    std::uint64_t received_ = 0;
};

/// A server and its clients, three times: ours, ENet's, and the system's calls alone.
class Trial {
public:
    explicit Trial(const Load& load)
        : load_(load)
        , sealed_server_(
              {.max_peers = load.clients, .accepts = true}, Channel::snapshots, load.bytes)
        , plain_server_(load.clients) {
        for (std::size_t left = load.clients; left > 0;) {
            const std::size_t peers = std::min(left, peers_of_socket);
            sealed_clients_.push_back(std::make_unique<CountingHost>(
                HostConfig{.max_peers = peers}, Channel::inputs, input_bytes));
            left -= peers;
        }
        for (std::size_t i = 0; i < sealed_clients_.size(); ++i) floor_clients_.emplace_back();
    }

    bool connect() {
        if (!sealed_server_.is_open() || !floor_server_.is_open()) return false;
        const Address to = sealed_server_.host().local_address();
        for (std::size_t i = 0; i < sealed_clients_.size(); ++i) {
            if (!sealed_clients_[i]->is_open() || !floor_clients_[i].is_open()) return false;
            for (std::size_t left = peers_of(i); left > 0; --left)
                sealed_clients_[i]->host().connect(to, now_);
        }
        open_floor();
        for (std::uint32_t i = 0; i < most_ticks_to_connect && !is_connected(); ++i) {
            // Not all of ENet's at once, for all would ask again at once.
            if (const std::size_t next = plain_clients_.size(); next < sealed_clients_.size()) {
                plain_clients_.push_back(
                    std::make_unique<PlainSide>(peers_of(next), plain_server_.port()));
            }
            play();
            // ENet asks again by its own clock.
            std::this_thread::sleep_for(pause_to_connect);
        }
        return is_connected();
    }

    struct Cost {
        double sealed_us = 0; ///< of a tick of the server, CPU
        double plain_us = 0;
        double floor_us = 0;
    };
    Cost play() {
        now_ += period;
        Cost cost;
        cost.sealed_us = cpu_of([&] {
            sealed_server_.tick(now_, load_.messages);
        });
        for (const auto& client : sealed_clients_) client->tick(now_);
        cost.plain_us = cpu_of([&] {
            plain_server_.tick(load_.messages, load_.bytes);
        });
        for (const auto& client : plain_clients_) client->tick(1, input_bytes);
        cost.floor_us = cpu_of([&] {
            floor_server_.receive();
            floor_server_.send();
        });
        for (PlainSocket& client : floor_clients_) {
            client.receive();
            client.send();
        }
        return cost;
    }

    [[nodiscard]] std::size_t sealed_connected() const { return sealed_server_.connected(); }
    [[nodiscard]] std::size_t plain_connected() const { return plain_server_.connected(); }
    [[nodiscard]] std::uint64_t sealed_received() const { return received(sealed_clients_); }
    [[nodiscard]] std::uint64_t plain_received() const { return received(plain_clients_); }

private:
    template <class Work>
    static double cpu_of(Work work) {
        const double begun = thread_cpu_us();
        work();
        return thread_cpu_us() - begun;
    }
    template <class Side>
    static std::uint64_t received(const std::vector<std::unique_ptr<Side>>& sides) {
        std::uint64_t all = 0;
        for (const auto& side : sides) all += side->received();
        return all;
    }
    [[nodiscard]] std::size_t peers_of(std::size_t socket) const {
        return std::min(load_.clients - socket * peers_of_socket, peers_of_socket);
    }
    /// As many datagrams, each of the size that ENet alone makes of such a message.
    void open_floor() {
        constexpr std::size_t enet_bytes = 12;
        std::vector<sockaddr_in> receivers;
        for (std::size_t i = 0; i < floor_clients_.size(); ++i) {
            floor_clients_[i].set_receivers(
                std::vector<sockaddr_in>(peers_of(i), floor_server_.address()),
                input_bytes + enet_bytes);
            receivers.insert(
                receivers.end(), peers_of(i) * load_.messages, floor_clients_[i].address());
        }
        floor_server_.set_receivers(receivers, load_.bytes + enet_bytes);
    }
    [[nodiscard]] bool is_connected() const {
        return sealed_server_.connected() == load_.clients &&
               plain_server_.connected() == load_.clients;
    }

    Load load_;
    CountingHost sealed_server_;
    std::vector<std::unique_ptr<CountingHost>> sealed_clients_;
    PlainSide plain_server_;
    std::vector<std::unique_ptr<PlainSide>> plain_clients_;
    PlainSocket floor_server_;
    std::deque<PlainSocket> floor_clients_; ///< which do not move
    Time now_{1s};
};

bool measure(const Load& load, double seconds, Report& report) {
    Trial trial(load);
    if (!trial.connect()) {
        std::fprintf(stderr,
                     "bench: of %zu clients %zu connected sealed, and %zu by ENet alone\n",
                     load.clients,
                     trial.sealed_connected(),
                     trial.plain_connected());
        return false;
    }
    for (std::uint32_t i = 0; i < warm_up_ticks; ++i) trial.play();
    const std::uint64_t sealed_before = trial.sealed_received();
    const std::uint64_t plain_before = trial.plain_received();
    const auto ticks = static_cast<std::uint32_t>(std::ceil(seconds * tick_rate));
    std::vector<double> sealed_us;
    std::vector<double> plain_us;
    std::vector<double> floor_us;
    for (std::uint32_t i = 0; i < ticks; ++i) {
        const Trial::Cost cost = trial.play();
        sealed_us.push_back(cost.sealed_us);
        plain_us.push_back(cost.plain_us);
        floor_us.push_back(cost.floor_us);
    }
    const auto messages = static_cast<double>(load.clients * load.messages);
    const double sealed = median(sealed_us) / messages;
    const double plain = median(plain_us) / messages;
    report.add("ratio_to_enet_" + load.name(), sealed / plain, 2);
    report.add("ratio_to_send_loop_" + load.name(), sealed / (median(floor_us) / messages), 2);
    report.add("sealed_us_per_message_" + load.name(), sealed, 2);
    report.add("enet_us_per_message_" + load.name(), plain, 2);
    report.add("messages_per_s_" + load.name(), std::uint64_t(1e6 / sealed));

    const double least = least_arrived * messages * ticks;
    const auto sealed_came = static_cast<double>(trial.sealed_received() - sealed_before);
    const auto plain_came = static_cast<double>(trial.plain_received() - plain_before);
    if (sealed_came >= least && plain_came >= least) return true;
    std::fprintf(stderr,
                 "bench: of %.0f messages %.0f came sealed, and %.0f by ENet alone\n",
                 messages * ticks,
                 sealed_came,
                 plain_came);
    return false;
}

} // namespace

bool measure_datagram(const Options& options, Report& report) {
    const double seconds = options.seconds / static_cast<double>(loads.size());
    return std::ranges::all_of(loads, [&](const Load& load) {
        return measure(load, seconds, report);
    });
}

} // namespace bench
