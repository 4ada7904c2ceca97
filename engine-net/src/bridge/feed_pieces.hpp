#pragma once

#include "bridge/exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace engine_net::bridge {

/// A room's feed as it goes out: each piece a whole WebSocket frame, made once for all viewers.
/// Pieces are numbered from 0 on. What is kept begins with the keyframe before the newest one, so
/// that a viewer may be a keyframe's interval behind.
class FeedPieces {
public:
    /// Kept at most, whatever comes. Far beyond what a good feed has in two keyframes' intervals.
    static constexpr std::size_t max_bytes = 8 * 1024 * 1024;

    struct Piece {
        wire::FeedKind kind = wire::FeedKind::frame;
        SharedBytes frame{};
        std::uint64_t offset = 0; ///< bytes of all pieces before it
        std::uint64_t frames = 0; ///< keyframes and frames before it
    };

    void add(wire::FeedKind kind, Bytes message);

    [[nodiscard]] std::uint64_t begin() const { return begin_; }
    [[nodiscard]] std::uint64_t end() const { return begin_ + pieces_.size(); }
    /// Of one that is kept.
    [[nodiscard]] const Piece& operator[](std::uint64_t number) const {
        return pieces_[static_cast<std::size_t>(number - begin_)];
    }
    [[nodiscard]] std::optional<std::uint64_t> newest_keyframe() const { return newest_keyframe_; }
    /// The one before it, or the same.
    [[nodiscard]] std::optional<std::uint64_t> oldest_keyframe() const { return oldest_keyframe_; }
    /// Bytes from a piece to the end, that one included.
    [[nodiscard]] std::uint64_t bytes_from(std::uint64_t number) const;
    /// Keyframes and frames before a piece, of all that there ever were.
    [[nodiscard]] std::uint64_t frames_before(std::uint64_t number) const;
    /// The newest of the room's states, and its number; null: there is none.
    [[nodiscard]] const SharedBytes& state() const { return state_; }
    [[nodiscard]] std::uint64_t state_number() const { return state_number_; }
    [[nodiscard]] bool is_over() const { return is_over_; }

private:
    void drop_first();

    std::deque<Piece> pieces_;
    std::uint64_t begin_ = 0;
    std::uint64_t bytes_ = 0; ///< of all, also those dropped
    std::uint64_t frames_ = 0;
    std::optional<std::uint64_t> newest_keyframe_;
    std::optional<std::uint64_t> oldest_keyframe_;
    SharedBytes state_;
    std::uint64_t state_number_ = 0;
    bool is_over_ = false;
};

/// Where one viewer is in a chain.
class FeedCursor {
public:
    /// Begins with the newest keyframe, or the next one if there is none.
    explicit FeedCursor(const FeedPieces& chain);

    /// What it is to be told besides when it has skipped.
    struct Skip {
        std::uint64_t frames = 0;
        SharedBytes state{}; ///< that was among it, to be sent before what follows; or null
    };
    /// To be called when the chain has grown: a viewer for which too much waits, or that is more
    /// than one keyframe behind, goes on with the newest keyframe, or the next one if even since
    /// that too much waits.
    std::optional<Skip> keep_up(std::size_t max_waiting_bytes);

    /// Pieces that are to be sent: from `next` to the chain's end, if not `is_lost`.
    [[nodiscard]] std::uint64_t next() const { return next_; }
    [[nodiscard]] std::uint64_t waiting() const {
        return is_lost_ || next_ < chain_->begin() ? 0 : chain_->end() - next_;
    }
    [[nodiscard]] const FeedPieces& chain() const { return *chain_; }
    /// The first that waits is out.
    void advance();

private:
    const FeedPieces* chain_;
    std::uint64_t next_;
    std::uint64_t frames_; ///< before `next_`, sent or told to be skipped
    bool has_begun_ = false;
    bool is_lost_ = false; ///< waits for a keyframe; `next_` is what it had to skip first
};

} // namespace engine_net::bridge
