#include "room/roster_sender.hpp"

#include "wire/bulk.hpp"

#include <algorithm>
#include <vector>

namespace engine_net {

namespace {

/// As many lines as usually fit a datagram.
constexpr std::size_t members_in_message = 12;

} // namespace

struct RosterSender::News {
    std::vector<RoomMember> members{};
    std::vector<PresenceId> gone{};
};

void RosterSender::send(PresenceId who,
                        const Roster& roster,
                        std::size_t count,
                        wire::PeopleEncoder& encoder,
                        const std::function<void(Bytes)>& send) {
    std::vector<std::uint8_t> message;
    for (; count > 0 && has_news(roster); --count) {
        if (has_begun_ && next_change_ < roster.changes().begin()) restart();
        const bool begins = !has_begun_;
        if (begins) next_change_ = roster.changes().end();
        has_begun_ = true;
        News news;
        is_whole_ ? take_changes(roster, news) : take_members(roster, news);
        message.clear();
        ByteWriter writer(message);
        writer.write(wire::RoomPeopleHeader(
            wire::BulkKind::room_people, std::uint8_t{begins}, std::uint8_t{is_whole_}, who.value));
        writer.write_bytes(encoder.room_people(
            {news.members, news.gone, roster.phase(), roster.start(), roster.host()}));
        send(message);
    }
}

void RosterSender::take_members(const Roster& roster, News& news) {
    auto member = roster.members().lower_bound(next_member_);
    for (; member != roster.members().end() && news.members.size() < members_in_message; ++member)
        news.members.push_back(member->second);
    is_whole_ = member == roster.members().end();
    if (!is_whole_) next_member_ = member->first;
}

void RosterSender::take_changes(const Roster& roster, News& news) {
    const ChangeLog<PresenceId>& changes = roster.changes();
    std::vector<PresenceId> told;
    while (next_change_ < changes.end() && told.size() < members_in_message) {
        const PresenceId id = changes.at(next_change_++);
        if (!id.is_set() || std::ranges::find(told, id) != told.end()) continue;
        told.push_back(id);
        if (const RoomMember* member = roster.find(id)) {
            news.members.push_back(*member);
        } else {
            news.gone.push_back(id);
        }
    }
}

} // namespace engine_net
