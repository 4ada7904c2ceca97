#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/stats.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

/// The last seconds of a client's link: one value for each step of time, for graphs. What the
/// library counts becomes rates here.
class NetHistory {
public:
    enum class Row : std::uint8_t {
        round_trip_ms,
        jitter_ms,
        datagrams_in, ///< a second, like all that flows
        datagrams_out,
        bytes_in,
        bytes_out,
        snapshot_bytes, ///< of one of its datagrams, on average
        snapshot_age,   ///< ticks that the newest state was behind the server, at worst
    };
    static constexpr std::size_t row_count = 8;
    static constexpr std::size_t length = 120; ///< steps
    static constexpr engine_net::Duration step{100'000};

    using Values = std::array<float, length>;

    /// Once a frame. `server_tick` is the server's at `now`.
    void sample(engine_net::Time now,
                const engine_net::ClientStats& stats,
                engine_net::Tick server_tick);
    /// For another session.
    void clear() { *this = {}; }

    /// The oldest first; zeros from before the first sample.
    [[nodiscard]] Values values(Row row) const;
    [[nodiscard]] float newest(Row row) const;
    [[nodiscard]] float most(Row row) const;

private:
    using Step = std::array<float, row_count>;

    [[nodiscard]] Step summed_up(const engine_net::ClientStats& stats,
                                 engine_net::Duration taken) const;

    std::array<Step, length> steps_{};
    std::size_t next_ = 0;                    ///< the oldest, which is overwritten next
    std::optional<engine_net::Time> begun_{}; ///< the step that is being measured
    engine_net::ClientStats before_{};        ///< as it was then
    std::int32_t worst_age_ = 0;              ///< since then
};
