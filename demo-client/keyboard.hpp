#pragma once

#include "arena_generated.h"

#include <SDL.h>

#include <cstdint>
#include <optional>

/// What the player does with the keys: arrows or WASD, space, 1 to 4, Esc.
class Keyboard {
public:
    /// For each event of SDL.
    void note(const SDL_Event& event);
    /// The buttons held now, and those tapped since the last `forget_taps`.
    [[nodiscard]] arena::Input input() const;
    /// Once the server has had its tick: a tap shorter than one counts for one.
    void forget_taps() { tapped_ = 0; }
    /// What the player wants to say, once.
    std::optional<arena::Emote> take_emote();
    [[nodiscard]] bool wants_to_quit() const { return wants_to_quit_; }

private:
    std::uint8_t tapped_ = 0;
    std::optional<arena::Emote> emote_;
    bool wants_to_quit_ = false;
};
