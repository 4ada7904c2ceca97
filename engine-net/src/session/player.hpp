#pragma once

#include <cstdint>
#include <string>

namespace engine_net {

/// Who a session is.
struct Player {
    std::string name{}; ///< may be shown to everyone
    std::string user{}; ///< the same for all sessions of one; "": no other is
    std::string room{}; ///< the name of the rooms that it may be in; "": any
    std::uint32_t colour = 0;
    bool is_admin = false; ///< no player: see `AdminConfig`
};

} // namespace engine_net
