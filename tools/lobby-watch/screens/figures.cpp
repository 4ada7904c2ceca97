#include "lobby-watch/screens/figures.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace watch::figures {

namespace {

template <class... Values>
Figure printed(const char* format, Values... values) {
    Figure figure;
    std::snprintf(figure.letters.data(), figure.letters.size(), format, values...);
    return figure;
}

using Number = unsigned long long;

} // namespace

Figure count(std::uint64_t number) {
    return printed("%llu", Number{number});
}

Figure of(std::uint64_t part, std::uint64_t whole) {
    return printed("%llu / %llu", Number{part}, Number{whole});
}

Figure ms(std::uint64_t us) {
    return printed("%.2f", static_cast<double>(us) / 1000);
}

Figure ms(engine_net::Duration time) {
    return printed("%.1f", std::chrono::duration<double, std::milli>(time).count());
}

Figure kb(double bytes) {
    return printed("%.1f", bytes / 1000);
}

Figure percent(double share) {
    return printed("%.1f %%", 100 * share);
}

Figure age(engine_net::Duration age) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
    const auto all = static_cast<Number>(std::max<std::int64_t>(seconds, 0));
    const Number minutes = all / 60 % 60;
    const Number hours = all / 3600;
    if (hours >= 24) return printed("%llu d %02llu:%02llu", hours / 24, hours % 24, minutes);
    if (hours > 0) return printed("%llu:%02llu:%02llu", hours, minutes, all % 60);
    return printed("%llu:%02llu", minutes, all % 60);
}

} // namespace watch::figures
