#include "lobby-watch/model/rate.hpp"

#include <chrono>

using namespace std::chrono_literals;

namespace watch {

namespace {

constexpr engine_net::Duration shortest = 1s;
/// A counter that stands still for longer has nothing to count. The source is told of some of them
/// once a second, and only when it counts does its time mean something.
constexpr engine_net::Duration longest_silence = 3s;

} // namespace

void Rate::restart(const Sample& sample) {
    oldest_ = middle_ = newest_ = sample;
    per_second_ = 0;
    has_begun_ = true;
}

void Rate::note(engine_net::Time now, std::uint64_t count) {
    if (!has_begun_ || count < newest_.count) return restart({now, count});
    if (count == newest_.count) {
        if (now - newest_.at > longest_silence) restart({now, count});
        return;
    }
    newest_ = {now, count};
    const std::chrono::duration<double> time = now - oldest_.at;
    if (time >= shortest) per_second_ = static_cast<double>(count - oldest_.count) / time.count();
    if (now - middle_.at >= shortest) {
        oldest_ = middle_;
        middle_ = newest_;
    }
}

} // namespace watch
