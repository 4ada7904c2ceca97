#include "rules/heading.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace arena {

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr int quarter_turn = full_turn / 4;

std::array<Vector, full_turn> make_directions() {
    double step_cos = 0;
    double step_sin = 1;
    for (int turn = quarter_turn; turn > 1; turn /= 2) {
        const double half_cos = std::sqrt((1 + step_cos) / 2);
        step_sin = step_sin / (2 * half_cos);
        step_cos = half_cos;
    }

    std::array<Vector, full_turn> directions;
    double x = 1;
    double y = 0;
    for (std::size_t i = 0; i < quarter_turn; ++i) {
        const Vector here{static_cast<float>(x), static_cast<float>(y)};
        directions[i] = here;
        directions[i + quarter_turn] = {-here.y, here.x};
        directions[i + std::size_t{2} * quarter_turn] = {-here.x, -here.y};
        directions[i + std::size_t{3} * quarter_turn] = {here.y, -here.x};
        const double next_x = x * step_cos - y * step_sin;
        y = x * step_sin + y * step_cos;
        x = next_x;
    }
    return directions;
}

} // namespace

Vector direction(int heading) {
    static const auto directions = make_directions();
    return directions[static_cast<std::size_t>(wrapped_heading(heading))];
}

float radians(int heading) {
    return static_cast<float>(wrapped_heading(heading) * (2 * pi / full_turn));
}

int heading_of_radians(float radians) {
    return wrapped_heading(static_cast<int>(std::floor(radians * (full_turn / (2 * pi)) + 0.5)));
}

} // namespace arena
