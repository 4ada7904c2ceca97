#pragma once

#include <cstdint>
#include <string_view>

namespace engine_net {

/// Why a client's attempt can't end well.
enum class SecureRefusal : std::uint8_t {
    other_server,  ///< its key is not the one that was pinned
    other_version, ///< it speaks another version of the handshake
    server_full,
    too_many_from_address, ///< connections to it, by all who share the client's address
};
std::string_view message(SecureRefusal refusal);

} // namespace engine_net
