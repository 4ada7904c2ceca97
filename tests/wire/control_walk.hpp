#pragma once

#include "wire/control.hpp"
#include "wire/people_walk.hpp"

#include <cstdint>

namespace engine_net::testing {

/// Reads every field of a decoded message.
class ControlWalk : private PeopleWalk {
public:
    static std::uint64_t over(const wire::Envelope& envelope) {
        ControlWalk walk;
        walk.number(envelope.offset());
        walk.choice(envelope.message_type());
        walk.read_session(envelope);
        walk.read_people(envelope);
        return walk.hash();
    }

private:
    using PeopleWalk::read;

    void read_session(const wire::Envelope& envelope) {
        if (const auto* m = envelope.message_as_Hello()) read(*m);
        if (const auto* m = envelope.message_as_Welcome()) read(*m);
        if (const auto* m = envelope.message_as_Refuse()) read(*m);
        if (const auto* m = envelope.message_as_StateCheck()) read(*m);
        if (const auto* m = envelope.message_as_JoinRoom()) read(*m);
        if (const auto* m = envelope.message_as_JoinAnswer()) read(*m);
        if (const auto* m = envelope.message_as_RequestSchema()) read(*m);
        if (const auto* m = envelope.message_as_WatchRooms()) read(*m);
        if (const auto* m = envelope.message_as_RoomLeft()) read(*m);
        if (const auto* m = envelope.message_as_ListRooms()) read(*m);
        if (const auto* m = envelope.message_as_RoomList()) read(*m);
        if (const auto* m = envelope.message_as_Event()) read(*m);
        if (const auto* m = envelope.message_as_Goodbye()) read(*m);
        if (const auto* m = envelope.message_as_Move()) read(*m);
        if (const auto* m = envelope.message_as_Ticket()) read(*m);
    }
    void read_people(const wire::Envelope& envelope) {
        if (const auto* m = envelope.message_as_FindRooms()) read(*m);
        if (const auto* m = envelope.message_as_Answer()) read(*m);
        if (const auto* m = envelope.message_as_RoomCommand()) read(*m);
        if (const auto* m = envelope.message_as_SetMetadata()) read(*m);
        if (const auto* m = envelope.message_as_CancelQueue()) read(*m);
        if (const auto* m = envelope.message_as_QueueProgress()) read(*m);
        if (const auto* m = envelope.message_as_Subscribe()) read(*m);
        if (const auto* m = envelope.message_as_Unsubscribe()) read(*m);
        if (const auto* m = envelope.message_as_Publish()) read(*m);
        if (const auto* m = envelope.message_as_Call()) read(*m);
        if (const auto* m = envelope.message_as_SetStatus()) read(*m);
        if (const auto* m = envelope.message_as_WatchUsers()) read(*m);
    }
    void read(const wire::Hello& m) {
        number(m.protocol_version());
        sequence(m.name());
        sequence(m.token());
        number(m.colour());
        sequence(m.connect_token());
        sequence(m.seat());
        if (!m.resume()) return;
        number(m.resume()->session());
        sequence(m.resume()->secret());
        number(m.resume()->received());
        flag(m.resume()->has_forgotten());
        sequence(m.resume()->ticket());
    }
    void read(const wire::Welcome& m) {
        number(m.session());
        sequence(m.secret());
        number(m.tick_rate());
        number(m.grace_ms());
        flag(m.resumed());
        number(m.received());
        number(m.sent());
        number(m.room());
        number(m.presence());
        number(m.schema_digest());
        number(m.room_grace_ms());
        number(m.tick());
        sequence(m.user());
        sequence(m.ticket());
        sequence(m.invite());
    }
    void read(const wire::Elsewhere* m) {
        if (!m) return;
        sequence(m->address());
        sequence(m->server_key());
        sequence(m->seat());
    }
    void read(const wire::Move& m) {
        read(m.elsewhere());
        sequence(m.reason());
    }
    void read(const wire::Ticket& m) { sequence(m.ticket()); }
    void read(const wire::Refuse& m) {
        choice(m.reason());
        sequence(m.detail());
        read(m.elsewhere());
        choice(m.join_error());
    }
    void read(const wire::StateCheck& m) {
        number(m.tick());
        number(m.hash());
    }
    void read(const wire::JoinRoom& m) {
        number(m.request());
        choice(m.mode());
        number(m.room());
        sequence(m.kind());
        sequence(m.name());
        number(m.capacity());
        number(m.schema_digest());
        flag(m.is_private());
        sequence(m.password());
        sequence(m.invite());
        flag(m.as_spectator());
        sequence(m.metadata());
        real(m.rank());
        list(m.properties(), [this](const wire::Property& property) {
            sequence(property.key());
            sequence(property.value());
        });
        sequence(m.party());
        number(m.party_size());
    }
    void read(const wire::JoinAnswer& m) {
        number(m.request());
        choice(m.error());
        sequence(m.detail());
        number(m.room());
        number(m.presence());
        number(m.tick());
        number(m.schema_digest());
        number(m.grace_ms());
        sequence(m.invite());
        read(m.elsewhere());
    }
    void read(const wire::RequestSchema& m) { number(m.digest()); }
    void read(const wire::WatchRooms& m) {
        number(m.request());
        flag(m.on());
    }
    void read(const wire::RoomLeft& m) {
        number(m.room());
        choice(m.reason());
        sequence(m.detail());
    }
    void read(const wire::ListRooms& m) {
        number(m.request());
        number(m.first());
    }
    void read(const wire::RoomList& m) {
        number(m.request());
        number(m.total());
        list(m.rooms(), [this](const wire::RoomLine& line) {
            read(line);
        });
    }
    void read(const wire::Event& m) {
        number(m.room());
        sequence(m.payload());
    }
    void read(const wire::Goodbye& m) {
        choice(m.reason());
        sequence(m.detail());
    }
};

} // namespace engine_net::testing
