#pragma once

#include "settings.hpp"

#include <functional>
#include <string>

/// With `--auth token`: reads the keys for connect tokens, one a line, and makes one if there are
/// none. Otherwise nothing. False: it has said why it can't.
bool read_token_keys(Settings& settings);

/// Makes tokens for bots, as a backend does for players; null where none are needed.
std::function<std::string(const std::string& name)> token_maker(const Settings& settings,
                                                                const std::string& server_key);
