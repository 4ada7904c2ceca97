#pragma once

#include "transport/secure/keys.hpp"

#include <engine_net/client.hpp>
#include <engine_net/result.hpp>

#include <optional>
#include <string>

namespace engine_net {

/// Of the server that a client wants: that of its `server_key`, or of its connect token. Without
/// either, any will do. An error is what is wrong with the configuration.
Result<std::optional<PublicKey>, std::string> pinned_key(const ClientConfig& config);

} // namespace engine_net
