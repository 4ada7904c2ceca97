#include "program/key_file.hpp"
#include "settings.hpp"

#include <engine_net/connect_token.hpp>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

using engine_net::ConnectGrant;
using engine_net::TokenInfo;
using engine_net::UnixTime;

namespace {

int fail(const std::string& why) {
    std::fprintf(stderr, "token: %s\n", why.c_str());
    return 1;
}

engine_net::Result<std::string, std::string> key_of(const Settings& settings) {
    const auto path = settings.key_file.empty() ? program::key_path("token.key")
                                                : std::filesystem::path(settings.key_file);
    return program::read_key(path, "token key");
}

int make(const Settings& settings) {
    const auto key = key_of(settings);
    if (!key) return fail(key.error());
    ConnectGrant grant = settings.grant;
    grant.issued_at = engine_net::unix_time_now();
    grant.expires_at =
        grant.issued_at + std::chrono::seconds(static_cast<std::int64_t>(settings.expires_in_s));
    const auto token = engine_net::seal_connect_token(*key, grant);
    if (!token) return fail(token.error());
    std::printf("%s\n", token->c_str());
    return 0;
}

void print_time(const char* what, UnixTime time) {
    const std::time_t seconds = time.time_since_epoch().count();
    std::tm utc{};
    char text[32] = "";
    if (gmtime_r(&seconds, &utc) == nullptr ||
        std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        return;
    std::printf("%s %s\n", what, text);
}

void print_text(const char* what, const std::string& text, const char* otherwise) {
    std::printf("%s %s\n", what, text.empty() ? otherwise : text.c_str());
}

int show(const Settings& settings) {
    const auto info = engine_net::read_connect_token(settings.token);
    if (!info) return fail("that is no connect token");
    print_time("expires:", info->expires_at);
    for (const engine_net::TokenServer& server : info->servers) {
        std::printf("server:  %s", server.key.c_str());
        std::printf("%s%s\n", server.address.empty() ? "" : " at ", server.address.c_str());
    }
    const auto key = key_of(settings);
    if (!key) {
        std::printf("the rest is sealed: %s\n", key.error().c_str());
        return settings.key_file.empty() ? 0 : 1;
    }
    const auto grant = engine_net::open_connect_token(*key, settings.token);
    if (!grant) {
        std::printf("the rest is sealed with another key, or changed\n");
        return 1;
    }
    print_time("issued: ", grant->issued_at);
    print_text("user:   ", grant->user, "");
    print_text("name:   ", grant->name, "as the player likes");
    print_text("room:   ", grant->room, "any");
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    Settings settings;
    if (const auto code = read_settings(settings, argc, argv)) return *code;
    switch (settings.command) {
    case Command::make: return make(settings);
    case Command::show: return show(settings);
    case Command::new_key: break;
    }
    std::printf("%s\n", engine_net::make_connect_token_key().c_str());
    return 0;
}
