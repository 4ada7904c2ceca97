#pragma once

#include "bridge/exchange.hpp"

#include <string>
#include <string_view>

namespace engine_net::bridge {

/// As it is written in JSON.
std::string_view name_of(tell::Error error);
/// The status of an HTTP answer.
int status_of(tell::Error error);
/// One sentence, the server's own if it gave one.
std::string detail_of(const tell::Answer& answer);

} // namespace engine_net::bridge
