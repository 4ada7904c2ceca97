#include "token_keys.hpp"

#include "program/key_file.hpp"

#include <engine_net/connect_token.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <utility>

using engine_net::Auth;

bool read_token_keys(Settings& settings) {
    if (settings.server.auth != Auth::token) return true;
    const auto path = settings.token_key_file.empty()
                          ? program::key_path("token.key")
                          : std::filesystem::path(settings.token_key_file);
    const auto first = program::keep_key(path, "token key", engine_net::make_connect_token_key);
    if (!first) {
        std::fprintf(stderr, "demo-server: %s\n", first.error().c_str());
        return false;
    }
    std::ifstream file(path);
    for (std::string key; file >> key;) settings.server.tokens.keys.push_back(std::move(key));
    return true;
}

std::function<std::string(const std::string& name)> token_maker(const Settings& settings,
                                                                const std::string& server_key) {
    if (settings.server.auth != Auth::token) return nullptr;
    return [key = settings.server.tokens.keys.front(), server_key](const std::string& name) {
        engine_net::ConnectGrant grant;
        grant.user = name;
        grant.name = name;
        grant.issued_at = engine_net::unix_time_now();
        grant.expires_at = grant.issued_at + std::chrono::minutes(1);
        grant.servers = {{server_key, ""}};
        const auto token = engine_net::seal_connect_token(key, grant);
        return token ? *token : std::string();
    };
}
