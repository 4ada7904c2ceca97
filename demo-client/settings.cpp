#include "settings.hpp"

#include "program/options.hpp"
#include "program/toml.hpp"
#include "rules/schema.hpp"

#include <algorithm>
#include <string_view>

namespace {

/// "host:port", or the host alone.
program::OptionValue address_value(std::string& host, std::uint16_t& port) {
    const auto read = [&host, &port](std::string_view text) -> std::optional<std::string> {
        const std::size_t colon = std::min(text.rfind(':'), text.size());
        std::uint16_t new_port = port;
        const bool has_port = colon < text.size();
        const bool is_bad_port =
            has_port && program::value_of(new_port, {1, 65'535, ""}).read(text.substr(colon + 1));
        if (colon == 0 || is_bad_port) return '"' + std::string(text) + "\" is not HOST:PORT";
        host = text.substr(0, colon);
        port = new_port;
        return std::nullopt;
    };
    const auto write = [&host, &port] {
        return program::toml_quoted(host + ":" + std::to_string(port));
    };
    return {read, write, "HOST:PORT", ""};
}

} // namespace

std::optional<int> read_settings(Settings& settings, int argc, const char* const* argv) {
    using program::value_of;

    engine_net::ClientConfig& client = settings.client;
    client.schema = arena::schema();
    program::Options options("demo-client",
                             "Plays the Arena. Arrows or WASD steer, space fires, 1 to 4 say "
                             "something, Esc leaves.");
    options.add("connect", address_value(client.host, client.port), "the server");
    options.add("name", value_of(client.name, "TEXT"), "how others see the player");
    options.add("room",
                value_of(settings.room.value, {0, 4'294'967'295, ""}),
                "the room to join; 0 is the fullest with a free seat, or a new one");
    options.add("session",
                value_of(settings.session_file, "FILE"),
                "keep there what gives the seat back after a crash; a secret, gone when the player "
                "leaves");
    options.add("autopilot", settings.has_autopilot, "let the computer fly");
    options.add("headless", settings.is_headless, "open no window");
    options.add("frames",
                value_of(settings.frames, {0, 4'294'967'295, ""}),
                "leave after so many frames of play; 0 is never");
    options.add("screenshot",
                value_of(settings.screenshot, "FILE"),
                "with --frames: save the last of them as PNG");
    options.add_net_sim(client.net_sim);
    options.add_log_level(settings.log_level);
    return options.parse(argc, argv);
}
