#include "replication/codec/basis.hpp"
#include "replication/codec/prediction.hpp"
#include "replication/rotation.hpp"
#include "replication/rounding.hpp"

#include <cmath>

namespace engine_net {

namespace {

using Double4 = std::array<double, 4>;

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
/// Curves", 1985).
class Arc {
public:
    Arc(const Double4& from, const Double4& through) : from_(from), through_(through) {
        double cosine = dot(through_, from_);
        if (cosine < 0) {
            cosine = -cosine;
            for (double& x : from_) x = -x;
        }
        u_ = std::max(0.0, 1 - cosine);
    }

    [[nodiscard]] Double4 beyond(const Beyond& beyond) const {
        double a = beyond.through.back();
        double b = beyond.from.back();
        for (std::size_t i = Beyond::terms - 1; i-- > 0;) {
            a = a * u_ + beyond.through[i];
            b = b * u_ + beyond.from[i];
        }
        Double4 result{};
        for (std::size_t i = 0; i < 4; ++i) result[i] = a * through_[i] - b * from_[i];
        return result;
    }

private:
    Double4 from_;
    Double4 through_;
    double u_ = 0; ///< 1 less the cosine of the angle
};

/// Without a branch, since it is as good as random.
std::size_t largest_of(const Double4& q) {
    std::size_t largest = 0;
    double most = std::fabs(q[0]);
    for (std::size_t i = 1; i < 4; ++i) {
        const double size = std::fabs(q[i]);
        largest = size > most ? i : largest;
        most = size > most ? size : most;
    }
    return largest;
}

/// To an integer; a turn that was carried on far too long can come to anything.
std::int32_t tamed(double x, double least, double most) {
    x = x < least ? least : x > most ? most : x;
    return static_cast<std::int32_t>(floor_to_integer(x));
}
std::int32_t tamed(double x) {
    constexpr double most = 1 << 30;
    return tamed(x, -most, most);
}

/// The three components told, in 1/256ths, in their range.
std::array<std::int32_t, 3> told(const Double4& q, std::size_t largest, const CodedField& field) {
    const double scale = field.scale * (q[largest] < 0 ? -1 : 1);
    const double most = field.limit * 256.0;
    std::array<std::int32_t, 3> three{};
    for (std::size_t i = 0; i < 3; ++i)
        three[i] = tamed(q[others[largest][i]] * scale + 0.5, -most, most);
    return three;
}

bool is_still(const CodedField& field, const KnownRows& known) {
    const std::int32_t* row = known.rows[0] + field.first_column;
    for (std::size_t j = 1; j < known.count; ++j) {
        if (differ(row, known.rows[j] + field.first_column, 4)) return false;
    }
    return true;
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
             const Turns& turns) {
    const std::size_t first = std::min<std::size_t>(2, known.count - 1);
    Turn turn{Arc(unpacked(known.rows[first] + field.first_column, field.step), now), first};
    for (std::size_t j = first + 1; j < known.count; ++j) {
        const Double4 old = unpacked(known.rows[j] + field.first_column, field.step);
        const Double4 back = turn.arc.beyond(turns.back[j]);
        const bool is_flipped = dot(back, old) < 0;
        double worst = 0;
        for (std::size_t i = 0; i < 4; ++i)
            worst = std::max(worst, std::fabs(back[i] - (is_flipped ? -old[i] : old[i])));
        worst *= 2 * field.limit * half_sqrt2;
        if (j == first + 1) turn.miss = tamed(worst);
        if (worst > turns.slack[j]) break;
        turn.straight = static_cast<int>(j) - 2;
        turn.since = j;
        turn.arc = Arc(old, now);
    }
    return turn;
}

} // namespace

void predict_rotation(const CodedField& field,
                      const KnownRows& known,
                      const Turns& turns,
                      Prediction& p) {
    const std::int32_t* row = known.rows[0] + field.first_column;
    const Double4 now = unpacked(row, field.step);
    if (is_still(field, known)) return keep_still(row, now, p);

    const Turn way = turn_to(now, field, known, turns);
    p.straight = way.straight;
    p.turned = way.arc.beyond(turns.on[way.since]);

    const double turn = std::sqrt(std::max(0.0, 2 - 2 * std::fabs(dot(now, p.turned))));
    const std::uint8_t speed = bit_length(tamed(turn * 2 * field.limit));
    const std::size_t largest = largest_of(p.turned);
    double second = 0;
    for (const std::size_t i : others[largest]) second = std::max(second, std::fabs(p.turned[i]));
    const double ahead = (std::fabs(p.turned[largest]) - second) * 2 * field.limit / 16;
    p.margin = std::min(15, tamed(ahead));
    const auto expected = told(p.turned, largest, field);
    const auto before = told(now, largest, field);
    p.value[0] = static_cast<std::int32_t>(largest);
    p.most_doubt = bit_length(way.miss);
    for (std::size_t i = 0; i < 3; ++i) {
        const std::int32_t x = expected[i];
        const std::int32_t value = (x + 128) >> 8;
        p.value[i + 1] = value;
        p.fraction[i] = x - value * 256;
        p.move[i] = (x - before[i] + 128) >> 8;
        p.speed[i] = speed;
        p.doubt[i] = static_cast<std::uint8_t>(p.most_doubt);
        p.jerk[i] = 0;
        p.bend[i] = 0;
        p.worst_fraction = std::max(p.worst_fraction, std::abs(p.fraction[i]));
        p.distance += std::abs(std::int64_t{p.move[i]});
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
    const auto three = told(p.turned, static_cast<std::size_t>(largest), field);
    for (std::size_t i = 0; i < 3; ++i) {
        expected[i] = (three[i] + 128) >> 8;
        fraction[i] = three[i] - expected[i] * 256;
    }
}

} // namespace engine_net
