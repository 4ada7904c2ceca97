#pragma once

#include <engine_net/client.hpp>

#include "game_generated.h"

#include <SDL.h>

#include <memory>

/// The window, with everyone on the field in it.
class Screen {
public:
    Screen()
        : window_(SDL_CreateWindow(
                      "sdl-loop", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED, size, size, 0),
                  SDL_DestroyWindow)
        , renderer_(window_ ? SDL_CreateRenderer(window_.get(), -1, 0) : nullptr,
                    SDL_DestroyRenderer) {}

    [[nodiscard]] bool is_open() const { return renderer_ != nullptr; }

    void draw(const engine_net::Client& client, engine_net::Time now) {
        SDL_Renderer* const renderer = renderer_.get();
        SDL_SetRenderDrawColor(renderer, 20, 24, 32, 255);
        SDL_RenderClear(renderer);
        client.each<game::Walker>(now, [&](engine_net::EntityId id, const game::Walker& walker) {
            const bool is_own = id.value == client.presence().value;
            SDL_SetRenderDrawColor(renderer, 240, is_own ? 240 : 120, 80, 255);
            const SDL_Rect body{pixel(walker.x()), pixel(walker.y()), 8, 8};
            SDL_RenderFillRect(renderer, &body);
        });
        SDL_RenderPresent(renderer);
    }

private:
    static constexpr int size = 600;
    /// From metres, -50 to 50.
    static int pixel(float place) { return static_cast<int>((place + 50) * (size - 8) / 100); }

    std::unique_ptr<SDL_Window, decltype(&SDL_DestroyWindow)> window_;
    std::unique_ptr<SDL_Renderer, decltype(&SDL_DestroyRenderer)> renderer_;
};
