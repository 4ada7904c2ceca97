#pragma once

#include "canvas.hpp"
#include "hud.hpp"
#include "model/net_history.hpp"
#include "scene.hpp"
#include "screens/link_window.hpp"
#include "screens/lobby_browser.hpp"
#include "screens/main_menu.hpp"
#include "screens/match_chat.hpp"
#include "screens/net_hud.hpp"
#include "screens/pages.hpp"
#include "screens/ready_room.hpp"
#include "title_scene.hpp"

#include <engine_net/clock.hpp>

#include <SDL.h>

#include <cstdint>

/// All that is drawn and clicked: which screen is shown, and what lies over it.
class Screens {
public:
    /// What the player wants of the program.
    enum class Wish : std::uint8_t { none, play, browse, to_menu, quit };

    Screens(MenuForm form, NetHudMode mode, bool shows_ghosts)
        : menu_(std::move(form)), net_hud_(mode), shows_ghosts_(shows_ghosts) {}

    /// For each event of SDL. `game` may be null, in the menu.
    void note(const SDL_Event& event, const Game* game);
    /// Once a frame, also when it is not drawn.
    void update(Game* game, engine_net::Time now, float seconds);
    /// The whole of a frame, `now` being its time.
    Wish draw(Canvas& canvas, const Scene& scene, Game* game, engine_net::Time now);
    /// For another session, or none.
    void begin_session();
    /// Whom a spectator follows now: left and right switch.
    [[nodiscard]] std::uint32_t followed(const Game& game);

    /// The keys are the ship's: no menu is open, and nobody types.
    [[nodiscard]] bool leaves_keys() const { return !is_paused_ && !match_chat_.is_open(); }
    /// The player wants to see where the server's ships are, beside those that are shown.
    [[nodiscard]] bool shows_ghosts() const { return shows_ghosts_; }
    [[nodiscard]] MainMenu& menu() { return menu_; }

private:
    void note_key(SDL_Keycode key, const Game* game);
    void note_pad(Uint8 button);
    Wish draw_menu();
    Wish draw_stage(Canvas& canvas, const Scene& scene, Game& game, engine_net::Time now);
    Wish draw_pause(Game& game);

    MainMenu menu_;
    LobbyBrowser lobby_;
    ReadyRoom ready_room_;
    MatchChat match_chat_;
    NetHud net_hud_;
    NetHistory history_;
    LinkWindow link_window_;
    TitleScene title_scene_;
    std::uint32_t followed_ = 0; ///< by a spectator
    int follow_steps_ = 0;       ///< to the right, that are due
    float time_s_ = 0;
    bool shows_ghosts_ = false;
    bool is_paused_ = false;
};
