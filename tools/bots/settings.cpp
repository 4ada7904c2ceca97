#include "settings.hpp"

#include "program/address_option.hpp"
#include "program/options.hpp"

std::optional<int> read_settings(Settings& settings, int argc, const char* const* argv) {
    using program::value_of;

    program::Options options(
        "bots",
        "Sends players to a demo-server, who do all that players do, and compares at the end what "
        "they know with what the server knows. Ends with 0 if that is the same.");
    options.add("connect", program::address_value(settings.host, settings.port), "the server");
    options.add("players", value_of(settings.players, {1, 4000, ""}), "how many there are");
    options.add("seconds",
                value_of(settings.seconds, {3, 86'400, "SECONDS"}),
                "how long they go on; they arrive in the first fifth of it");
    options.add(
        "scenario",
        value_of(settings.scenario, "NAME"),
        "what they do. lobby: they queue for matches, open rooms and look for some, get "
        "ready, play, chat, crash, come back and leave. play: they fly in the Arena. "
        "cluster: as lobby, at three servers and a Redis that it starts by itself, of which "
        "one is killed, one drained and the Redis restarted on the way");
    options.add("threads", value_of(settings.threads, {1, 64, ""}), "that the players share");
    options.add("seed", value_of(settings.seed), "makes what they choose predictable");
    options.add_net_sim(settings.net_sim);
    options.add_log_level(settings.log_level);
    if (const auto code = options.parse(argc, argv)) return code;
    const std::string& scenario = settings.scenario;
    if (scenario != "lobby" && scenario != "play" && scenario != "cluster")
        return options.fail("--scenario is lobby, play or cluster, not \"" + scenario + '"');
    return std::nullopt;
}
