#include "c_api/client_handle.hpp"

#include "c_api/border.hpp"
#include "c_api/untyped.hpp"

using namespace engine_net;
using namespace engine_net::c_api;

namespace {

/// What a state is put to now. The core asks once for each version, of a function alone.
thread_local const TableCheck* state_check = nullptr;

bool passes(Bytes state) {
    return state_check->is_valid(state);
}

bool is_aligned(Bytes bytes) {
    return reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(std::uint64_t) == 0;
}

} // namespace

engine_net_result c_api::check(const engine_net_client* client, const char* function) {
    if (!client) return misuse(function, "client is null");
    if (client->thread.is_here(function)) return ENGINE_NET_OK;
    return fail(ENGINE_NET_ERROR_WRONG_THREAD, "called on another thread than the client's");
}

engine_net_client::engine_net_client(ClientRules all, ClientConfig config)
    : rules(std::move(all)), client(std::move(config)) {
    hear();
    hear_of_link();
}

void engine_net_client::hear() {
    const engine_net_client_callbacks& game = rules.game;
    client.on_event_bytes([this](EventBytes event) {
        take_event(event);
    });
    if (rules.states && game.on_room_state) {
        Untyped::on_room_state(client, [this, &game] {
            if (!room_state().empty()) game.on_room_state(game.user, this);
        });
    }
    if (game.on_room_left) {
        client.on_room_left([this, &game](LeaveReason reason, const std::string& detail) {
            game.on_room_left(
                game.user, this, static_cast<engine_net_leave_reason>(reason), detail.c_str());
        });
    }
}

void engine_net_client::hear_of_link() {
    const engine_net_client_callbacks& game = rules.game;
    if (game.on_suspended) {
        client.on_suspended([this, &game] {
            game.on_suspended(game.user, this);
        });
    }
    if (game.on_resumed) {
        client.on_resumed([this, &game](std::uint32_t missed_ticks) {
            game.on_resumed(game.user, this, missed_ticks);
        });
    }
    if (game.on_closed) {
        client.on_lost([this, &game](CloseReason reason, const std::string& detail) {
            game.on_closed(
                game.user, this, static_cast<engine_net_close_reason>(reason), detail.c_str());
        });
    }
}

void engine_net_client::take_event(EventBytes event) {
    const std::vector<std::uint8_t> copy =
        is_aligned(event) ? std::vector<std::uint8_t>{} : std::vector(event.begin(), event.end());
    const Bytes bytes = copy.empty() ? event : Bytes(copy);
    if (!rules.events || !rules.events->is_valid(bytes)) {
        ++refused_events;
        return;
    }
    rules.game.on_event(rules.game.user, this, bytes.data(), bytes.size());
}

Bytes engine_net_client::room_state() const {
    if (!rules.states) return {};
    state_check = &*rules.states;
    return Untyped::room_state(client, passes);
}
