#include "transport/secure/address_limiter.hpp"

#include "core/bytes.hpp"

#include <sodium.h>

#include <algorithm>

namespace engine_net {
namespace {

using namespace std::chrono_literals;

constexpr double most_saved_s = 8;
/// An address is remembered while it has a connection or has not got all its attempts back.
constexpr std::size_t most_networks = 1 << 16;
constexpr Duration sweep_interval = 1s;

double to_s(Duration time) {
    return std::chrono::duration<double>(time).count();
}

} // namespace

bool AddressLimiter::is_exempt(const Address& from) const {
    return limits_.loopback_is_exempt && is_loopback(from);
}

void AddressLimiter::refill(Network& network, Time now) const {
    const double rate = limits_.attempts_per_second;
    network.attempts_left =
        std::min(network.attempts_left + rate * to_s(now - network.counted), rate * most_saved_s);
    network.counted = now;
}

AddressLimiter::Verdict AddressLimiter::open(const Address& from, Time now) {
    if (is_exempt(from)) return Verdict::welcome;
    const IpAddress host = network_of(from);
    auto found = networks_.find(host);
    if (found == networks_.end()) {
        if (networks_.size() >= most_networks) forget_idle(now);
        if (networks_.size() >= most_networks) return Verdict::too_fast;
        const double all = limits_.attempts_per_second * most_saved_s;
        found = networks_.emplace(host, Network{.attempts_left = all, .counted = now}).first;
    }
    Network& network = found->second;
    refill(network, now);
    if (limits_.connections > 0 && network.connections >= limits_.connections)
        return Verdict::too_many_connections;
    if (limits_.attempts_per_second > 0) {
        if (network.attempts_left < 1) return Verdict::too_fast;
        --network.attempts_left;
    }
    ++network.connections;
    return Verdict::welcome;
}

void AddressLimiter::close(const Address& from) {
    if (is_exempt(from)) return;
    const auto found = networks_.find(network_of(from));
    if (found != networks_.end() && found->second.connections > 0) --found->second.connections;
}

void AddressLimiter::forget_idle(Time now) {
    if (swept_ && now - *swept_ < sweep_interval) return;
    swept_ = now;
    const double all = limits_.attempts_per_second * most_saved_s;
    for (auto at = networks_.begin(); at != networks_.end();) {
        refill(at->second, now);
        const bool is_idle = at->second.connections == 0 && at->second.attempts_left >= all;
        at = is_idle ? networks_.erase(at) : std::next(at);
    }
}

ChallengeShares::ChallengeShares(const FillRandom& fill_random, std::size_t most) : most_(most) {
    static_assert(sizeof key_ == crypto_shorthash_KEYBYTES);
    fill_random(key_);
}

void ChallengeShares::renew() {
    if (left_ < most_) taken_.fill(0);
    left_ = most_;
}

bool ChallengeShares::take(const Address& from) {
    if (left_ == 0) return false;
    // On loopback all are one address.
    if (!is_loopback(from)) {
        const IpAddress network = network_of(from);
        std::uint64_t hash = 0;
        static_assert(sizeof hash == crypto_shorthash_BYTES);
        crypto_shorthash(reinterpret_cast<std::uint8_t*>(&hash),
                         network.bytes.data(),
                         network.bytes.size(),
                         key_.data());
        std::uint8_t& taken = taken_[hash % places];
        if (taken >= most_of_place) return false;
        ++taken;
    }
    --left_;
    return true;
}

} // namespace engine_net
