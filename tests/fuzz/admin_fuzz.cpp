// What an admin may ask of a server, and what a server may tell it.

#include "wire/admin.hpp"

#include <engine_net/limits.hpp>

#include <cstdlib>

using namespace engine_net;

namespace {

void walk(const wire::AdminReply& reply) {
    if (const auto* server = reply.tell_as_AdminServer()) {
        (void)wire::stats_of(*server);
        if (!server->newest()) return;
        for (const wire::AdminTick* tick : *server->newest()) (void)wire::record_of(*tick);
    }
    if (const auto* page = reply.tell_as_AdminRooms()) {
        for (const wire::AdminRoomLine* line : *page->rooms()) {
            if (wire::room_of(*line).summary.name.size() > max_name_bytes) std::abort();
        }
    }
    if (const auto* room = reply.tell_as_AdminRoomNews()) {
        for (const wire::AdminMemberLine* line : *room->members())
            (void)wire::admin_member_of(*line);
    }
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // In memory of its own, aligned as the transport's is, with no byte to spare.
    const std::vector<std::uint8_t> message(data, data + size);
    const auto* request = wire::decode_admin_request(message);
    const auto* act = request ? request->ask_as_AdminAct() : nullptr;
    if (act && name_of(static_cast<AdminVerb>(act->verb())).empty()) std::abort();
    if (const auto* reply = wire::decode_admin_reply(message)) walk(*reply);
    return 0;
}
