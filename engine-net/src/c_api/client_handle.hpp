#pragma once

#include "c_api/own_schema.hpp"
#include "c_api/table_check.hpp"
#include "core/own_thread.hpp"
#include "replication/replicated_schema.hpp"

#include <engine_net/client.hpp>

#include <cstddef>
#include <cstdint>
#include <engine_net.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net::c_api {

/// What was asked for last of one type.
struct EntityView {
    std::vector<std::uint64_t> states; ///< one after the other, each aligned
    std::vector<engine_net_entity> entities;
};

/// What the game in C understands.
struct ClientRules {
    OwnSchema schema_bytes;
    ReplicatedSchema schema;          ///< of these
    std::optional<TableCheck> events; ///< unset: none are taken
    std::optional<TableCheck> states; ///< unset: the same
    engine_net_client_callbacks game{};
};

/// OK, or why `function` may not be called now.
engine_net_result check(const engine_net_client* client, const char* function);

} // namespace engine_net::c_api

/// What a C program has of a client.
struct engine_net_client { // NOLINT(readability-identifier-naming)
    engine_net_client(engine_net::c_api::ClientRules all, engine_net::ClientConfig config);
    ~engine_net_client() = default;
    engine_net_client(const engine_net_client&) = delete;
    engine_net_client& operator=(const engine_net_client&) = delete;

    /// Empty while none has come that is a valid table.
    [[nodiscard]] engine_net::Bytes room_state() const;

    engine_net::OwnThread thread;
    engine_net::c_api::ClientRules rules;
    bool is_stepping = false;
    std::uint64_t refused_events = 0;

    // What was given out.
    std::map<std::string_view, engine_net::c_api::EntityView> views; ///< by name, of the schema
    std::vector<engine_net_member> members;
    std::vector<engine_net_room_info> rooms;
    std::string resume_token;

    engine_net::Client client; ///< last, since it uses the rules

private:
    void take_event(engine_net::EventBytes event);
    void hear();
    void hear_of_link();
};
