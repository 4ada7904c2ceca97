#include "model/link_dials.hpp"

#include <chrono>

using engine_net::LinkConditions;
using engine_net::LinkSimulation;

namespace {

std::chrono::microseconds from_ms(float ms) {
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::duration<float, std::milli>(ms));
}

float to_ms(std::chrono::microseconds time) {
    return std::chrono::duration<float, std::milli>(time).count();
}

LinkConditions
conditions(const LinkDials::Way& way, bool is_black_out, const LinkConditions& given) {
    LinkConditions link = given;
    link.delay = from_ms(way.delay_ms);
    link.jitter = from_ms(way.jitter_ms);
    link.loss = static_cast<double>(way.loss_percent) / 100;
    link.duplicate = static_cast<double>(way.duplicate_percent) / 100;
    link.reorder = static_cast<double>(way.reorder_percent) / 100;
    link.blackout = is_black_out;
    return link;
}

LinkDials::Way way_of(const LinkConditions& link) {
    return {.delay_ms = to_ms(link.delay),
            .jitter_ms = to_ms(link.jitter),
            .loss_percent = static_cast<float>(link.loss * 100),
            .duplicate_percent = static_cast<float>(link.duplicate * 100),
            .reorder_percent = static_cast<float>(link.reorder * 100)};
}

} // namespace

LinkSimulation simulation(const LinkDials& dials, const LinkSimulation& given) {
    return {.out = conditions(dials.out, dials.is_black_out, given.out),
            .in = conditions(dials.in, dials.is_black_out, given.in),
            .seed = given.seed};
}

LinkDials dials_of(const LinkSimulation& simulation) {
    return {.out = way_of(simulation.out),
            .in = way_of(simulation.in),
            .is_black_out = simulation.out.blackout && simulation.in.blackout};
}
