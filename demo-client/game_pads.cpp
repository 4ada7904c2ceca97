#include "game_pads.hpp"

#include <algorithm>
#include <cstdint>

using arena::Button;

namespace {

constexpr int stick_threshold = 11'000;  // of 32,767: a stick at rest is not quite at 0
constexpr int trigger_threshold = 8'000; // of 32,767

bool is_held(SDL_GameController* pad, SDL_GameControllerButton button) {
    return SDL_GameControllerGetButton(pad, button) != 0;
}

std::uint8_t buttons_of(SDL_GameController* pad) {
    std::uint8_t buttons = 0;
    const auto set = [&buttons](bool held, Button button) {
        if (held) buttons |= static_cast<std::uint8_t>(button);
    };
    const int across = SDL_GameControllerGetAxis(pad, SDL_CONTROLLER_AXIS_LEFTX);
    const int trigger = SDL_GameControllerGetAxis(pad, SDL_CONTROLLER_AXIS_TRIGGERRIGHT);
    set(across < -stick_threshold || is_held(pad, SDL_CONTROLLER_BUTTON_DPAD_LEFT), Button::left);
    set(across > stick_threshold || is_held(pad, SDL_CONTROLLER_BUTTON_DPAD_RIGHT), Button::right);
    set(trigger > trigger_threshold || is_held(pad, SDL_CONTROLLER_BUTTON_DPAD_UP), Button::thrust);
    set(is_held(pad, SDL_CONTROLLER_BUTTON_A) || is_held(pad, SDL_CONTROLLER_BUTTON_RIGHTSHOULDER),
        Button::fire);
    return buttons;
}

} // namespace

GamePads::~GamePads() {
    for (SDL_GameController* pad : pads_) SDL_GameControllerClose(pad);
}

void GamePads::note(const SDL_Event& event) {
    if (event.type == SDL_CONTROLLERDEVICEADDED) {
        if (SDL_GameController* pad = SDL_GameControllerOpen(event.cdevice.which)) {
            pads_.push_back(pad);
        }
    }
    if (event.type == SDL_CONTROLLERDEVICEREMOVED) {
        SDL_GameController* const gone = SDL_GameControllerFromInstanceID(event.cdevice.which);
        if (std::erase(pads_, gone) > 0) SDL_GameControllerClose(gone);
    }
}

arena::Input GamePads::input() const {
    std::uint8_t buttons = 0;
    for (SDL_GameController* pad : pads_) buttons |= buttons_of(pad);
    return {buttons};
}
