#include "client/pinned_key.hpp"

#include <engine_net/connect_token.hpp>

#include <algorithm>

namespace engine_net {

namespace {

using Pinned = Result<std::optional<PublicKey>, std::string>;

/// `wanted`: the one that is to be among them, if it is said.
Pinned key_of_token(const ClientConfig& config, const std::optional<PublicKey>& wanted) {
    const auto info = read_connect_token(config.connect_token);
    if (!info) return Unexpected(std::string("connect_token is not one"));
    const bool is_v6 = config.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? '[' + config.host + ']' : config.host;
    const std::string address = host + ':' + std::to_string(config.port);
    const auto is_meant = [&](const TokenServer& server) {
        if (wanted) return parse_public_key(server.key) == wanted;
        return info->servers.size() == 1 || server.address == address;
    };
    const auto meant = std::ranges::find_if(info->servers, is_meant);
    if (meant != info->servers.end()) return parse_public_key(meant->key);
    return Unexpected(std::string(wanted ? "connect_token is not good for the server of server_key"
                                         : "connect_token does not say which of its servers is at "
                                           "host and port: set server_key"));
}

} // namespace

Result<std::optional<PublicKey>, std::string> pinned_key(const ClientConfig& config) {
    const std::optional<PublicKey> wanted = parse_public_key(config.server_key);
    if (!config.server_key.empty() && !wanted)
        return Unexpected(std::string("server_key must be 64 hexadecimal digits"));
    return config.connect_token.empty() ? Pinned(wanted) : key_of_token(config, wanted);
}

} // namespace engine_net
