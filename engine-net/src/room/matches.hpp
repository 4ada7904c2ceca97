#pragma once

#include "room/match_queue.hpp"
#include "room/room_directory.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/server_view.hpp>
#include <engine_net/tick.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

/// Who waits for matches, and the rooms that were opened for those who did.
class Matches {
public:
    /// One who waits no more.
    struct Seating {
        SessionId session{};
        std::uint32_t request = 0;
        RoomInstance* room = nullptr; ///< to sit in, there is a seat; null: none could be opened
        std::uint32_t team = 0;
    };
    /// A new room's secrets.
    using RoomMaker = std::function<RoomDirectory::NewRoom()>;

    explicit Matches(RoomDirectory& directory) : directory_(directory) {}

    /// `kind` has matchmaking. A session waits for one kind at a time.
    QueueVerdict add(const RoomKind& kind, MatchQueue::Entry entry, Time now);
    /// The request of one that waited.
    std::optional<std::uint32_t> remove(SessionId session);
    /// It was opened for a match.
    [[nodiscard]] bool has_opened(RoomId room) const { return rooms_.contains(room); }
    /// It was, at the server that it comes from; nobody else is put into it.
    void note_opened(RoomId room) { rooms_[room].takes_more = false; }
    /// The room is gone.
    void forget(RoomId room) { rooms_.erase(room); }

    /// Fills free seats of running matches and makes new ones, a few times a second. Everyone who
    /// is told of is to be seated before anything else happens.
    std::vector<Seating> make(Tick tick, Time now, const RoomMaker& make_room);
    /// How it stands for all who wait, once a second.
    std::vector<MatchQueue::Progress> progress(Time now);
    /// By kind of room.
    [[nodiscard]] std::vector<QueueDetails> details() const;

private:
    /// Who may still come into a match.
    struct Opened {
        double rank = 0;
        std::map<std::string, std::string> properties{};
        bool takes_more = true;
    };

    void fill(const RoomKind& kind, MatchQueue& queue, Time now, std::vector<Seating>& seatings);
    void open(const RoomKind& kind,
              const MatchQueue::Made& made,
              Tick tick,
              Time now,
              const RoomMaker& make_room,
              std::vector<Seating>& seatings);

    RoomDirectory& directory_;
    std::map<std::string, MatchQueue> queues_; ///< by kind of room
    std::map<SessionId, std::string> waiting_; ///< for which kind
    std::map<RoomId, Opened> rooms_;
    Time next_matches_{};
    Time next_progress_{};
};

} // namespace engine_net
