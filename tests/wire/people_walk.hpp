#pragma once

#include "wire/control.hpp"
#include "wire/field_hash.hpp"

namespace engine_net::testing {

/// Reads every field of the messages about people, those in an envelope and those without.
class PeopleWalk : public FieldHash {
public:
    void read(const wire::FindRooms& m) {
        number(m.request());
        sequence(m.kind());
        list(m.where(), [this](const wire::RoomFilter& filter) {
            sequence(filter.field());
            choice(filter.is());
            sequence(filter.text());
            real(filter.number());
        });
        list(m.order(), [this](const wire::RoomOrder& order) {
            sequence(order.field());
            flag(order.descending());
        });
        number(m.first());
        number(m.count());
    }
    void read(const wire::Answer& m) {
        number(m.request());
        choice(m.error());
        sequence(m.detail());
        sequence(m.payload());
    }
    void read(const wire::RoomCommand& m) {
        number(m.request());
        number(m.room());
        choice(m.verb());
        number(m.presence());
        sequence(m.reason());
    }
    void read(const wire::SetMetadata& m) {
        number(m.request());
        number(m.room());
        sequence(m.metadata());
    }
    void read(const wire::CancelQueue& m) { number(m.request()); }
    void read(const wire::QueueProgress& m) {
        number(m.request());
        number(m.waiting());
        number(m.needed());
        number(m.waited_ms());
        real(m.window());
    }
    void read(const wire::Subscribe& m) {
        number(m.request());
        sequence(m.channel());
        number(m.epoch());
        number(m.next());
        number(m.recent());
    }
    void read(const wire::Unsubscribe& m) { number(m.request()); }
    void read(const wire::Publish& m) {
        number(m.request());
        sequence(m.channel());
        choice(m.kind());
        sequence(m.event());
        sequence(m.payload());
        flag(m.to_self());
    }
    void read(const wire::Call& m) {
        number(m.request());
        number(m.room());
        sequence(m.name());
        sequence(m.payload());
    }
    void read(const wire::SetStatus& m) {
        flag(m.is_away());
        sequence(m.text());
    }
    void read(const wire::WatchUsers& m) {
        number(m.request());
        list(m.users(), [this](const flatbuffers::String& user) {
            sequence(&user);
        });
    }

    // Without an envelope.

    void read(const wire::RoomNews& m) {
        list(m.rooms(), [this](const wire::RoomLine& line) {
            read(line);
        });
        sequence(m.gone());
    }
    void read(const wire::RoomPeople& m) {
        list(m.members(), [this](const wire::Member& member) {
            read(member);
        });
        sequence(m.gone());
        choice(m.phase());
        number(m.start());
        number(m.host());
    }
    void read(const wire::ChannelNews& m) {
        list(m.messages(), [this](const wire::ChannelMessage& message) {
            read(message);
        });
    }
    void read(const wire::UserNews& m) {
        list(m.users(), [this](const wire::UserLine& line) {
            read(line);
        });
    }

    void read(const wire::RoomLine& m) {
        number(m.room());
        sequence(m.kind());
        sequence(m.name());
        number(m.players());
        number(m.capacity());
        number(m.age_ms());
        flag(m.has_password());
        flag(m.is_locked());
        number(m.spectators());
        choice(m.phase());
        sequence(m.metadata());
    }

    void read(const wire::Member& m) {
        number(m.presence());
        sequence(m.user());
        sequence(m.name());
        number(m.colour());
        flag(m.is_spectator());
        flag(m.is_connected());
        flag(m.is_ready());
        flag(m.is_muted());
        number(m.team());
    }
    void read(const wire::ChannelMessage& m) {
        number(m.number());
        choice(m.kind());
        sequence(m.user());
        sequence(m.name());
        sequence(m.event());
        sequence(m.payload());
    }
    void read(const wire::UserLine& m) {
        sequence(m.user());
        sequence(m.name());
        choice(m.state());
        sequence(m.status());
        number(m.room());
    }
};

} // namespace engine_net::testing
