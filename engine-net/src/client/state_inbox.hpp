#pragma once

#include "core/bytes.hpp"
#include "wire/bulk.hpp"

#include <engine_net/ids.hpp>

#include <cstdint>
#include <vector>

namespace engine_net {

/// One state as it comes in: the version that is whole, and the one whose pieces arrive. Pieces of
/// a seat may come before one is told of the seat; they wait for `enter`.
class StateInbox {
public:
    /// What a state must pass to be handed out.
    using Check = bool (*)(Bytes);

    /// False: not a piece that can come here, because it is for a seat given up or does not go on
    /// where the one before it ended. It is dropped. A piece with offset 0 begins a version, and
    /// ends the one that was arriving.
    bool receive(const wire::StatePiece& piece);
    /// One has this seat from now on. What is there for the same one stays.
    void enter(PresenceId seat);
    /// One's seat is given up, and with it its state.
    void leave();

    /// True once for each version that has become whole.
    [[nodiscard]] bool take_news();
    /// The newest whole version, if it passes `check`, which is asked once for each. Good until
    /// `receive`, `enter` or `leave`.
    [[nodiscard]] Bytes newest(Check check);
    /// How many versions have failed their check.
    [[nodiscard]] std::uint64_t versions_refused() const { return versions_refused_; }

private:
    struct Version {
        PresenceId seat;
        std::uint32_t number = 0;
        std::size_t whole_bytes = 0;
        std::vector<std::uint8_t> bytes; ///< as far as it has come
    };

    void adopt();

    PresenceId seat_;
    Version arriving_;
    Version newest_;
    bool is_new_ = false;
    Check check_ = nullptr; ///< which `newest_` was put to last
    bool has_passed_ = false;
    std::uint64_t versions_refused_ = 0;
};

} // namespace engine_net
