#include "process/picture.hpp"

#include <SDL_image.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <span>

Picture Picture::read(const std::string& file) {
    Picture picture;
    SDL_Surface* const loaded = IMG_Load(file.c_str());
    CHECK_MESSAGE(loaded, SDL_GetError());
    if (!loaded) return picture;
    SDL_Surface* const plain = SDL_ConvertSurfaceFormat(loaded, SDL_PIXELFORMAT_RGB24, 0);
    picture.width_ = plain->w;
    picture.height_ = plain->h;
    const auto row_bytes = static_cast<std::size_t>(plain->w) * 3;
    const auto pitch = static_cast<std::size_t>(plain->pitch);
    const auto rows = static_cast<std::size_t>(plain->h);
    const std::span all(static_cast<const std::uint8_t*>(plain->pixels), pitch * rows);
    for (std::size_t y = 0; y < rows; ++y) {
        const auto row = all.subspan(y * pitch, row_bytes);
        picture.values_.insert(picture.values_.end(), row.begin(), row.end());
    }
    SDL_FreeSurface(plain);
    SDL_FreeSurface(loaded);
    return picture;
}

Picture::Pixel Picture::at(int x, int y) const {
    if (x < 0 || y < 0 || x >= width_ || y >= height_) return {};
    const auto first = (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                        static_cast<std::size_t>(x)) *
                       3;
    return {values_[first], values_[first + 1], values_[first + 2]};
}

std::size_t Picture::colours() const {
    std::set<Pixel> all;
    for (int y = 0; y < height_; ++y) {
        for (int x = 0; x < width_; ++x) all.insert(at(x, y));
    }
    return all.size();
}
