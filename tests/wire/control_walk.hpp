#pragma once

#include "wire/control.hpp"

#include <cstdint>

namespace engine_net::testing {

/// Reads every field of a decoded message, to the last byte of its texts. A hash of them: two
/// messages with the same fields have the same one, however they lie in memory.
class ControlWalk {
public:
    static std::uint64_t over(const wire::Envelope& envelope) {
        ControlWalk walk;
        walk.read(envelope);
        return walk.hash_;
    }

private:
    void read(const wire::Envelope& envelope) {
        number(envelope.offset());
        number(static_cast<std::uint64_t>(envelope.message_type()));
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
    }
    void read(const wire::Hello& m) {
        number(m.protocol_version());
        sequence(m.name());
        if (!m.resume()) return;
        number(m.resume()->session());
        sequence(m.resume()->secret());
        number(m.resume()->received());
        number(m.resume()->has_forgotten() ? 1 : 0);
    }
    void read(const wire::Welcome& m) {
        number(m.session());
        sequence(m.secret());
        number(m.tick_rate());
        number(m.grace_ms());
        number(m.resumed() ? 1 : 0);
        number(m.received());
        number(m.sent());
        number(m.room());
        number(m.presence());
        number(m.schema_digest());
        number(m.room_grace_ms());
        number(m.tick());
    }
    void read(const wire::Refuse& m) {
        number(static_cast<std::uint64_t>(m.reason()));
        sequence(m.detail());
    }
    void read(const wire::StateCheck& m) {
        number(m.tick());
        number(m.hash());
    }
    void read(const wire::JoinRoom& m) {
        number(m.request());
        number(static_cast<std::uint64_t>(m.mode()));
        number(m.room());
        sequence(m.kind());
        sequence(m.name());
        number(m.capacity());
        number(m.schema_digest());
    }
    void read(const wire::JoinAnswer& m) {
        number(m.request());
        number(static_cast<std::uint64_t>(m.error()));
        sequence(m.detail());
        number(m.room());
        number(m.presence());
        number(m.tick());
        number(m.schema_digest());
        number(m.grace_ms());
    }
    void read(const wire::RequestSchema& m) { number(m.digest()); }
    void read(const wire::WatchRooms& m) {
        number(m.request());
        number(m.on() ? 1 : 0);
    }
    void read(const wire::RoomLeft& m) {
        number(m.room());
        number(static_cast<std::uint64_t>(m.reason()));
        sequence(m.detail());
    }
    void read(const wire::ListRooms& m) {
        number(m.request());
        number(m.first());
    }
    void read(const wire::RoomList& m) {
        number(m.request());
        number(m.total());
        for (const wire::RoomLine* line : *m.rooms()) {
            number(line->room());
            sequence(line->kind());
            sequence(line->name());
            number(line->players());
            number(line->capacity());
            number(line->age_ms());
        }
    }
    void read(const wire::Event& m) {
        number(m.room());
        sequence(m.payload());
    }
    void read(const wire::Goodbye& m) {
        number(static_cast<std::uint64_t>(m.reason()));
        sequence(m.detail());
    }

    void number(std::uint64_t value) { hash_ = (hash_ ^ value) * 0x100000001B3u + 1; }
    template <class Sequence>
    void sequence(const Sequence* values) {
        number(values ? 1 : 0);
        if (!values) return;
        number(values->size());
        for (const auto value : *values) number(static_cast<std::uint8_t>(value));
    }

    std::uint64_t hash_ = 0xCBF29CE484222325u;
};

} // namespace engine_net::testing
