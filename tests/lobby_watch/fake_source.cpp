#include "lobby_watch/fake_source.hpp"

using namespace engine_net;

void FakeSource::add_room(std::uint32_t id, const std::string& kind, const std::string& name) {
    AdminRoom room;
    room.summary.id = {id};
    room.summary.kind = kind;
    room.summary.name = name;
    room.summary.players = 2;
    room.summary.capacity = 8;
    all_rooms[{id}] = room;
}

AdminMember& FakeSource::add_member(std::uint32_t id, const std::string& name) {
    if (!view) view.emplace();
    AdminMember& member = view->members.emplace_back();
    member.member.id = {id};
    member.member.name = name;
    return member;
}

void FakeSource::run(std::uint32_t ticks, std::uint32_t stage_us) {
    for (std::uint32_t i = 0; i < ticks; ++i) {
        TickRecord record;
        record.tick = records.empty() ? Tick{1} : records.back().tick + 1;
        record.us.fill(stage_us);
        record.bytes_in = 10;
        record.bytes_out = 100;
        records.push_back(record);
    }
}

void FakeSource::act(const AdminAction& action,
                     std::function<void(const std::string& problem)> done) {
    actions.push_back(action);
    done(refusal);
}
