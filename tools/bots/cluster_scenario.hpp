#pragma once

#include "settings.hpp"

/// Players at three servers and a Redis of its own, of which one server is killed, one drained and
/// the Redis restarted on the way. The program's exit code: 0 if the players know at the end what
/// the servers know.
int run_cluster(const Settings& asked);
