#pragma once

#include <engine_net/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>

namespace engine_net::bridge {

/// Whether an answer with this status says that what was sent will never be taken, as it is. Others
/// are about who has sent it, where to, or when: a wrong key or address is no reason to lose it.
[[nodiscard]] constexpr bool is_refusal(int status) {
    constexpr int bad_request = 400;
    constexpr int too_large = 413;
    constexpr int unsupported = 415;
    constexpr int unprocessable = 422;
    return status == bad_request || status == too_large || status == unsupported ||
           status == unprocessable;
}

/// When a queue whose first could not be delivered tries again, and how many at a time: after a
/// pause that doubles with each failure, less up to half by chance. What was refused comes again by
/// half as many, until the one that is meant comes alone; that is to be dropped in the end, so that
/// it does not hold up the others for ever.
class Retries {
public:
    struct Limits {
        Duration shortest{};
        Duration longest{};
        std::size_t batch_size = 1;
        std::uint32_t max_refusals = 1; ///< of one alone, in a row
    };

    Retries(Limits limits, std::function<std::uint64_t()> random);

    [[nodiscard]] bool is_due(Time now) const { return now >= next_try_; }
    /// So many may come together.
    [[nodiscard]] std::size_t batch_size() const { return batch_size_; }
    /// Failures since something was delivered.
    [[nodiscard]] std::uint32_t failures() const { return failures_; }

    void on_success();
    /// `count` came together, in vain. True: the one that came is to be dropped.
    [[nodiscard]] bool on_failure(Time now, std::size_t count, bool is_refused);

private:
    [[nodiscard]] Duration pause() const;

    Limits limits_;
    std::function<std::uint64_t()> random_;
    std::size_t batch_size_;
    std::uint32_t failures_ = 0;
    std::uint32_t refusals_ = 0;
    Time next_try_{};
};

} // namespace engine_net::bridge
