#pragma once

#include "test_game_bfbs_generated.h"
#include "test_game_generated.h"

#include <cstdint>
#include <engine_net.h>
#include <functional>
#include <map>
#include <string>
#include <vector>

/// A pond whose game is in C: each player has a body, which its pushes move.
struct CPond {
    std::vector<std::string> log; ///< what was called, but for ticks and inputs
    std::vector<std::uint32_t> calls;
    std::map<std::uint32_t, std::uint32_t> bodies; ///< of presences
    std::uint32_t inputs = 0;
    engine_net_room* room = nullptr;
    std::function<void(engine_net_room*)> on_tick{};
    std::string refusal{}; ///< "": all may join

    /// Whose `user` this pond is.
    engine_net_room_callbacks callbacks();
    /// As test_game.fbs has it.
    static engine_net_room_kind_config kind();
    /// Writes to no log, and on a free port of this machine alone.
    static engine_net_server_config server();
};

/// One on which ponds are defined and which has started.
engine_net_server* started_server(CPond& pond);

/// The time that tests are at: it goes on by 5 ms at each step, without waiting.
class StepTime {
public:
    [[nodiscard]] engine_net_time now() const { return now_; }
    /// Steps server and `others` until `is_true`, for at most so many steps; whether it is.
    bool run_until(engine_net_server* server,
                   const std::function<void(engine_net_time)>& others,
                   const std::function<bool()>& is_true,
                   int steps = 4000);

private:
    engine_net_time now_ = 1'000'000;
};
