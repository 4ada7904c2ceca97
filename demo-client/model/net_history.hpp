#pragma once

#include "model/server_timing.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/stats.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <chrono>
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
        snapshot_bytes,    ///< of one of its datagrams, on average
        snapshot_bytes_in, ///< a second
        snapshot_age,      ///< ticks that the newest state was behind the server, at worst
        latency_ms,        ///< half of the round trip
        interpolation_delay_ms,
        loss_in, ///< percent
        loss_out,
        input_lead_ms,
        input_margin_ms,
        prediction_error,     ///< the newest that was corrected within the step, else 0
        corrections,          ///< within the last second
        starved_frames,       ///< within the last second
        server_simulation_ms, ///< of a tick: the median, and what 99 of 100 stay below
        server_simulation_p99_ms,
        server_network_ms,
        server_network_p99_ms,
        count,
    };
    static constexpr auto row_count = static_cast<std::size_t>(Row::count);
    static constexpr std::size_t length = 120; ///< steps
    static constexpr engine_net::Duration step{100'000};

    using Values = std::array<float, length>;

    /// Once a frame. `server_tick` is the server's at `now`.
    void sample(engine_net::Time now,
                const engine_net::ClientStats& stats,
                engine_net::Tick server_tick);
    /// What the server says of its ticks, for the steps from now on.
    void note(const ServerTiming::Times& server) { server_ = server; }
    /// For another session.
    void clear() { *this = {}; }

    /// The oldest first; zeros from before the first sample.
    [[nodiscard]] Values values(Row row) const;
    [[nodiscard]] float newest(Row row) const;
    [[nodiscard]] float most(Row row) const;

private:
    using Step = std::array<float, row_count>;
    /// What happens too seldom for a rate of each step.
    struct Seldom {
        std::uint64_t corrections = 0;
        std::uint64_t starved_frames = 0;
    };
    static constexpr auto steps_per_second =
        static_cast<std::size_t>(std::chrono::seconds(1) / step);

    [[nodiscard]] Step summed_up(const engine_net::ClientStats& stats,
                                 engine_net::Duration taken) const;
    static void set(Step& values, Row row, float value);
    void add_flow(Step& values, const engine_net::ClientStats& stats, float seconds) const;
    void add_feel(Step& values, const engine_net::ClientStats& stats) const;
    void add_server(Step& values) const;

    std::array<Step, length> steps_{};
    std::size_t next_ = 0;                          ///< the oldest, which is overwritten next
    std::optional<engine_net::Time> begun_{};       ///< the step that is being measured
    engine_net::ClientStats before_{};              ///< as it was then
    std::array<Seldom, steps_per_second> second_{}; ///< counted at the end of each step of the last
    std::size_t next_of_second_ = 0;                ///< the oldest
    ServerTiming::Times server_{};
    std::int32_t worst_age_ = 0; ///< since then
};
