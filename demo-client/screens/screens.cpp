#include "screens/screens.hpp"

#include "gui.hpp"
#include "model/spectating.hpp"

#include <imgui.h>

#include <utility>
#include <vector>

using engine_net::Time;

namespace {

Screens::Wish wish_of(pages::Choice choice) {
    switch (choice) {
    case pages::Choice::to_menu: return Screens::Wish::to_menu;
    case pages::Choice::quit: return Screens::Wish::quit;
    case pages::Choice::none:
    case pages::Choice::resume:
    case pages::Choice::leave_room: break;
    }
    return Screens::Wish::none;
}

/// How far a spectator goes on among the players: -1, 0 or 1.
int step_of(const SDL_Event& event) {
    if (event.type == SDL_KEYDOWN) {
        const SDL_Keycode key = event.key.keysym.sym;
        return (key == SDLK_RIGHT ? 1 : 0) - (key == SDLK_LEFT ? 1 : 0);
    }
    if (event.type == SDL_CONTROLLERBUTTONDOWN) {
        const Uint8 button = event.cbutton.button;
        return (button == SDL_CONTROLLER_BUTTON_DPAD_RIGHT ? 1 : 0) -
               (button == SDL_CONTROLLER_BUTTON_DPAD_LEFT ? 1 : 0);
    }
    return 0;
}

} // namespace

void Screens::begin_session() {
    history_.clear();
    match_chat_.close();
    followed_ = 0;
    is_paused_ = false;
}

void Screens::note(const SDL_Event& event, const Game* game) {
    const bool is_new_key = event.type == SDL_KEYDOWN && event.key.repeat == 0;
    if (is_new_key) note_key(event.key.keysym.sym, game);
    if (event.type == SDL_CONTROLLERBUTTONDOWN && game) note_pad(event.cbutton.button);
    if (leaves_keys() && !Gui::is_typing()) follow_steps_ += step_of(event);
}

void Screens::note_key(SDL_Keycode key, const Game* game) {
    if (key == SDLK_F3) net_hud_.cycle();
    if (key == SDLK_F4) link_window_.toggle();
    if (key == SDLK_F5) shows_ghosts_ = !shows_ghosts_;
    if (!game) return;
    const bool is_in_match = game->stage() == Stage::match;
    const bool is_answering =
        ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup) || (Gui::is_typing() && !is_in_match);
    if (key == SDLK_ESCAPE && !is_answering) {
        match_chat_.is_open() ? match_chat_.close() : static_cast<void>(is_paused_ = !is_paused_);
    }
    const bool is_enter = key == SDLK_RETURN || key == SDLK_KP_ENTER;
    if (is_enter && is_in_match && leaves_keys() && !Gui::is_typing()) match_chat_.open();
}

void Screens::note_pad(Uint8 button) {
    if (button == SDL_CONTROLLER_BUTTON_START) is_paused_ = !is_paused_;
    if (button == SDL_CONTROLLER_BUTTON_BACK) net_hud_.cycle();
}

std::uint32_t Screens::followed(const Game& game) {
    std::vector<std::uint32_t> players;
    players.reserve(game.roster().lines().size());
    for (const Roster::Line& line : game.roster().lines()) players.push_back(line.player);
    followed_ = next_followed(players, followed_, std::exchange(follow_steps_, 0));
    return followed_;
}

void Screens::update(Game* game, Time now, float seconds) {
    time_s_ += seconds;
    if (!game) return;
    if (net_hud_.is_on()) game->ask_server_timing(now);
    if (net_hud_.is_on()) game->measure_traffic(now);
    if (const auto& server = game->server_timing().newest()) history_.note(*server);
    history_.sample(now, game->client().stats(), game->client().server_tick(now));
}

Screens::Wish Screens::draw(Canvas& canvas, const Scene& scene, Game* game, Time now) {
    const bool is_in_match = game && game->stage() == Stage::match;
    if (!is_in_match) title_scene_.draw(canvas, time_s_, game == nullptr);
    if (!game) return draw_menu();

    const bool is_open = game->stage() != Stage::closed;
    const bool is_lost = game->is_suspended() && is_open;
    ImGui::BeginDisabled(is_lost && !is_in_match);
    Wish wish = draw_stage(canvas, scene, *game, now);
    ImGui::EndDisabled();
    if (is_lost) pages::draw_reconnecting(canvas, *game, time_s_);
    if (is_in_match) net_hud_.draw(*game, history_, now);
    if (is_in_match && leaves_keys() && !link_window_.is_open()) {
        ImGui::SetMouseCursor(ImGuiMouseCursor_None);
    }
    if (is_open) link_window_.draw(*game);
    if (is_paused_ && is_open) {
        const Wish chosen = draw_pause(*game);
        if (chosen != Wish::none) wish = chosen;
    }
    return wish;
}

Screens::Wish Screens::draw_menu() {
    switch (menu_.draw()) {
    case MainMenu::Choice::play: return Wish::play;
    case MainMenu::Choice::lobby: return Wish::browse;
    case MainMenu::Choice::quit: return Wish::quit;
    case MainMenu::Choice::none: break;
    }
    return Wish::none;
}

Screens::Wish Screens::draw_stage(Canvas& canvas, const Scene& scene, Game& game, Time now) {
    switch (game.stage()) {
    case Stage::connecting:
    case Stage::joining: return wish_of(pages::draw_waiting(game));
    case Stage::lobby: return lobby_.draw(game) ? Wish::to_menu : Wish::none;
    case Stage::ready: ready_room_.draw(game, game.client().server_tick(now)); break;
    case Stage::match:
        scene.draw(canvas, game.roster());
        Hud::draw(canvas, scene, game);
        match_chat_.draw(game, net_hud_.height());
        break;
    case Stage::closed: return wish_of(pages::draw_closed(game));
    }
    return Wish::none;
}

Screens::Wish Screens::draw_pause(Game& game) {
    const pages::Choice choice = pages::draw_pause(game);
    if (choice != pages::Choice::none) is_paused_ = false;
    if (choice == pages::Choice::leave_room) game.leave_room();
    return wish_of(choice);
}
