#include <engine_net/client.hpp>
#include <engine_net/connect_token.hpp>
#include <engine_net/server.hpp>

#include <fstream>
#include <string>
#include <utility>

namespace security {

using namespace engine_net;
using namespace std::chrono_literals;

struct Account {
    std::string id;
    std::string nick;
};
void ask_my_backend(std::string token, std::function<void(const Account*)> answer);
std::string key_from_file(const std::string& path);

ServerConfig with_a_hook() {
    ServerConfig config;
    config.identity = key_from_file("server.key"); // make_server_key() once
    config.authenticate = [](const AuthRequest& request, AuthReply reply) {
        ask_my_backend(request.token, [reply](const Account* account) { // on any thread
            if (!account) return reply.refuse("sign in again");
            reply.accept(account->id, account->nick);
        });
    };
    return config;
}

ServerConfig with_tokens() {
    ServerConfig config;
    config.identity = key_from_file("server.key");
    config.auth = Auth::token;
    config.tokens.keys = {key_from_file("token.key")}; // make_connect_token_key() once
    return config;
}

/// In the game's backend, for a player who has signed in.
std::string ticket_for(const Account& account, const std::string& server_key) {
    ConnectGrant grant;
    grant.user = account.id; // the same each time
    grant.name = account.nick;
    grant.issued_at = unix_time_now();
    grant.expires_at = grant.issued_at + 30s; // to begin; the session may last longer
    grant.servers = {{server_key, "eu1.example.org:7777"}};
    auto token = seal_connect_token(key_from_file("token.key"), grant);
    return token ? *token : std::string(); // over HTTPS, to this player alone
}

ClientConfig client_of(std::string connect_token, const std::string& server_key) {
    ClientConfig config{.host = "eu1.example.org", .port = 7777};
    config.connect_token = std::move(connect_token);
    config.server_key = server_key;
    return config;
}

} // namespace security
