#include "status.hpp"

#include "program/terminal.hpp"

#include <array>
#include <chrono>
#include <cstdio>

using namespace std::chrono_literals;

Status::Status(program::Log& log)
    : log_(log), is_terminal_(program::is_terminal(program::Stream::output)) {}

void Status::show(const engine_net::Server& server, engine_net::Time now) {
    if (!last_) last_ = now;
    const engine_net::Duration interval = is_terminal_ ? 500ms : 10s;
    if (now - *last_ < interval) return;

    const std::string text = line(server, std::chrono::duration<double>(now - *last_).count());
    last_ = now;
    if (is_terminal_) {
        std::printf("%s%s", program::erase_line, text.c_str());
        std::fflush(stdout);
    } else {
        log_.info(text);
    }
}

void Status::end() {
    if (is_terminal_ && last_) std::printf("\n");
}

std::string Status::line(const engine_net::Server& server, double seconds) {
    const engine_net::ServerStats stats = server.stats();
    const auto rate = [seconds](std::uint64_t now, std::uint64_t before) {
        return static_cast<double>(now - before) / 1000 / seconds;
    };
    const double in = rate(stats.link.bytes_in, before_.bytes_in);
    const double out = rate(stats.link.bytes_out, before_.bytes_out);
    before_ = stats.link;

    const auto ms = [](std::int64_t us) {
        return static_cast<double>(us) / 1000;
    };
    std::array<char, 200> text{};
    std::snprintf(
        text.data(),
        text.size(),
        "players %zu, rooms %zu, tick p50 %.2f ms p99 %.2f ms, in %.1f kB/s, out %.1f kB/s",
        stats.players,
        stats.rooms,
        ms(stats.simulation.p50_us + stats.network.p50_us),
        ms(stats.simulation.p99_us + stats.network.p99_us),
        in,
        out);
    std::string line = text.data();
    if (stats.late_ticks > 0) line += ", " + std::to_string(stats.late_ticks) + " late ticks";
    if (stats.dropped_ticks > 0) line += ", " + std::to_string(stats.dropped_ticks) + " dropped";
    return line;
}
