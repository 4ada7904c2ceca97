#include "model/traffic_rates.hpp"

#include <chrono>
#include <utility>

using engine_net::TypeTraffic;

namespace {

constexpr double bits_per_byte = 8;

/// Without the namespace.
std::string short_name(const std::string& name) {
    return name.substr(name.rfind('.') + 1);
}

} // namespace

void TrafficRates::note(const std::vector<TypeTraffic>& traffic, engine_net::Time now) {
    using namespace std::chrono_literals;
    if (traffic.empty()) {
        groups_.clear();
        noted_.reset();
        return;
    }
    if (noted_ && now - *noted_ < 1s) return;
    const bool is_another =
        noted_ && (before_.size() != traffic.size() || traffic.front().rest < before_.front().rest);
    if (noted_ && !is_another)
        compare(traffic, std::chrono::duration<double>(now - *noted_).count());
    before_ = traffic;
    noted_ = now;
}

void TrafficRates::compare(const std::vector<TypeTraffic>& traffic, double seconds) {
    groups_.clear();
    groups_.reserve(traffic.size());
    for (std::size_t t = 0; t < traffic.size(); ++t) {
        const auto rate = [&](double bits, double bits_before) {
            return (bits - bits_before) / bits_per_byte / seconds;
        };
        Group group{{short_name(traffic[t].name)}, {}};
        group.parts.reserve(traffic[t].fields.size() + 1);
        for (std::size_t f = 0; f < traffic[t].fields.size(); ++f) {
            const TypeTraffic::Field& field = traffic[t].fields[f];
            group.parts.push_back({field.name, rate(field.bits, before_[t].fields[f].bits)});
        }
        group.parts.push_back({"which changed", rate(traffic[t].rest, before_[t].rest)});
        for (const Rate& part : group.parts) group.all.bytes_per_s += part.bytes_per_s;
        groups_.push_back(std::move(group));
    }
}
