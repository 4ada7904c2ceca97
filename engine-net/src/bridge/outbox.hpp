#pragma once

#include "bridge/feed_pieces.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <sys/uio.h>

namespace engine_net::bridge {

/// What waits to be sent on one connection. Messages are shared with other connections and never
/// copied; a viewer's place in its feed is a number. Messages go before what waits of the feed; one
/// that is out in part is always finished first.
class Outbox {
public:
    void add(SharedBytes message);
    /// The feed's pieces follow from here on.
    void watch(FeedCursor cursor) { feed_ = cursor; }
    void unwatch() { feed_.reset(); }
    /// Drops all that has not begun.
    void drop();
    [[nodiscard]] FeedCursor* feed() { return feed_ ? &*feed_ : nullptr; }

    /// Points `parts` at what is to be sent next, in order, as far as they go. Gives how many.
    [[nodiscard]] std::size_t gather(std::span<iovec> parts) const;
    struct Sent {
        std::uint64_t messages = 0; ///< that are now whole
        std::uint64_t frames = 0;   ///< keyframes and frames among them
    };
    /// So many bytes of what `gather` gave are out.
    Sent take(std::size_t bytes);

    [[nodiscard]] bool is_empty() const;
    /// Bytes that wait, but for the feed's.
    [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }

private:
    void begin(const SharedBytes& message, std::size_t bytes);

    SharedBytes begun_; ///< the one that is out in part; null: none
    std::size_t begun_sent_ = 0;
    bool has_begun_frame_ = false;
    std::deque<SharedBytes> messages_;
    std::size_t waiting_bytes_ = 0;
    std::optional<FeedCursor> feed_;
};

} // namespace engine_net::bridge
