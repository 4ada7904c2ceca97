#pragma once

#include "arena_generated.h"

#include <SDL.h>

#include <vector>

/// The game pads that are plugged in, which may come and go. Stick or cross turn, the right trigger
/// or the upper cross thrusts, A and the right shoulder fire.
class GamePads {
public:
    GamePads() = default;
    ~GamePads();
    GamePads(const GamePads&) = delete;
    GamePads& operator=(const GamePads&) = delete;

    /// For each event of SDL.
    void note(const SDL_Event& event);
    /// The buttons held now, on any of them.
    [[nodiscard]] arena::Input input() const;

private:
    std::vector<SDL_GameController*> pads_;
};
