#include "model/server_timing.hpp"

#include <engine_net/client.hpp>

#include "timing_generated.h"

#include <chrono>
#include <cstdint>

namespace {

float ms(std::uint32_t us) {
    return static_cast<float>(us) / 1000;
}

} // namespace

void ServerTiming::ask(engine_net::Client& client, engine_net::Time now) {
    constexpr std::chrono::seconds interval(1);
    if (is_waiting_ || (asked_ && now - *asked_ < interval)) return;
    asked_ = now;
    is_waiting_ = true;
    client.call("timing", {}, [this](const engine_net::CallAnswer& answer) {
        is_waiting_ = false;
        note(answer);
    });
}

void ServerTiming::note(const engine_net::CallAnswer& answer) {
    newest_.reset();
    if (!answer) return;
    const auto* timing = engine_net::verified<demo::ServerTiming>(answer.payload);
    if (!timing) return;
    newest_ = {.simulation_p50_ms = ms(timing->simulation_p50()),
               .simulation_p99_ms = ms(timing->simulation_p99()),
               .network_p50_ms = ms(timing->network_p50()),
               .network_p99_ms = ms(timing->network_p99())};
}
