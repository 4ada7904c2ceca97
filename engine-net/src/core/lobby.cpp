#include <engine_net/lobby.hpp>

namespace engine_net {

std::string_view message(LeaveReason reason) {
    switch (reason) {
    case LeaveReason::left: return "left";
    case LeaveReason::timed_out: return "the link was silent for too long";
    case LeaveReason::kicked: return "removed from the room";
    case LeaveReason::room_closed: return "the room has ended";
    case LeaveReason::server_closing: return "the server is closing";
    case LeaveReason::protocol_error: return "sent what the server does not understand";
    case LeaveReason::node_lost: return "the server of the room is gone";
    }
    return "unknown";
}

} // namespace engine_net
