#include "keyboard.hpp"

#include <array>
#include <utility>

using arena::Button;
using arena::Emote;

namespace {

struct Key {
    SDL_Scancode code;
    Button button;
};

constexpr std::array keys{
    Key{SDL_SCANCODE_UP, Button::thrust},
    Key{SDL_SCANCODE_W, Button::thrust},
    Key{SDL_SCANCODE_LEFT, Button::left},
    Key{SDL_SCANCODE_A, Button::left},
    Key{SDL_SCANCODE_RIGHT, Button::right},
    Key{SDL_SCANCODE_D, Button::right},
    Key{SDL_SCANCODE_SPACE, Button::fire},
};

} // namespace

void Keyboard::note(const SDL_Event& event) {
    if (event.type != SDL_KEYDOWN || event.key.repeat != 0) return;

    const SDL_Scancode code = event.key.keysym.scancode;
    if (code >= SDL_SCANCODE_1 && code <= SDL_SCANCODE_4) {
        emote_ = static_cast<Emote>(code - SDL_SCANCODE_1);
    }
    for (const Key& key : keys) {
        if (key.code == code) tapped_ |= static_cast<std::uint8_t>(key.button);
    }
}

arena::Input Keyboard::input() const {
    const Uint8* held = SDL_GetKeyboardState(nullptr);
    std::uint8_t buttons = tapped_;
    for (const Key& key : keys) {
        if (held[key.code] != 0) buttons |= static_cast<std::uint8_t>(key.button);
    }
    return {buttons};
}

std::optional<Emote> Keyboard::take_emote() {
    return std::exchange(emote_, std::nullopt);
}
