// What an admin may ask of a server, and what a server may tell it.

#include "client/admin_inspection.hpp"
#include "wire/admin.hpp"

#include <engine_net/limits.hpp>

#include <cstdlib>

using namespace engine_net;

namespace {

void walk(const wire::AdminReply& reply) {
    if (const auto* server = reply.tell_as_AdminServer()) {
        (void)wire::stats_of(*server);
        if (!server->newest()) return;
        for (const wire::AdminTick* tick : *server->newest()) {
            (void)wire::record_of(*tick, nullptr);
            if (server->parts() && server->parts()->size() > 0)
                (void)wire::record_of(*tick, server->parts()->Get(0));
        }
    }
    if (const auto* page = reply.tell_as_AdminRooms()) {
        for (const wire::AdminRoomLine* line : *page->rooms()) {
            if (wire::room_of(*line).summary.name.size() > max_name_bytes) std::abort();
        }
    }
    if (const auto* told = reply.tell_as_AdminBytes()) {
        for (const TypeTraffic& type : wire::bytes_of(*told).types) {
            if (type.name.size() > max_name_bytes || !(type.rest >= 0)) std::abort();
        }
    }
    if (const auto* told = reply.tell_as_AdminMessages()) {
        for (const wire::AdminMessageLine* line : *told->lines()) {
            if (wire::traffic_of(*line).kind.empty()) std::abort();
        }
    }
    if (const auto* room = reply.tell_as_AdminRoomNews()) {
        for (const wire::AdminMemberLine* line : *room->members())
            (void)wire::admin_member_of(*line);
    }
}

} // namespace

/// Read by whatever schema comes: the second half of the input, if it is one.
void inspect(const std::vector<std::uint8_t>& message) {
    AdminInspection inspection(RoomId{1});
    wire::AdminTeller teller;
    const Bytes second = Bytes(message).subspan(message.size() / 2);
    const std::vector<std::uint8_t> schema(second.begin(), second.end());
    for (std::size_t offset = 0; offset < schema.size();) {
        const Bytes reply = teller.schema(RoomId{1}, 1, schema, offset);
        const auto* told = wire::decode_admin_reply(reply);
        if (!told || inspection.take(*told)) return;
        offset += told->tell_as_AdminSchema()->piece()->size();
    }
    if (const auto* reply = wire::decode_admin_reply(message)) (void)inspection.take(*reply);
}

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // In memory of its own, aligned as the transport's is, with no byte to spare.
    const std::vector<std::uint8_t> message(data, data + size);
    const auto* request = wire::decode_admin_request(message);
    const auto* act = request ? request->ask_as_AdminAct() : nullptr;
    if (act && name_of(static_cast<AdminVerb>(act->verb())).empty()) std::abort();
    if (const auto* reply = wire::decode_admin_reply(message)) walk(*reply);
    inspect(message);
    return 0;
}
