#pragma once

#include "replay/block.hpp"
#include "replay/block_payloads.hpp"
#include "replay/recording_queue.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/feed_chain.hpp"
#include "replication/replicated_schema.hpp"
#include "replication/room_tape.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace engine_net {

/// A room's recording. When its queue is full, ticks are left out and counted, and it goes on with
/// a keyframe. What the owners of entities alone are shown is not recorded.
class RoomRecording final : public RoomTape {
public:
    /// Schema and codec outlive it; the codec may be shared by what runs on one thread.
    RoomRecording(const RecordingHeader& header,
                  const ReplicatedSchema& schema,
                  SnapshotCodec& codec,
                  std::shared_ptr<RecordingQueue> queue);
    /// Ends the recording with its index.
    ~RoomRecording() override;
    RoomRecording(const RoomRecording&) = delete;
    RoomRecording& operator=(const RoomRecording&) = delete;

    void join(const RoomMember& member) override;
    void leave(PresenceId who) override;
    void add_input(PresenceId who, Bytes input) override;
    void add_event(Tick tick, Bytes event) override;
    void add_private_event(Tick tick, std::span<const PresenceId> to, Bytes event) override;
    void add_client_event(Tick tick, PresenceId from, Bytes event) override;
    void add_chat(Tick tick, std::string_view name, std::string_view text) override;
    void add_frame(const Frame& frame, Bytes state, std::uint32_t version) override;
    [[nodiscard]] std::uint64_t dropped_ticks() const override { return dropped_ticks_; }

private:
    void add(BlockKind kind, Tick tick, Bytes payload);
    void add_people(Tick tick);
    void add_inputs(Tick tick, bool as_keyframe);
    void add_hash(const Frame& frame);
    void drop_tick();

    std::uint32_t ticks_per_second_;
    const ReplicatedSchema& schema_;
    FeedEncoder encoder_;
    std::shared_ptr<RecordingQueue> queue_;
    std::vector<std::uint8_t> blocks_;  ///< of the tick that runs
    std::vector<std::uint8_t> payload_; ///< reused
    std::uint64_t written_ = 0;         ///< bytes that went into the queue
    RecordingIndex index_;
    std::uint64_t dropped_ticks_ = 0;
    bool has_gap_ = false;            ///< ticks were left out since the last one
    std::optional<Tick> keyframe_;    ///< the last one; none: a keyframe is next
    std::optional<Tick> hashed_;      ///< the last tick with a hash
    std::uint32_t state_version_ = 0; ///< that was recorded last
    std::map<PresenceId, RoomMember> people_;
    bool have_people_changed_ = false;
    Inputs inputs_;         ///< the last ones
    Inputs changed_inputs_; ///< since the last tick
};

} // namespace engine_net
