#include "benchmark.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

struct Entry {
    std::string_view name;
    bench::Benchmark measure;
    std::string_view what;
};

constexpr std::array benchmarks = {
    Entry{"cubes",
          bench::measure_cubes,
          "a recording of 901 cubes: bytes and time of a frame, against plain codings"},
    Entry{"asteroids",
          bench::measure_asteroids,
          "a viewer of 250 spinning spheres at 60 ms: bytes a second, time of a snapshot"},
    Entry{"tick",
          bench::measure_tick,
          "a room of 64 players and 200 entities over UDP: time of a tick"},
    Entry{"movers",
          bench::measure_movers,
          "32 viewers of 200 bodies in straight lines: bytes and CPU of a snapshot"},
    Entry{"rooms",
          bench::measure_rooms,
          "rooms of 10 players at 128 Hz: how many a core holds, and what two threads gain"},
    Entry{"crowd",
          bench::measure_crowd,
          "100 players who all see each other, at mixed round trips and 2 % loss"},
    Entry{"world",
          bench::measure_world,
          "5,000 entities, up to 200 viewers that see what is near, within 10 kB/s each"},
    Entry{"lobby",
          bench::measure_lobby,
          "10,000 rooms in the lobby: what a change and a search cost, joins a second"},
    Entry{"fanout",
          bench::measure_fanout,
          "1,000 viewers over ENet and UDP: CPU of the transport, against bare system calls"},
    Entry{"datagram",
          bench::measure_datagram,
          "what sealing costs: 32 to 1,000 clients, CPU of a message, against ENet alone"},
    Entry{"flood",
          bench::measure_flood,
          "100,000 requests to connect a second: what 16 players and a newcomer notice of it"},
    Entry{"latency",
          bench::measure_latency,
          "64 bytes there and back, both ends spinning: against ENet alone and bare calls"},
    Entry{"bridge",
          bench::measure_bridge,
          "1,000 and 5,000 WebSockets that watch a match: CPU of a frame, against bare sends"},
    Entry{"spectators",
          bench::measure_spectators,
          "1,000 browsers that watch 16 players, then 50 slow ones beside 450: what that does"},
    Entry{"watched",
          bench::measure_watched,
          "1,000 rooms of two players at 10 Hz: what an admin who looks at them costs a tick"},
    Entry{"cluster",
          bench::measure_cluster,
          "1, 2 and 4 nodes around a Redis of their own: from one to the others, CPU of Redis"},
    Entry{"nodes",
          bench::measure_nodes,
          "servers of a cluster: joins and chat between them, what up to 4,000 rooms cost"},
    Entry{"stock",
          bench::measure_stock,
          "1,000 subscribers by Pusher and 1,000 by MQTT: CPU of a message, against mosquitto"},
};

int usage(std::FILE* out) {
    std::fprintf(out, "Usage: bench NAME [--seconds N] [--file FILE] [--json]\n\n");
    for (const Entry& entry : benchmarks) {
        std::fprintf(out, "  %-10s %s\n", entry.name.data(), entry.what.data());
    }
    std::fprintf(out,
                 "\n--seconds N   how long to measure, where it goes by time (10)\n"
                 "--file FILE   the recording that cubes measures on, .xz or plain\n"
                 "--json        one object instead of `key: value` lines\n\n"
                 "Figures of a debug build say nothing: build with `tools/build release bench`.\n");
    return out == stdout ? 0 : 2;
}

const Entry* find_benchmark(std::string_view name) {
    for (const Entry& entry : benchmarks) {
        if (entry.name == name) return &entry;
    }
    return nullptr;
}

} // namespace

int main(int argc, char** argv) {
    bench::Options options;
    const Entry* chosen = nullptr;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--help") return usage(stdout);
        if (word == "--json") {
            options.as_json = true;
        } else if (word == "--seconds" && i + 1 < argc) {
            options.seconds = std::atof(argv[++i]);
        } else if (word == "--file" && i + 1 < argc) {
            options.file = argv[++i];
        } else if (const Entry* entry = find_benchmark(word); entry && !chosen) {
            chosen = entry;
        } else {
            std::fprintf(stderr, "bench: \"%s\" is neither a benchmark nor an option\n\n", argv[i]);
            return usage(stderr);
        }
    }
    if (!chosen || options.seconds <= 0) return usage(stderr);
    bench::Report report;
    const bool is_good = chosen->measure(options, report);
    if (!report.is_empty()) report.print(options.as_json);
    return is_good ? 0 : 1;
}
