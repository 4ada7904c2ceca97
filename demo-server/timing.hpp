#pragma once

#include <engine_net/server.hpp>

/// From now on the server answers the call "timing" (`schemas/timing.fbs`): how long its ticks
/// take. Anyone may ask: it is a demo.
void answer_timing(engine_net::Server& server);
