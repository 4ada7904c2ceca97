#include "settings.hpp"

#include "program/options.hpp"
#include "program/secret_option.hpp"

#include <vector>

std::optional<int> read_settings(Settings& settings, int argc, const char* const* argv) {
    using program::value_of;

    program::Options options(
        "token",
        "Makes connect tokens, as a game's backend does for its players, for servers that ask for "
        "them (demo-server --auth token). make prints one. show says what is in one: all of it "
        "with the key, else what its player can read. new-key prints a key.");
    std::vector<std::string> words;
    options.add_words(words, {"make|show|new-key", "[TOKEN|@FILE]"});
    engine_net::TokenServer server;
    engine_net::ConnectGrant& grant = settings.grant;
    options.add("key-file",
                value_of(settings.key_file, "FILE"),
                "where the key is that tokens are sealed with; by default "
                "~/.local/state/engine-net/token.key, where demo-server keeps it");
    options.add("user", value_of(grant.user, "TEXT"), "who the player is, the same each time");
    options.add("name",
                value_of(grant.name, "TEXT"),
                "what the player is called; by default "
                "what it calls itself");
    options.add("room", value_of(grant.room, "NAME"), "the rooms it may be in; by default any");
    options.add("server-key",
                value_of(server.key, "HEX"),
                "of the server that it is good for: 64 digits that demo-server prints");
    options.add("address",
                value_of(server.address, "HOST:PORT"),
                "where that is, if the client shall know by the token");
    options.add("expires-in",
                value_of(settings.expires_in_s, {1, 86'400, "SECONDS"}),
                "how long it can be used");
    if (const auto code = options.parse(argc, argv)) return code;
    const std::string& command = words.front();
    if (command == "show") {
        settings.command = Command::show;
        if (words.size() < 2) return options.fail("TOKEN is missing");
        const auto why = program::secret_value(settings.token).read(words.back());
        if (why) return options.fail(*why);
    } else if (command == "new-key") {
        settings.command = Command::new_key;
    } else if (command != "make") {
        return options.fail("\"" + command + "\" is none of make, show, new-key");
    }
    if (settings.command != Command::show && words.size() > 1)
        return options.fail("there is no use for \"" + words.back() + '"');
    grant.servers = {server};
    return std::nullopt;
}
