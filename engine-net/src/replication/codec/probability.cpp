#include "replication/codec/probability.hpp"

namespace engine_net {

namespace {

/// e^(1/256), to the last bit of a double.
constexpr double growth = 1.003913889338347573443609603903460281899;
constexpr double least_sigmoid = 24;

/// By repeated multiplication, since exp and log differ between maths libraries.
constexpr double power_of_e(int logit) {
    double power = 1;
    for (int i = 0; i < (logit < 0 ? -logit : logit); ++i) power *= growth;
    return logit < 0 ? 1 / power : power;
}

constexpr double sigmoid(int logit) {
    return 65536 / (1 + power_of_e(-logit));
}

MixingTables make_tables() {
    MixingTables tables;
    for (int i = 0; i < 4096; ++i) {
        const double p = std::clamp(sigmoid(i - 2048), least_sigmoid, 65536 - least_sigmoid);
        tables.sigmoid[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(p);
    }
    // The logit whose sigmoid is the first not below p: both go up, so one walk finds all.
    int logit = -2047;
    for (int i = 0; i < 4096; ++i) {
        const double p = (i + 0.5) * 16;
        while (logit < 2047 && sigmoid(logit) < p) ++logit;
        tables.logit[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(logit);
    }
    for (int i = 0; i <= max_asked; ++i)
        tables.rate[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(65536 / (i + 1.6));
    const auto one_of = [&](std::size_t steps, std::size_t middle) {
        const int known = (static_cast<int>(steps) - static_cast<int>(middle)) * knowledge_step;
        return tables.sigmoid[static_cast<std::size_t>(std::clamp(known, -2047, 2047) + 2048)];
    };
    for (std::size_t i = 0; i < tables.known.size(); ++i)
        tables.known[i] = static_cast<std::uint16_t>(bounded(one_of(i, most_knowledge)));
    for (std::size_t i = 0; i < tables.known_mix.size(); ++i)
        tables.known_mix[i] = one_of(i, 3 * most_knowledge);
    return tables;
}

} // namespace

const MixingTables mixing_tables = make_tables();

} // namespace engine_net
