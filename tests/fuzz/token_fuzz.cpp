// Connect tokens: what anyone may show, and, as if it had been sealed with the key, what is in one.
#include "session/connect_token.hpp"
#include "session/token_gate.hpp"

#include <cstdlib>
#include <string>

using namespace engine_net;

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes input(data, size);
    static const std::string key(64, '1');
    TokenConfig config;
    config.keys = {key};
    config.unix_time = [] {
        return UnixTime(std::chrono::seconds(1'800'000'000));
    };
    TokenGate gate(config, std::string(64, 'a'));
    if (gate.look(input).verdict == TokenVerdict::good) std::abort();

    const auto open = read_token(input);
    if (!open) return 0;
    // Whatever is read as a grant can be sealed, and then says the same.
    const auto grant = read_sealed_grant(open->sealed, open->info);
    if (!grant) return 0;
    const auto token = seal_connect_token(key, *grant);
    if (!token) std::abort();
    const auto again = open_connect_token(key, *token);
    if (!again || again->user != grant->user || again->expires_at != grant->expires_at)
        std::abort();
    return 0;
}
