#pragma once

#include "replay/block_payloads.hpp"
#include "replay/recording_file.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/feed_chain.hpp"
#include "replication/frame.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>
#include <engine_net/tick.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

/// A recording as it is played, tick by tick.
class Playback {
public:
    /// `file` outlives it.
    explicit Playback(const RecordingFile& file);

    enum class Outcome : std::uint8_t {
        frame,
        end,     ///< there is no other tick
        damaged, ///< see `problem`; `seek` may find what is sound after it
    };
    /// Goes on to the next tick; what is told of it below is good until the next call.
    Outcome step();
    /// Goes to `tick`, or what was recorded last before it; before the first one, to that.
    Outcome seek(Tick tick);

    /// Null before the first tick and after damage.
    [[nodiscard]] const Frame* frame() const { return frame_; }
    /// Who was in the room then; of a `RoomMember` what a recording has.
    [[nodiscard]] const std::map<PresenceId, RoomMember>& people() const { return people_; }
    /// The room's; empty: it had none.
    [[nodiscard]] const std::vector<std::uint8_t>& state() const { return state_; }
    /// What the game was given of each presence; of the others it was given nothing.
    [[nodiscard]] const Inputs& inputs() const { return inputs_; }
    /// Since the tick before; after `seek`, of that tick as far as it was read.
    [[nodiscard]] const std::vector<std::vector<std::uint8_t>>& events() const { return events_; }
    [[nodiscard]] const std::vector<PrivateEvent>& private_events() const {
        return private_events_;
    }
    [[nodiscard]] const std::vector<ChatLine>& chat() const { return chat_; }
    /// Whether ticks were left out just before this one.
    [[nodiscard]] bool has_gap() const { return has_gap_; }
    /// Whether the frame is the one that the server had; nothing where that was not recorded.
    [[nodiscard]] std::optional<bool> is_as_hashed() const { return is_as_hashed_; }

    /// What is damaged, and where, in one sentence for a person.
    [[nodiscard]] const std::string& problem() const { return problem_; }

private:
    void begin_at(const IndexEntry& entry);
    [[nodiscard]] bool is_next_by(Tick tick);
    [[nodiscard]] bool read_tick();
    [[nodiscard]] bool take(const Block& block);
    [[nodiscard]] bool take_frame(const Block& block);
    [[nodiscard]] bool take_private_event(const Block& block);
    [[nodiscard]] bool take_hash(const Block& block);
    Outcome damage(const std::string& what);

    const RecordingFile& file_;
    SnapshotCodec codec_;
    FeedDecoder decoder_;
    BlockReader blocks_;
    std::optional<Tick> tick_; ///< that was read last
    const Frame* frame_ = nullptr;
    std::map<PresenceId, RoomMember> people_;
    std::vector<std::uint8_t> state_;
    Inputs inputs_;
    std::vector<std::vector<std::uint8_t>> events_;
    std::vector<PrivateEvent> private_events_;
    std::vector<ChatLine> chat_;
    bool has_gap_ = false;
    std::optional<bool> is_as_hashed_;
    std::string problem_;
};

} // namespace engine_net
