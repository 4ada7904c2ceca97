#pragma once

#include "core/bytes.hpp"
#include "replication/feed_chain.hpp"
#include "wire/feed.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net {

/// What a room tells those who watch it from afar: browsers, and spectators of a room with a delay.
/// Frames, events and the room's state, once for all of them, and nothing before its time: what is
/// not due is in here, and nowhere else.
class RoomFeed {
public:
    using SharedBytes = std::shared_ptr<const std::vector<std::uint8_t>>;

    struct Settings {
        RoomId room;
        std::uint32_t tick_rate = 0;
        std::uint32_t frames_per_second = 0;
        std::uint32_t keyframe_ticks = 0;
        std::uint32_t delay_ticks = 0;
        bool is_public = true; ///< for the web; else it is for the room's own spectators alone
        FeedEncoder::IsHidden is_hidden{}; ///< null: nothing is
    };
    struct Piece {
        wire::FeedKind kind = wire::FeedKind::frame;
        Tick tick;
        SharedBytes message{}; ///< with its header, see `BRIDGE.md`
    };

    /// What is not due may take as much; then nothing is added until some of it is.
    static constexpr std::size_t max_waiting_bytes = 32 * 1024 * 1024;

    RoomFeed(Settings settings, const ReplicatedSchema& schema, SnapshotCodec& codec);

    /// Whether someone of the web watches, for the first piece to be a keyframe; without effect on
    /// one that is not public. A feed with a delay is kept all the time, so that who comes need not
    /// wait for it.
    void want(bool wanted);
    [[nodiscard]] bool is_wanted() const { return is_wanted_; }
    /// The next piece is a keyframe, for who has come late; without effect on one with a delay.
    void renew() {
        if (!has_delay()) restart();
    }
    [[nodiscard]] bool has_delay() const { return settings_.delay_ticks > 0; }

    /// A frame of the newest of `ticks` ticks, if one was due in them; and before it `state`, if it
    /// is another version than the last one.
    void add_frame(const Frame& frame, std::uint32_t ticks, Bytes state, std::uint32_t version);
    /// Before the first keyframe nobody sees what it is about: then it is left out.
    void add_event(Tick tick, Bytes event);
    /// The last piece: the room is over.
    void end(Tick tick, std::string_view reason);

    /// Calls `visit(const Piece&)` for each piece that may be told at `now` and could not before,
    /// in order. While it is wanted, they are then there for `take_due`.
    template <class Visit>
    void advance(Tick now, Visit&& visit) {
        while (!waiting_.empty() &&
               now - waiting_.front().tick >= static_cast<std::int32_t>(settings_.delay_ticks)) {
            visit(std::as_const(waiting_.front()));
            move_due();
        }
    }
    /// Those pieces, in order.
    std::vector<Piece> take_due() { return std::exchange(due_, {}); }
    /// Of a feed with a delay: what was due before, for who comes late. The newest state, the
    /// newest keyframe, and what followed that.
    [[nodiscard]] std::vector<Piece> catch_up() const;
    [[nodiscard]] bool is_drained() const { return waiting_.empty(); }
    /// Pieces that were left out for `max_waiting_bytes`, or frames that were too large.
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

private:
    [[nodiscard]] std::uint64_t frame_number(std::uint32_t tick) const {
        return std::uint64_t{tick} * settings_.frames_per_second / settings_.tick_rate;
    }
    [[nodiscard]] bool is_kept() const { return is_wanted_ || has_delay(); }
    void move_due();
    void remember(const Piece& piece);
    [[nodiscard]] bool has_room() const { return waiting_bytes_ < max_waiting_bytes; }
    void add(wire::FeedKind kind, Tick tick, Bytes payload);
    void restart();

    Settings settings_;
    FeedEncoder encoder_;
    bool is_wanted_ = false;
    std::optional<Tick> last_keyframe_;
    std::uint32_t told_version_ = 0; ///< of the state; 0: none
    std::deque<Piece> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::vector<Piece> due_;
    std::optional<Piece> due_state_;        ///< the newest that was due
    std::vector<Piece> due_since_keyframe_; ///< that keyframe and what was due after it
    std::uint64_t left_out_ = 0;
    std::vector<std::uint8_t> frame_; ///< reused
};

} // namespace engine_net
