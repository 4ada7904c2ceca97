#include "replication/codec/references.hpp"

#include "replication/rounding.hpp"

namespace engine_net {

namespace {

std::int32_t fixed(double x) {
    return static_cast<std::int32_t>(floor_to_integer(x * 65536 + 0.5));
}

/// sin(k a) / sin(a), by powers of 1 - cos(a).
Beyond::Series series_of(double k) {
    Beyond::Series series{};
    double factor = k;
    double n = 1;
    for (double& one : series) {
        one = factor;
        factor *= (n * n - k * k) / (n * (2 * n + 1));
        ++n;
    }
    return series;
}

} // namespace

References References::only(std::uint32_t mask) const {
    References kept;
    int youngest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if ((mask >> i & 1) == 0) continue;
        if (kept.count == 0) youngest = ages[i];
        kept.frames[kept.count] = frames[i];
        kept.ages[kept.count++] = ages[i] - youngest;
    }
    kept.lag = lag + youngest;
    return kept;
}

Lines::Lines(const References& references) {
    const auto& ages = references.ages;
    const double lag = references.lag;
    for (std::size_t last_of = 2; last_of < references.count; ++last_of) {
        const double n = static_cast<double>(last_of) + 1;
        double sum_x = 0;
        double sum_xx = 0;
        for (std::size_t i = 0; i <= last_of; ++i) {
            sum_x -= ages[i];
            sum_xx += static_cast<double>(ages[i]) * ages[i];
        }
        const double determinant = n * sum_xx - sum_x * sum_x;
        for (std::size_t i = last_of; i > 0; --i) {
            const double x = -ages[i];
            straight[last_of - 1][i] =
                fixed((sum_xx - sum_x * x + (n * x - sum_x) * lag) / determinant);
        }
    }
    if (references.count > 1) last[1] = fixed(-lag / ages[1]);
    if (references.count > 2)
        straight[0][2] = -static_cast<std::int32_t>(floor_to_integer(lag / ages[2] * 256) * 256);
    if (references.count > 3) {
        const double a = ages[2];
        const double b = ages[3];
        const double bow = lag * (lag + a) / b;
        curved[3] = fixed(bow / (b - a));
        curved[2] = fixed(-lag / a - bow / a - bow / (b - a));
    }
}

Beyond::Beyond(double factor) : through(series_of(1 + factor)), from(series_of(factor)) {}

Turns::Turns(const References& references) {
    for (std::size_t i = 1; i < references.count; ++i) {
        on[i] = Beyond(static_cast<double>(references.lag) / references.ages[i]);
        if (i == 1) continue;
        const double ratio = static_cast<double>(references.ages[i]) / references.ages[i - 1];
        back[i] = Beyond(-ratio);
        slack[i] = 0.75 * ratio + 0.75;
    }
}

} // namespace engine_net
