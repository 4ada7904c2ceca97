// What admins are told of where the bytes go.

#include "server/loop.hpp"

namespace engine_net {

namespace {

std::vector<TypeTraffic> named(const ReplicatedSchema& schema, const SnapshotBits& bits) {
    std::vector<TypeTraffic> types;
    types.reserve(bits.types.size());
    for (std::size_t t = 0; t < bits.types.size(); ++t) {
        const EntityType& type = schema.types()[t];
        TypeTraffic& one = types.emplace_back();
        one.name = type.name;
        one.rest = bits.types[t].rest;
        one.fields.reserve(type.fields.size());
        for (std::size_t f = 0; f < type.fields.size(); ++f)
            one.fields.push_back({type.fields[f].name, bits.types[t].fields[f]});
    }
    return types;
}

} // namespace

Bytes Server::Loop::tell_bytes(const wire::AdminAskBytes& ask) {
    AdminBytes told;
    told.room = RoomId{ask.room()};
    told.viewer = PresenceId{ask.viewer()};
    told.tick = tick_;
    RoomInstance* const room = directory_.find(told.room);
    const Viewer* const viewer = room ? room->viewer_of(told.viewer) : nullptr;
    if (!room || (told.viewer.is_set() && !viewer)) return admins_.teller.bytes(told, false);
    const SnapshotBits& bits = room->watch_bytes(told.viewer);
    told.sent = viewer ? viewer->bytes() : room->meter().bytes_out;
    told.datagrams = bits.datagrams;
    told.bytes = bits.bytes;
    told.header_bits = bits.headers;
    told.types = named(room->kind().schema, bits);
    return admins_.teller.bytes(told, true);
}

Bytes Server::Loop::tell_messages() {
    return admins_.teller.messages(messages_.lines());
}

} // namespace engine_net
