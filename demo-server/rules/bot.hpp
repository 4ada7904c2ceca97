#pragma once

#include "rules/pilot.hpp"

#include <engine_net/client.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace arena {

/// A real client with a computer at the stick: joins an Arena room and plays until it is closed.
class Bot {
public:
    /// `config` needs no schema; the Arena's is filled in. `seat` is the code of one that is kept
    /// for it; "": it takes any.
    Bot(engine_net::ClientConfig config, std::uint64_t seed, const std::string& seat = {});

    /// Call it 60 times a second or more often.
    void poll(engine_net::Time now);
    /// Leaves politely; go on with `poll` until the client is closed.
    void leave();

    [[nodiscard]] const engine_net::Client& client() const { return client_; }
    /// The answer to its request to join; nothing before that.
    [[nodiscard]] const std::optional<engine_net::JoinResult>& join_result() const { return join_; }
    /// Ticks in which it saw its own ship.
    [[nodiscard]] std::uint64_t ticks_flown() const { return ticks_flown_; }
    /// Events that it got from the room.
    [[nodiscard]] std::uint64_t events() const { return events_; }
    /// Players of its room whose names it was told.
    [[nodiscard]] std::size_t names() const { return names_; }

private:
    void cheer();

    engine_net::Client client_;
    Pilot pilot_;
    Dice dice_;
    engine_net::Tick last_tick_;
    std::uint64_t ticks_flown_ = 0;
    std::uint64_t events_ = 0;
    std::size_t names_ = 0;
    std::optional<engine_net::JoinResult> join_;
};

} // namespace arena
