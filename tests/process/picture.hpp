#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// What a PNG file shows.
class Picture {
public:
    struct Pixel {
        int r = 0;
        int g = 0;
        int b = 0;

        [[nodiscard]] int light() const { return r + g + b; }
        friend auto operator<=>(const Pixel&, const Pixel&) = default;
    };
    /// Of pixels; its right and lower edges are not in it.
    struct Area {
        int left = 0;
        int top = 0;
        int right = 0;
        int bottom = 0;
    };

    /// One without pixels, after a failed check, if the file is none.
    static Picture read(const std::string& file);

    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] int height() const { return height_; }
    [[nodiscard]] Pixel at(int x, int y) const;
    [[nodiscard]] Area whole() const { return {0, 0, width_, height_}; }
    [[nodiscard]] std::size_t colours() const;
    /// How many pixels are so.
    template <class Test>
    [[nodiscard]] std::size_t count(const Area& area, Test test) const {
        std::size_t found = 0;
        for (int y = area.top; y < area.bottom; ++y) {
            for (int x = area.left; x < area.right; ++x) found += test(at(x, y)) ? 1U : 0U;
        }
        return found;
    }

private:
    int width_ = 0;
    int height_ = 0;
    std::vector<std::uint8_t> values_; ///< three for each pixel, row by row
};
