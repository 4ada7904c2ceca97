#include "bridge/retries.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::bridge {

Retries::Retries(Limits limits, std::function<std::uint64_t()> random)
    : limits_(limits)
    , random_(std::move(random))
    , batch_size_(std::max<std::size_t>(1, limits.batch_size)) {}

void Retries::on_success() {
    batch_size_ = std::min(std::max(batch_size_, limits_.batch_size), 2 * batch_size_);
    failures_ = 0;
    refusals_ = 0;
}

bool Retries::on_failure(Time now, std::size_t count, bool is_refused) {
    ++failures_;
    next_try_ = now + pause();
    if (!is_refused) return false;
    batch_size_ = std::max<std::size_t>(1, count / 2);
    if (count > 1 || ++refusals_ < limits_.max_refusals) return false;
    refusals_ = 0;
    return true;
}

/// Not the same for all servers that it fails for.
Duration Retries::pause() const {
    Duration pause = limits_.shortest;
    for (std::uint32_t i = 1; i < failures_ && pause < limits_.longest; ++i) pause *= 2;
    pause = std::min(pause, limits_.longest);
    const auto half = static_cast<std::uint64_t>(std::max<Duration::rep>(1, pause.count() / 2));
    return pause - Duration(static_cast<Duration::rep>(random_() % half));
}

} // namespace engine_net::bridge
