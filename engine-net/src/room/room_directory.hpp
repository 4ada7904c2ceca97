#pragma once

#include "room/change_log.hpp"
#include "room/room_instance.hpp"
#include "room/room_kind.hpp"
#include "room/room_select.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/lobby.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net {

/// Codes are the same in capitals or not.
std::string in_capitals(std::string_view code);

/// The room kinds and the running rooms of one server.
class RoomDirectory {
public:
    struct Settings {
        std::size_t max_rooms = 0;
        std::uint32_t tick_rate = 0;
        std::uint32_t input_window_ticks = 0;
        std::size_t workers = 1; ///< to spread the rooms over
    };
    struct NewRoom {
        RoomId id{};        ///< of `claim_id`; unset: the next one
        std::string name{}; ///< one that can't be shown is replaced by the kind's with a number
        std::uint32_t capacity = 0; ///< 0: the kind's own; more than that is cut to it
        bool stays_when_empty = false;
        bool is_private = false;       ///< in no list, found by its invite code alone
        bool is_by_invitation = false; ///< in the list, but for players who are brought there only
        std::string password{};
        std::string invite{}; ///< unlike any other's
        std::vector<std::uint8_t> metadata{};
        std::uint64_t seed = 0;
    };

    /// A room that runs on another server of the cluster.
    struct RemoteRoom {
        RoomSummary summary{}; ///< its age is that of when it was told
        Time told{};
        std::uint16_t node = 0;  ///< number of that server
        std::uint32_t moves = 0; ///< times that it has gone to another one
    };

    explicit RoomDirectory(Settings settings) : settings_(settings), seats_(settings.workers) {}

    /// Rooms that are opened from now on have ids from `first` to below `first` + `count`, again
    /// and again, of which the first is the `start`th. By default all ids there are.
    void number_rooms(std::uint32_t first, std::uint32_t count, std::uint32_t start);
    /// An id that no room has, nor will have soon, for one that may be opened later.
    RoomId claim_id();

    void define(RoomKind kind);
    [[nodiscard]] const RoomKind* find_kind(std::string_view name) const;
    [[nodiscard]] const std::map<std::string, RoomKind, std::less<>>& kinds() const {
        return kinds_;
    }
    /// Any of those whose schema has this digest, or null.
    [[nodiscard]] const RoomKind* find_kind_of(std::uint64_t schema_digest) const;

    /// Null when `max_rooms` run already.
    RoomInstance* create(const RoomKind& kind, NewRoom room, Tick tick, Time now);
    /// One that goes on here after it was saved at another server. Null when `max_rooms` run
    /// already, one has its id, or its game can't read what was saved.
    RoomInstance* take_up(const RoomKind& kind, const wire::SavedRoom& saved, Tick tick, Time now);
    /// Seats of that room that are kept.
    [[nodiscard]] std::vector<wire::SavedRoom::Reservation> reservations(RoomId room,
                                                                         Time now) const;
    /// Keeps a free seat of that room until then for whoever comes with this code, which is unlike
    /// any other's, and is of that team then.
    void reserve(RoomInstance& room, std::string code, Time until, std::uint32_t team = 0);
    [[nodiscard]] bool has_reservation(std::string_view code) const;
    /// Of a seat that is kept.
    [[nodiscard]] std::uint32_t team_of(std::string_view code) const;
    /// Whoever had that code has come; nothing if there is none.
    void use_reservation(std::string_view code);
    /// Seats that were kept until `now` or longer are free again.
    void expire_reservations(Time now);
    [[nodiscard]] RoomInstance* find(RoomId id) const;
    /// The fullest room of that kind with a free seat for anyone, the oldest of these, from which
    /// the user is not banned, and with that name if one is given; null if there is none.
    [[nodiscard]] RoomInstance*
    find_with_seat(const RoomKind& kind, const std::string& user, std::string_view name = {}) const;
    /// By its own code or that of a seat that is kept in it, in capitals or not; null when no room
    /// has that code.
    [[nodiscard]] RoomInstance* find_by_invite(std::string_view code) const;
    void remove(RoomId id);
    /// Of every join and leave, and of what else the list says of a room.
    void note_change(const RoomInstance& room);
    [[nodiscard]] const ChangeLog<RoomId>& changes() const { return changes_; }

    /// From now on the list has it, as it is told here, beside those of this server.
    void put_remote(RemoteRoom room);
    void remove_remote(RoomId id);
    [[nodiscard]] const RemoteRoom* find_remote(RoomId id) const;
    /// By id.
    [[nodiscard]] const std::map<RoomId, RemoteRoom>& remote_rooms() const { return remote_; }

    [[nodiscard]] std::size_t size() const { return rooms_.size(); }
    /// Whether anyone may enter it who comes by: it has a free seat and asks for nothing.
    [[nodiscard]] static bool is_for_all(const RoomInstance& room);
    /// Of those that are not private, wherever they run.
    [[nodiscard]] std::size_t listed() const { return listed_.size(); }
    /// What the list says of a room, wherever it runs; nothing of one that is not in it.
    [[nodiscard]] std::optional<RoomSummary> line_of(RoomId id, Time now) const;
    /// By id.
    [[nodiscard]] const std::map<RoomId, std::unique_ptr<RoomInstance>>& rooms() const {
        return rooms_;
    }
    /// At most `count` lines from the `first` room on, by id; without private ones.
    [[nodiscard]] std::vector<RoomSummary>
    page(std::size_t first, std::size_t count, Time now) const;
    /// The same from an id on.
    [[nodiscard]] std::vector<RoomSummary>
    lines_from(RoomId first, std::size_t count, Time now) const;
    /// All that are not private, for `select_rooms`, as they were at most a quarter second before:
    /// searches come in crowds, and to look at every room costs more than most of them. Good until
    /// the next call.
    [[nodiscard]] const std::vector<QueriedRoom>& queried(Time now);

private:
    /// The fullest first, then the oldest.
    struct Place {
        std::size_t players = 0;
        RoomId room;

        friend bool operator<(const Place& a, const Place& b) {
            return a.players != b.players ? a.players > b.players : a.room < b.room;
        }
    };
    struct Reservation {
        RoomId room;
        Time until{};
        std::uint32_t team = 0;
    };
    RoomInstance* open(const RoomKind& kind,
                       RoomInstance::Settings settings,
                       Tick tick,
                       Time now,
                       const wire::SavedRoom* saved);
    [[nodiscard]] std::size_t least_busy_worker() const;
    void close_to_all(const RoomInstance& room);
    void end_reservation(std::map<std::string, Reservation, std::less<>>::iterator reservation);

    Settings settings_;
    std::vector<std::size_t> seats_; ///< by worker
    ChangeLog<RoomId> changes_{max_room_changes};
    std::map<std::string, RoomId, std::less<>> invites_;
    std::map<std::string, Reservation, std::less<>> reservations_; ///< by code
    std::set<std::pair<Time, std::string>> expiries_;              ///< of these
    std::map<RoomId, Place> listed_;                               ///< all that are not private
    std::map<const RoomKind*, std::set<Place>> open_; ///< of these, those that anyone may enter
    std::map<std::string, RoomKind, std::less<>> kinds_;
    std::map<RoomId, std::unique_ptr<RoomInstance>> rooms_;
    std::map<RoomId, RemoteRoom> remote_;
    std::vector<QueriedRoom> queried_;
    std::optional<Time> queried_at_; ///< nothing: never
    std::uint32_t first_id_ = 1;
    std::uint32_t id_count_ = UINT32_MAX;
    std::uint32_t opened_ = 0; ///< rooms so far, modulo `id_count_`
};

} // namespace engine_net
