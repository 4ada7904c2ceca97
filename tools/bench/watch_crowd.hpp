#pragma once

#include "helper_process.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace bench {

/// What the viewers of a group got between `begin` and `end`.
struct WatchFigures {
    std::uint64_t frames = 0;
    double missed_percent = 0;       ///< of the frames that were sent to all
    double worst_missed_percent = 0; ///< of the viewer who missed most
    double age_p50_ms = 0;           ///< from the begin of the frame's tick until it was read
    double age_p99_ms = 0;
    std::uint64_t closed = 0; ///< viewers who are out
};

/// WebSockets that watch a room, in a process of their own: some read whatever comes, others so
/// many bytes a second.
class WatchCrowd {
public:
    struct Size {
        std::size_t fast = 0;
        std::size_t slow = 0;
        std::uint32_t slow_bytes_per_second = 1'000;
        std::uint32_t ticks_per_frame = 3; ///< of the room
    };
    /// To be made before there are threads.
    explicit WatchCrowd(Size size);

    void connect_fast(std::uint16_t port, engine_net::RoomId room);
    void connect_slow();
    /// Who have got their first frame.
    [[nodiscard]] std::size_t watching() const { return shared().watching; }
    [[nodiscard]] bool is_running() const { return process_.is_running(); }

    /// All at once, without a word.
    void leave() { process_.end(); }

    /// To be told before the tick's frame can be sent.
    void note_tick(engine_net::Tick tick, engine_net::Time begun);
    void begin() { ++shared().asked_begins; }
    /// The figures are there once `has_ended`.
    void end() { ++shared().asked_ends; }
    [[nodiscard]] bool has_ended() const { return shared().ends == shared().asked_ends; }
    [[nodiscard]] const WatchFigures& fast() const { return shared().figures[0]; }
    [[nodiscard]] const WatchFigures& slow() const { return shared().figures[1]; }

    struct Shared {
        std::atomic<std::uint32_t> room = 0;
        std::atomic<std::uint16_t> port = 0; ///< set last
        std::atomic<bool> wants_slow = false;
        std::atomic<std::size_t> watching = 0;
        std::atomic<std::uint32_t> asked_begins = 0;
        std::atomic<std::uint32_t> asked_ends = 0;
        std::atomic<std::uint32_t> ends = 0;
        std::array<WatchFigures, 2> figures{};
        std::array<std::atomic<std::int64_t>, 4096> tick_times_us{}; ///< by tick, the newest
    };

private:
    [[nodiscard]] Shared& shared() const { return process_.shared(); }

    HelperProcess<Shared> process_;
};

} // namespace bench
