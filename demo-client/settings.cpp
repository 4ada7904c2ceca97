#include "settings.hpp"

#include "model/colour.hpp"
#include "program/address_option.hpp"
#include "program/options.hpp"
#include "program/secret_option.hpp"
#include "rules/schema.hpp"

#include <engine_net/connect_token.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

namespace {

constexpr std::array<std::string_view, 5> start_names{
    "menu", "lobby", "ready", "match", "reconnect"};

void add_entrance(program::Options& options, Entrance& entrance) {
    using program::value_of;
    options.add("room",
                value_of(entrance.room.value, {0, 4'294'967'295, ""}),
                "the room to join; 0 is the fullest with a free seat, or a new one");
    options.add("invite", value_of(entrance.invite, "CODE"), "join the room that has this code");
    options.add("create", value_of(entrance.create, "NAME"), "open a room for matches");
    options.add("private", entrance.is_private, "with --create: in no list, joined by its code");
    options.add("password",
                value_of(entrance.password, "TEXT"),
                "of the room; with --create, for those who join it");
    options.add("watch", entrance.watches, "with --room: look on without a seat");
    options.add("queue", entrance.queues, "wait for a match with players of like rank");
    options.add("rank", value_of(entrance.rank, {-1e6, 1e6, ""}), "with --queue: how good one is");
    options.add("ready", entrance.gets_ready, "be ready for each match of the room");
    options.add("say", value_of(entrance.words, "TEXT"), "say it to those who are in the room");
}

void add_replay(program::Options& options, Settings& settings) {
    using program::value_of;
    options.add("replay",
                value_of(settings.replay, "FILE"),
                "show a recording instead (demo-server --record): space plays and pauses, left and "
                "right go 5 s, with shift 30 s, comma and full stop a tick, Home and End to the "
                "ends, up and down change the speed, Tab follows the next player, F shows the "
                "whole field, H hides the bar, Esc leaves");
    options.add("replay-from", value_of(settings.replay_from_s, {0, 1e9, "s"}), "where it begins");
    options.add("replay-speed",
                value_of(settings.replay_speed, {0.25, 8, ""}),
                "how fast it is played; 1 is as it was");
    options.add("whole-field", settings.shows_field, "with --replay: begin with all of the field");
}

/// What --screen says; "": the match, where an option leads into one.
std::optional<Start> start_of(const std::string& screen, const Settings& settings) {
    if (screen.empty()) {
        const bool is_led = settings.is_headless || settings.has_autopilot || settings.tape ||
                            !settings.session_file.empty() || settings.entrance.is_given();
        return is_led ? Start::match : Start::menu;
    }
    const auto* const name = std::ranges::find(start_names, screen);
    if (name == start_names.end()) return std::nullopt;
    return static_cast<Start>(name - start_names.begin());
}

/// Where the token says that its server is, unless --connect says something else.
void go_where_token_says(engine_net::ClientConfig& client) {
    const engine_net::ClientConfig defaults;
    const auto info = engine_net::read_connect_token(client.connect_token);
    if (!info || client.host != defaults.host || client.port != defaults.port) return;
    for (const engine_net::TokenServer& server : info->servers) {
        if (!server.address.empty() &&
            !program::address_value(client.host, client.port).read(server.address))
            return;
    }
}

/// Options whose texts have a meaning of their own.
struct Texts {
    std::string screen{};
    std::string tape_file{};
    std::string net_hud = "off";
};

/// What the options mean together; the exit code if they can't be meant.
std::optional<int>
conclude(Settings& settings, const program::Options& options, const Texts& texts) {
    const auto& [screen, tape_file, net_hud] = texts;
    // A colour of one's own, until one chooses another.
    constexpr std::size_t offered = 8;
    settings.client.colour = rgb_of(player_colour(
        static_cast<std::uint8_t>(std::hash<std::string>{}(settings.client.name) % offered)));
    if (!settings.replay.empty()) {
        const bool plays = settings.has_autopilot || !tape_file.empty() || !screen.empty() ||
                           !settings.session_file.empty() || settings.entrance.is_given();
        if (plays) return options.fail("--replay shows a match; nothing else can be played in it");
    }
    const auto mode = net_hud_mode(net_hud);
    if (!mode) return options.fail("--net-hud is off, text, graphs or breakdown");
    settings.net_hud = *mode;
    if (!tape_file.empty()) {
        auto tape = InputTape::read_file(tape_file);
        if (!tape) return options.fail("--input-tape " + tape_file + ": " + tape.error());
        settings.tape = std::move(*tape);
    }
    const auto start = start_of(screen, settings);
    if (!start) return options.fail("--screen is menu, lobby, ready, match or reconnect");
    settings.start = *start;
    const bool has_picture = !settings.is_headless || !settings.screenshot.empty();
    if (!has_picture && settings.start != Start::match) {
        return options.fail("--screen " + screen + " needs a window, or --screenshot");
    }
    // A room of one's own to be ready in.
    if (settings.start == Start::ready && !settings.entrance.is_given()) {
        settings.entrance.create = settings.client.name + "'s match";
    }
    return std::nullopt;
}

} // namespace

std::optional<int> read_settings(Settings& settings, int argc, const char* const* argv) {
    using program::value_of;

    engine_net::ClientConfig& client = settings.client;
    client.schema = arena::schema();
    Texts texts;
    program::Options options(
        "demo-client",
        "Plays the Arena. Arrows or WASD steer, space fires, 1 to 4 call out, Enter chats, Esc "
        "pauses, F3 shows the network, F4 makes it worse, F5 shows ghosts (where ships are by the "
        "newest that the server told), F11 fills the screen; a game pad does as well. An input "
        "tape "
        "has lines such as \"30 thrust+left\": for how many ticks which of thrust, left, right and "
        "fire are held, or none; what follows a # is a remark.");
    options.add("connect", program::address_value(client.host, client.port), "the server");
    options.add("server-key",
                value_of(client.server_key, "HEX"),
                "64 digits that demo-server prints: no other server will do");
    options.add("token",
                program::secret_value(client.connect_token),
                "from the game's backend, for a server that asks for it (token make); where it is "
                "may be in it as well, and then --connect need not be given");
    options.add("name", value_of(client.name, "TEXT"), "how others see the player");
    add_entrance(options, settings.entrance);
    options.add("session",
                value_of(settings.session_file, "FILE"),
                "keep there what gives the seat back after a crash; a secret, gone when the player "
                "leaves");
    add_replay(options, settings);
    options.add("autopilot", settings.has_autopilot, "let the computer fly");
    options.add("input-tape",
                value_of(texts.tape_file, "FILE"),
                "steer by what the file says for each tick from the first of play");
    options.add("net-hud",
                value_of(texts.net_hud, "MODE"),
                "what F3 begins with: off, text, graphs or breakdown");
    options.add("ghosts", settings.shows_ghosts, "begin with the ghosts that F5 shows");
    options.add("headless", settings.is_headless, "open no window");
    options.add("screen",
                value_of(texts.screen, "NAME"),
                "begin with the menu, lobby, ready (a room of matches), match, or reconnect (a "
                "match whose link is cut, for pictures of that); unset, it is the match where "
                "another option leads into one, else the menu");
    options.add("frames",
                value_of(settings.frames, {0, 4'294'967'295, ""}),
                "leave after so many frames of that screen; 0 is never");
    options.add("screenshot",
                value_of(settings.screenshot, "FILE"),
                "with --frames: save the last of them as PNG");
    options.add_net_sim(client.net_sim);
    options.add_log_level(settings.log_level);
    if (const auto code = options.parse(argc, argv)) return code;
    go_where_token_says(client);
    return conclude(settings, options, texts);
}
