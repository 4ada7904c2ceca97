#include "asteroid_match.hpp"

#include "replication/state_hash.hpp"

#include <algorithm>
#include <chrono>

namespace bench {

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr Duration one_way = 30ms;
constexpr Duration ack_interval = 33ms;

Time time_of_tick(std::uint64_t tick) {
    return Time(Duration(tick * 1'000'000 / asteroid_tick_rate));
}

} // namespace

AsteroidMatch::AsteroidMatch(const ReplicatedSchema& schema, std::uint64_t seed)
    : field_(seed)
    , history_(schema)
    , server_codec_(schema.types(), asteroid_tick_rate, schema.priors())
    , client_codec_(schema.types(), asteroid_tick_rate, schema.priors())
    , encoder_(history_, &server_codec_)
    , viewer_(encoder_, PresenceId{1})
    , replica_(schema, &client_codec_) {}

/// What happens at one moment happens in this order: something arrives, acks go off, a tick begins.
void AsteroidMatch::play(Duration how_long) {
    const Time end = now_ + how_long;
    for (;;) {
        Time next = std::min(next_ack_, time_of_tick(ticks_));
        if (!down_.empty()) next = std::min(next, down_.front().due);
        if (!up_.empty()) next = std::min(next, up_.front().due);
        if (next >= end) break;
        now_ = next;
        if (!down_.empty() && down_.front().due == now_) {
            arrive();
        } else if (!up_.empty() && up_.front().due == now_) {
            take_acks();
        } else if (next_ack_ == now_) {
            next_ack_ += ack_interval;
            if (const Acks acks = replica_.acks(); acks.any) up_.push_back({now_ + one_way, acks});
        } else {
            tick();
        }
    }
    now_ = end;
}

void AsteroidMatch::tick() {
    const Tick now{static_cast<std::uint32_t>(++ticks_)};
    field_.move();
    field_.describe(history_.begin(now));
    history_.commit();
    if (acked_) lag_ += static_cast<std::uint64_t>(now - *acked_);
    encoding_.start();
    viewer_.encode(now, [&](Bytes datagram) {
        down_.push_back({now_ + one_way, now, {datagram.begin(), datagram.end()}});
    });
    encoding_.stop();
}

void AsteroidMatch::arrive() {
    const Datagram datagram = std::move(down_.front());
    down_.pop_front();
    decoding_.start();
    replica_.receive(datagram.bytes);
    decoding_.stop();
    const bool is_last = down_.empty() || down_.front().tick != datagram.tick;
    if (is_last) check(datagram.tick);
}

void AsteroidMatch::take_acks() {
    const Acks acks = up_.front().acks;
    up_.pop_front();
    viewer_.on_ack(acks.newest, acks.bits);
    const auto check = viewer_.take_state_check();
    if (!check) return;
    acked_ = check->tick;
    if (replica_.state_hash(check->tick) != check->hash) ++mismatches_;
}

void AsteroidMatch::check(Tick tick) {
    const auto types = history_.schema().types();
    const Frame* sent = history_.find(tick);
    const bool is_whole = replica_.newest_complete_tick() == tick;
    if (!sent || !is_whole ||
        hash_shared(types, *sent) != hash_shared(types, *replica_.find_frame(tick)))
        ++mismatches_;
}

} // namespace bench
