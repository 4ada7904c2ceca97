#include "cluster_scenario.hpp"
#include "comparison.hpp"
#include "crowd.hpp"
#include "program/address_option.hpp"
#include "program/interrupt.hpp"
#include "program/log.hpp"
#include "report.hpp"
#include "rules/schema.hpp"
#include "settings.hpp"
#include "tally.hpp"

#include <engine_net/clock.hpp>

#include <chrono>
#include <cstdio>

using engine_net::Clock;
using engine_net::Time;
using namespace std::chrono_literals;

namespace {

constexpr auto settling_time = 20s; // for answers that are under way
constexpr auto quiet_time = 1s;     // for what the server still tells

int run(const Settings& settings) {
    program::Log log(settings.log_level);
    engine_net::ClientConfig config;
    config.host = settings.host;
    config.port = settings.port;
    config.name = "auditor";
    config.schema = arena::schema();
    config.log = log.sink();
    Auditor auditor(config);
    const auto first = auditor.fetch();
    if (!first) {
        std::fprintf(stderr,
                     "bots: no books from %s (%s); is a demo-server running there?\n",
                     program::address_text(settings.host, settings.port).c_str(),
                     auditor.failure().c_str());
        return 1;
    }

    std::printf("bots: %u players for %.0f s at %s\n",
                settings.players,
                settings.seconds,
                program::address_text(settings.host, settings.port).c_str());
    std::fflush(stdout);
    Crowd crowd(settings, log.sink());
    const Time end = Clock::now() + std::chrono::duration_cast<engine_net::Duration>(
                                        std::chrono::duration<double>(settings.seconds));
    while (crowd.in_rooms() < settings.players && Clock::now() < end)
        auditor.stay_until(std::min(end, Clock::now() + 100ms));
    if (crowd.in_rooms() == settings.players) std::printf("bots: all are in rooms\n");
    std::fflush(stdout);
    auditor.stay_until(end);
    crowd.wind_down();
    const Time deadline = Clock::now() + settling_time;
    while (crowd.settled() < settings.players && Clock::now() < deadline)
        auditor.stay_until(Clock::now() + 100ms);
    const std::size_t settled = crowd.settled();
    auditor.stay_until(Clock::now() + quiet_time);
    const auto last = auditor.fetch();
    crowd.finish();
    if (!last) {
        std::fprintf(stderr, "bots: no books at the end (%s)\n", auditor.failure().c_str());
        return 1;
    }

    const Tally tally = crowd.tally();
    std::vector<std::string> found = differences(*first, *last, auditor, crowd.books(), tally);
    found.insert(found.end(), tally.faults.begin(), tally.faults.end());
    if (settled < settings.players)
        found.push_back(std::to_string(settings.players - settled) + " bots wait for an answer");
    auditor.leave();
    return report(tally, found);
}

} // namespace

int main(int argc, char** argv) {
    Settings settings;
    if (const auto code = read_settings(settings, argc, argv)) return *code;
    program::watch_interrupts();
    return settings.scenario == "cluster" ? run_cluster(settings) : run(settings);
}
