#include "timing.hpp"

#include "timing_generated.h"

#include <algorithm>
#include <cstdint>
#include <limits>

using engine_net::CallResult;

namespace {

std::uint32_t us(std::int64_t time) {
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(time, 0, most));
}

} // namespace

void answer_timing(engine_net::Server& server) {
    server.on_call("timing", [&server](const engine_net::Caller&, std::span<const std::uint8_t>) {
        const engine_net::ServerStats stats = server.stats();
        flatbuffers::FlatBufferBuilder builder(64);
        builder.Finish(demo::CreateServerTiming(builder,
                                                us(stats.simulation.p50_us),
                                                us(stats.simulation.p99_us),
                                                us(stats.network.p50_us),
                                                us(stats.network.p99_us)));
        const engine_net::EventBytes bytes = engine_net::bytes_of(builder);
        return CallResult::answer({bytes.begin(), bytes.end()});
    });
}
