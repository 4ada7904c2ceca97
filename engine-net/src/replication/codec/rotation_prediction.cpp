#include "replication/codec/prediction.hpp"
#include "replication/rounding.hpp"

#include <cmath>

namespace engine_net {

namespace {

using Double4 = std::array<double, 4>;

constexpr double half_sqrt2 = 0.70710678118654752;
constexpr std::array<std::array<std::size_t, 3>, 4> others{
    {{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}}};

Double4 unpacked(const std::int32_t* row, double step) {
    Double4 q{};
    const auto largest = static_cast<std::size_t>(row[0]) & 3;
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        const double x = row[i + 1] * step;
        q[others[largest][i]] = x;
        sum += x * x;
    }
    q[largest] = std::sqrt(std::max(0.0, 1 - sum));
    return q;
}

double dot(const Double4& a, const Double4& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
}

/// The great circle through two rotations (K. Shoemake, "Animating Rotation with Quaternion
/// Curves", 1985). The sines are series in the squared angle, so that only + - * / are used: the
/// same bits on every machine.
class Arc {
public:
    Arc(const Double4& from, const Double4& through) : from_(from), through_(through) {
        double cosine = dot(through_, from_);
        if (cosine < 0) {
            cosine = -cosine;
            for (double& x : from_) x = -x;
        }
        const double u = std::max(0.0, 1 - cosine);
        squared_ = 2 * u * (1 + u * (1 / 6.0 + u * (2 / 45.0 + u * (1 / 70.0 + u * 8 / 1575.0))));
        scale_ = 1 / sine(1);
    }

    /// As far beyond `through` as `factor` times the way between them.
    [[nodiscard]] Double4 beyond(double factor) const {
        const double a = sine(1 + factor) * scale_;
        const double b = sine(factor) * scale_;
        Double4 result{};
        for (std::size_t i = 0; i < 4; ++i) result[i] = a * through_[i] - b * from_[i];
        return result;
    }

private:
    [[nodiscard]] double sine(double k) const {
        const double y = k * k * squared_;
        return k * (1 - y * (1 / 6.0 - y * (1 / 120.0 - y * (1 / 5040.0 - y / 362880))));
    }

    Double4 from_;
    Double4 through_;
    double squared_ = 0;
    double scale_ = 0;
};

std::size_t largest_of(const Double4& q) {
    std::size_t largest = 0;
    for (std::size_t i = 1; i < 4; ++i) {
        if (std::fabs(q[i]) > std::fabs(q[largest])) largest = i;
    }
    return largest;
}

/// To an integer; a turn that was carried on far too long can come to anything.
std::int64_t tamed(double x) {
    constexpr double most = 1 << 30;
    return floor_to_integer(std::clamp(x, -most, most));
}

/// The three components told, in 1/256ths, in their range.
std::array<std::int64_t, 3> told(const Double4& q, std::size_t largest, std::int32_t limit) {
    const double scale = (q[largest] < 0 ? -limit : limit) / half_sqrt2 * 256;
    const std::int64_t most = std::int64_t{limit} << 8;
    std::array<std::int64_t, 3> three{};
    for (std::size_t i = 0; i < 3; ++i) {
        three[i] = std::clamp(tamed(q[others[largest][i]] * scale + 0.5), -most, most);
    }
    return three;
}

void keep_still(const std::int32_t* row, const Double4& q, Prediction& p) {
    p = Prediction{};
    std::copy_n(row, 4, p.value.begin());
    p.turned = q;
}

/// The way that the references lead.
struct Turn {
    Arc arc;
    std::size_t since; ///< the reference that it begins with
    int straight = 0;  ///< how long it, run backwards, meets the older ones too
    int miss = 0;      ///< ... and what it misses the first of these by
};

Turn turn_to(const Double4& now,
             const CodedField& field,
             const KnownRows& known,
             const References& references) {
    const double step = half_sqrt2 / field.limit;
    const std::size_t first = std::min<std::size_t>(2, known.count - 1);
    Turn turn{Arc(unpacked(known.rows[first] + field.first_column, step), now), first};
    for (std::size_t j = first + 1; j < known.count; ++j) {
        const Double4 old = unpacked(known.rows[j] + field.first_column, step);
        const double ratio = static_cast<double>(references.ages[j]) / references.ages[turn.since];
        const Double4 back = turn.arc.beyond(-ratio);
        const bool is_flipped = dot(back, old) < 0;
        double worst = 0;
        for (std::size_t i = 0; i < 4; ++i)
            worst = std::max(worst, std::fabs(back[i] - (is_flipped ? -old[i] : old[i])));
        worst *= 2 * field.limit * half_sqrt2;
        if (j == first + 1) turn.miss = static_cast<int>(tamed(worst));
        if (worst > 0.75 * ratio + 0.75) break;
        turn.straight = static_cast<int>(j) - 2;
        turn.since = j;
        turn.arc = Arc(old, now);
    }
    return turn;
}

} // namespace

void predict_rotation(const CodedField& field,
                      const KnownRows& known,
                      const References& references,
                      Prediction& p) {
    const std::int32_t* row = known.rows[0] + field.first_column;
    const double step = half_sqrt2 / field.limit;
    const Double4 now = unpacked(row, step);
    bool is_still = true;
    for (std::size_t j = 1; j < known.count && is_still; ++j) {
        is_still = std::equal(row, row + 4, known.rows[j] + field.first_column);
    }
    if (is_still) return keep_still(row, now, p);

    const Turn way = turn_to(now, field, known, references);
    p.straight = way.straight;
    p.turned = way.arc.beyond(static_cast<double>(references.lag) / references.ages[way.since]);

    const double turn = std::sqrt(std::max(0.0, 2 - 2 * std::fabs(dot(now, p.turned))));
    const std::uint8_t speed = bit_length(tamed(turn * 2 * field.limit));
    const std::size_t largest = largest_of(p.turned);
    double second = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        if (i != largest) second = std::max(second, std::fabs(p.turned[i]));
    }
    const double ahead = (std::fabs(p.turned[largest]) - second) * 2 * field.limit / 16;
    p.margin = static_cast<int>(std::min<std::int64_t>(15, tamed(ahead)));
    const auto expected = told(p.turned, largest, field.limit);
    const auto before = told(now, largest, field.limit);
    p.value[0] = static_cast<std::int32_t>(largest);
    p.worst_fraction = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        const std::int64_t x = expected[i];
        const auto value = static_cast<std::int32_t>((x + 128) >> 8);
        p.value[i + 1] = value;
        p.fraction[i] = static_cast<std::int32_t>(x - (std::int64_t{value} << 8));
        p.move[i] = static_cast<std::int32_t>((x - before[i] + 128) >> 8);
        p.speed[i] = speed;
        p.doubt[i] = bit_length(way.miss);
        p.jerk[i] = 0;
        p.bend[i] = 0;
        p.worst_fraction = std::max(p.worst_fraction, std::abs(p.fraction[i]));
    }
}

std::array<std::int32_t, 3> others_by_size(const Prediction& p) {
    std::array<std::int32_t, 3> order{};
    std::size_t n = 0;
    for (std::int32_t i = 0; i < 4; ++i) {
        if (i != p.value[0]) order[n++] = i;
    }
    std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
        return std::fabs(p.turned[static_cast<std::size_t>(a)]) >
               std::fabs(p.turned[static_cast<std::size_t>(b)]);
    });
    return order;
}

void expect_rotation(const CodedField& field,
                     const Prediction& p,
                     std::int32_t largest,
                     std::array<std::int32_t, 4>& expected,
                     std::array<std::int32_t, 4>& fraction) {
    const auto three = told(p.turned, static_cast<std::size_t>(largest), field.limit);
    for (std::size_t i = 0; i < 3; ++i) {
        const auto value = static_cast<std::int32_t>((three[i] + 128) >> 8);
        expected[i] = value;
        fraction[i] = static_cast<std::int32_t>(three[i] - (std::int64_t{value} << 8));
    }
}

} // namespace engine_net
