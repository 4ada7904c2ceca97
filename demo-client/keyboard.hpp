#pragma once

#include "arena_generated.h"

#include <SDL.h>

#include <cstdint>
#include <optional>

/// What the player does with the keys: arrows or WASD, space, 1 to 4.
class Keyboard {
public:
    /// For each event of SDL that is not for a window.
    void note(const SDL_Event& event);
    /// The buttons held now, and those tapped since the last `forget_taps`.
    [[nodiscard]] arena::Input input() const;
    /// Once a tick has had them: a tap shorter than one counts for one.
    void forget_taps() { tapped_ = 0; }
    /// What the player wants to say, once.
    std::optional<arena::Emote> take_emote();

private:
    std::uint8_t tapped_ = 0;
    std::optional<arena::Emote> emote_;
};
