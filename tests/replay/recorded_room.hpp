#pragma once

#include "replay/playback.hpp"
#include "replay/recording_file.hpp"
#include "replay/room_recording.hpp"
#include "replication/frame_difference.hpp"
#include "replication/random_game.hpp"
#include "replication/rocks_room.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Its room's random match, and the recording of it.
class RecordedRoom {
public:
    static constexpr std::uint32_t tick_rate = 30;

    explicit RecordedRoom(std::uint64_t seed = 5,
                          std::size_t most_waiting = engine_net::RecordingQueue::default_bytes)
        : game_(schema(), seed, 40)
        , history_(schema())
        , codec_(schema().types(), tick_rate, schema().priors())
        , queue_(std::make_shared<engine_net::RecordingQueue>(most_waiting)) {
        const engine_net::CompiledSchema compiled =
            engine_net::compiled_schema<rocks::RootBinarySchema>();
        tape_ = std::make_unique<engine_net::RoomRecording>(
            engine_net::RecordingHeader{.protocol = engine_net::protocol_version,
                                        .ticks_per_second = tick_rate,
                                        .room = engine_net::RoomId{7},
                                        .kind = "rocks",
                                        .room_name = "Rocks 7",
                                        .schema = {compiled.bytes.begin(), compiled.bytes.end()}},
            schema(),
            codec_,
            queue_);
    }

    static const engine_net::ReplicatedSchema& schema() { return rocks_room::schema(); }

    void play(std::uint32_t ticks) {
        for (std::uint32_t i = 0; i < ticks; ++i) play_tick();
    }
    /// What the thread that writes does.
    void write() {
        std::vector<std::uint8_t> more;
        queue_->take(more);
        bytes.insert(bytes.end(), more.begin(), more.end());
    }
    std::vector<std::uint8_t> end() {
        tape_.reset();
        write();
        return bytes;
    }
    engine_net::RoomTape& tape() { return *tape_; }
    [[nodiscard]] engine_net::Tick now() const { return now_; }
    void set_state(std::vector<std::uint8_t> state) {
        state_ = std::move(state);
        ++state_version_;
    }

    std::vector<std::uint8_t> bytes;         ///< that were written
    std::vector<engine_net::Frame> frames{}; ///< of all ticks, the first one's first

private:
    void play_tick() {
        game_.step();
        game_.describe(history_.begin(++now_));
        history_.commit();
        frames.push_back(*history_.newest());
        tape_->add_frame(frames.back(), state_, state_version_);
    }

    RandomGame game_;
    engine_net::History history_;
    engine_net::SnapshotCodec codec_;
    std::shared_ptr<engine_net::RecordingQueue> queue_;
    std::unique_ptr<engine_net::RoomTape> tape_;
    engine_net::Tick now_;
    std::vector<std::uint8_t> state_;
    std::uint32_t state_version_ = 0;
};

inline std::string frame_difference(const engine_net::Frame& truth, const engine_net::Frame* told) {
    if (!told) return "no frame";
    if (truth.tick != told->tick) return "tick " + std::to_string(told->tick.value);
    return slots_difference(RecordedRoom::schema().types(), truth, *told, shared_row_difference);
}

inline engine_net::RecordingFile opened(std::vector<std::uint8_t> bytes) {
    auto file = engine_net::RecordingFile::open(std::move(bytes));
    REQUIRE_MESSAGE(file, (file ? std::string{} : file.error().text));
    return std::move(*file);
}
