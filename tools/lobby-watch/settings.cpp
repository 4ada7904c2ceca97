#include "settings.hpp"

#include "program/address_option.hpp"
#include "program/key_file.hpp"
#include "program/options.hpp"
#include "program/toml.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

namespace {

constexpr std::array<std::string_view, 5> tab_names{"lobbies", "room", "time", "entities", "bytes"};

/// Several stand with commas between, or the option is given for each of them.
program::OptionValue servers_value(std::vector<ServerAddress>& servers) {
    const auto read = [&servers](std::string_view text) -> std::optional<std::string> {
        std::istringstream list{std::string(text)};
        for (std::string one; std::getline(list, one, ',');) {
            ServerAddress address;
            auto why = program::address_value(address.host, address.port).read(one);
            if (why) return why;
            servers.push_back(address);
        }
        return std::nullopt;
    };
    const auto write = [&servers] {
        std::string list;
        for (const ServerAddress& address : servers)
            list.append(list.empty() ? "" : ",").append(address.text());
        return list.empty() ? list : program::toml_quoted(list);
    };
    return {read, write, "HOST:PORT", ""};
}

} // namespace

std::string ServerAddress::text() const {
    return program::address_text(host, port);
}

std::optional<int> read_settings(Settings& settings, int argc, const char* const* argv) {
    using program::value_of;

    std::string tab(tab_names.front());
    program::Options options("lobby-watch",
                             "Shows every room, player, byte and tick of running servers, and acts "
                             "on them. With a FILE it shows that recording (demo-server --record) "
                             "instead. F1 lists the keys.");
    options.add_words(settings.recordings, {"[FILE...]"});
    options.add("connect",
                servers_value(settings.servers),
                "a server; given again, one more; without any, it is 127.0.0.1:7777");
    options.add("admin-key",
                value_of(settings.key, "HEX"),
                "64 hexadecimal digits that let one look, or act as well");
    options.add("admin-key-file",
                value_of(settings.key_file, "FILE"),
                "where they are; unset, it is engine-net/admin.key in $XDG_STATE_HOME or "
                "~/.local/state, which demo-server writes");
    options.add("scale",
                value_of(settings.scale, {0, 8, ""}),
                "the size of letters; 0 is what the display asks for");
    options.add("tab", value_of(tab, "NAME"), "begin with lobbies, room, time, entities or bytes");
    options.add("room",
                value_of(settings.room, {0, 4'294'967'295, ""}),
                "look at the room with this id first");
    options.add(
        "from", value_of(settings.from_s, {0, 1e9, "s"}), "with FILE: begin there, and play");
    options.add("headless", settings.is_headless, "open no window; with --screenshot");
    options.add("frames",
                value_of(settings.frames, {0, 4'294'967'295, ""}),
                "end after so many frames, 60 of which take a second; 0 is never");
    options.add("screenshot",
                value_of(settings.screenshot, "FILE"),
                "with --frames: save the last of them as PNG");
    options.add_log_level(settings.log_level);
    if (const auto code = options.parse(argc, argv)) return code;

    const auto* const name = std::ranges::find(tab_names, tab);
    if (name == tab_names.end())
        return options.fail("--tab is lobbies, room, time, entities or bytes");
    settings.tab = static_cast<watch::Tab>(name - tab_names.begin());
    const bool has_last_frame = settings.frames > 0;
    if (settings.is_headless && (!has_last_frame || settings.screenshot.empty()))
        return options.fail("--headless needs --frames and --screenshot");
    if (!settings.screenshot.empty() && !has_last_frame)
        return options.fail("--screenshot needs --frames");
    if (!settings.key.empty() && !settings.key_file.empty())
        return options.fail("either --admin-key or --admin-key-file");
    if (settings.key.empty() && settings.key_file.empty())
        settings.key_file = program::key_path("admin.key");
    const bool has_recordings = !settings.recordings.empty();
    if (has_recordings && !settings.servers.empty())
        return options.fail("either recordings or --connect");
    if (!has_recordings && settings.servers.empty()) settings.servers.emplace_back();
    return std::nullopt;
}
