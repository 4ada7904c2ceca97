#pragma once

#include "lobby-watch/model/watched_server.hpp"
#include "lobby-watch/screens/bytes_tab.hpp"
#include "lobby-watch/screens/dialogues.hpp"
#include "lobby-watch/screens/entities_tab.hpp"
#include "lobby-watch/screens/lobbies_tab.hpp"
#include "lobby-watch/screens/recorded_room_tab.hpp"
#include "lobby-watch/screens/room_tab.hpp"
#include "lobby-watch/screens/shortcut.hpp"
#include "lobby-watch/screens/time_tab.hpp"
#include "lobby-watch/screens/timeline.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace watch {

enum class Tab : std::uint8_t { lobbies, room, time, entities, bytes };

/// All that is drawn, over the whole picture.
class WatchScreens {
public:
    using Servers = std::vector<std::unique_ptr<WatchedServer>>;

    /// At least one server. `key_file` is where their key is looked for; "" if it was given.
    WatchScreens(Servers servers, std::string key_file);

    void press(Shortcut shortcut);
    void show(Tab tab) { wanted_tab_ = tab; }
    void update(engine_net::Time now);
    /// Between ImGui's NewFrame and Render.
    void draw();
    [[nodiscard]] Servers& servers() { return servers_; }
    [[nodiscard]] WatchedServer& server() { return *servers_[chosen_]; }

private:
    void draw_server_choice();
    void draw_totals();
    void draw_worsened_links();
    void draw_tabs();
    void draw_recording_tabs(engine_net::Replay& replay);
    void draw_foot();
    [[nodiscard]] bool begin_tab(Tab tab, const char* name);
    void open_save();

    Servers servers_;
    std::string key_file_;
    std::size_t chosen_ = 0;
    Tab tab_ = Tab::lobbies;
    std::optional<Tab> wanted_tab_;
    LobbiesTab lobbies_;
    RoomTab room_;
    TimeTab time_;
    EntitiesTab entities_;
    BytesTab bytes_;
    RecordedRoomTab recorded_room_;
    Timeline timeline_;
    SaveDialogue save_;
    bool has_help_ = false;
};

} // namespace watch
