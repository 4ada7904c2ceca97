// Who sits where, which seats are kept and which rooms are found, against a model that says it in
// the plainest way, one seed after the other.

#include "client/room_list.hpp"
#include "core/random.hpp"
#include "room/hall.hpp"
#include "room/room_directory.hpp"
#include "room/room_watch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t request = 3;
constexpr std::size_t max_rooms = 6;
constexpr std::size_t spectator_seats = 2;
constexpr std::uint64_t users = 5;
constexpr Duration linger{10s};

struct ModelMember {
    std::string user{};
    bool is_spectator = false;
    bool is_connected = true;
};

struct ModelRoom {
    std::uint32_t capacity = 0;
    bool is_private = false;
    bool is_for_all = true;
    bool is_locked = false;
    bool has_ended = false;
    std::string invite{};
    Time empty_since{};
    std::map<PresenceId, ModelMember> members{};
    std::map<std::string, Time> reservations{};
    std::set<std::string> banned{};

    [[nodiscard]] std::size_t players() const {
        return static_cast<std::size_t>(std::ranges::count_if(members, [](const auto& member) {
            return !member.second.is_spectator;
        }));
    }
    [[nodiscard]] std::size_t spectators() const { return members.size() - players(); }
    [[nodiscard]] bool is_full() const { return players() + reservations.size() >= capacity; }
    [[nodiscard]] bool is_open() const { return !is_full() && !is_locked && !has_ended; }
    [[nodiscard]] bool is_over(Time now) const {
        const bool is_empty = members.empty() && reservations.empty();
        return has_ended || (is_empty && now - empty_since >= linger);
    }
};

RoomKind kind_of(Hall*& newest) {
    RoomKind kind = hall_kind(newest, 4, "hall");
    kind.spectator_capacity = spectator_seats;
    return kind;
}

class Story {
public:
    explicit Story(std::uint64_t seed) : random_(seed) {
        directory_.define(kind_of(newest_));
        list_.watch(request);
    }

    /// What went wrong, or nothing.
    std::string play() {
        for (int i = 0; i < 200 && wrong_.empty(); ++i) {
            now_ += std::chrono::milliseconds(random_.next_below(3'000));
            step();
            close_ended();
            check();
            tell(random_.next_below(2));
        }
        tell(1'000);
        check_list();
        return wrong_;
    }
    [[nodiscard]] std::size_t joined() const { return joined_; }
    [[nodiscard]] std::size_t refused() const { return refused_; }

private:
    void expect(bool is_so, const std::string& what) {
        if (!is_so && wrong_.empty()) wrong_ = what;
    }
    std::string some_user() { return "user" + std::to_string(random_.next_below(users)); }
    const RoomKind& kind() { return *directory_.find_kind("hall"); }

    void step() {
        const std::uint64_t what = random_.next_below(16);
        if (what < 2) return create();
        if (what == 2) return join_any();
        if (what == 3 || what == 4) return join_by_code();
        if (rooms_.empty()) return;
        auto any = rooms_.begin();
        std::advance(any, static_cast<std::ptrdiff_t>(random_.next_below(rooms_.size())));
        RoomInstance& room = *directory_.find(any->first);
        ModelRoom& model = any->second;
        if (what < 7) return enter(room, model, random_.next_chance(0.2), "");
        if (what < 9) return leave(room, model);
        if (what == 9) return change_link(room, model);
        if (what < 12) return reserve(room, model);
        if (what < 14) return command(room, model);
        if (what == 14 && random_.next_chance(0.2)) return remove(any->first);
        if (what == 15 && random_.next_chance(0.2)) end(room, model);
    }

    void create() {
        ModelRoom model;
        model.capacity = static_cast<std::uint32_t>(1 + random_.next_below(4));
        model.is_private = random_.next_chance(0.2);
        const bool has_password = random_.next_chance(0.15);
        const bool is_by_invitation = random_.next_chance(0.15);
        model.is_for_all = !model.is_private && !has_password && !is_by_invitation;
        model.invite = code();
        model.empty_since = now_;
        RoomInstance* const room = directory_.create(kind(),
                                                     {.capacity = model.capacity,
                                                      .is_private = model.is_private,
                                                      .is_by_invitation = is_by_invitation,
                                                      .password = has_password ? "word" : "",
                                                      .invite = model.invite},
                                                     Tick{},
                                                     now_);
        expect((room != nullptr) == (rooms_.size() < max_rooms), "max_rooms is not kept");
        if (room) rooms_[room->id()] = std::move(model);
    }
    std::string code() { return "CODE" + std::to_string(++last_code_); }

    /// As `join_or_create` finds it.
    void join_any() {
        const std::string user = some_user();
        RoomInstance* const room = directory_.find_with_seat(kind(), user);
        if (!room) return;
        ModelRoom& model = rooms_.at(room->id());
        const std::size_t before = model.players();
        enter(*room, model, false, "", user);
        expect(model.players() == before + 1, "a seat was found, but there is none");
    }
    /// One of any room, or one that was good once.
    void join_by_code() {
        std::string code = "CODE" + std::to_string(1 + random_.next_below(last_code_ + 1));
        RoomId truth{};
        bool is_reserved = false;
        for (const auto& [id, model] : rooms_) {
            const bool has_reservation = model.reservations.contains(code);
            if (model.invite != code && !has_reservation) continue;
            truth = id;
            is_reserved = has_reservation;
        }
        if (random_.next_chance(0.5)) code.replace(0, 4, "code");
        RoomInstance* const room = directory_.find_by_invite(code);
        expect((room ? room->id() : RoomId{}) == truth, "a code leads to another room");
        if (room) enter(*room, rooms_.at(truth), false, is_reserved ? code : "");
    }
    /// When the library says that there is a place, as the model must.
    void enter(RoomInstance& room,
               ModelRoom& model,
               bool is_spectator,
               const std::string& reservation,
               std::string user = "") {
        if (user.empty()) user = some_user();
        const bool has_reservation = !reservation.empty();
        expect(room.has_banned(user) == model.banned.contains(user), "others are banned");
        const bool has_place =
            is_spectator ? room.has_place_to_watch() : has_reservation || room.is_open();
        const bool has_place_in_model = is_spectator ? model.spectators() < spectator_seats
                                                     : has_reservation || model.is_open();
        expect(has_place == has_place_in_model, "there is a place, or none");
        if (!has_place || room.has_banned(user)) {
            ++refused_;
            return;
        }
        const PresenceId id{++last_presence_};
        const auto joined = room.join({.id = id,
                                       .session = SessionId{id.value},
                                       .name = "name",
                                       .user = user,
                                       .is_spectator = is_spectator,
                                       .has_reservation = has_reservation});
        expect(joined && *joined == id, "a seat is refused");
        if (has_reservation) {
            directory_.use_reservation(reservation);
            model.reservations.erase("CODE" + reservation.substr(4));
        }
        directory_.note_change(room);
        model.members[id] = {user, is_spectator, true};
        ++joined_;
    }

    static PresenceId some_member(Random& random, const ModelRoom& model) {
        if (model.members.empty()) return {};
        auto any = model.members.begin();
        std::advance(any, static_cast<std::ptrdiff_t>(random.next_below(model.members.size())));
        return any->first;
    }
    void leave(RoomInstance& room, ModelRoom& model) {
        take_seat(room, model, some_member(random_, model), LeaveReason::left);
    }
    void take_seat(RoomInstance& room, ModelRoom& model, PresenceId who, LeaveReason reason) {
        room.leave(who, reason, now_);
        directory_.note_change(room);
        if (model.members.erase(who) > 0 && model.members.empty()) model.empty_since = now_;
    }
    void change_link(RoomInstance& room, ModelRoom& model) {
        const PresenceId who = some_member(random_, model);
        if (!who.is_set()) return;
        bool& is_connected = model.members.at(who).is_connected;
        is_connected = !is_connected;
        is_connected ? room.resume(who) : room.suspend(who);
    }
    void reserve(RoomInstance& room, ModelRoom& model) {
        if (room.is_full()) return;
        const std::string seat = code();
        const Time until = now_ + std::chrono::seconds(1 + random_.next_below(40));
        directory_.reserve(room, seat, until);
        model.reservations[seat] = until;
    }
    /// The host's, and what the server makes of it.
    void command(RoomInstance& room, ModelRoom& model) {
        constexpr RoomVerb verbs[] = {RoomVerb::lock, RoomVerb::unlock, RoomVerb::ban};
        const RoomVerb verb = verbs[random_.next_below(std::size(verbs))];
        const PresenceId whom = some_member(random_, model);
        std::string detail;
        if (room.command(room.roster().host(), verb, whom, "no", detail) !=
            wire::RequestError::none)
            return;
        if (verb == RoomVerb::ban) model.banned.insert(model.members.at(whom).user);
        if (verb == RoomVerb::lock || verb == RoomVerb::unlock)
            model.is_locked = verb == RoomVerb::lock;
        const RoomInstance::Outbox outbox = room.take_outbox();
        if (outbox.has_changed) directory_.note_change(room);
        for (const auto& kick : outbox.kicks) take_seat(room, model, kick.who, LeaveReason::kicked);
    }
    void end(RoomInstance& room, ModelRoom& model) {
        room.close("it is over");
        model.has_ended = true;
        for (const char* user : {"user0", "user1"}) {
            expect(directory_.find_with_seat(kind(), user) != &room,
                   "a room that is over is found");
        }
    }
    void remove(RoomId id) {
        RoomInstance& room = *directory_.find(id);
        while (!room.presences().empty())
            room.leave(room.presences().front()->id(), LeaveReason::room_closed, now_);
        directory_.remove(id);
        rooms_.erase(id);
    }
    void close_ended() {
        directory_.expire_reservations(now_);
        std::vector<RoomId> ended;
        for (auto& [id, model] : rooms_) {
            std::erase_if(model.reservations, [&](const auto& one) {
                return one.second <= now_;
            });
            const bool is_over = directory_.find(id)->is_over(now_, linger);
            expect(is_over == model.is_over(now_), "a room is over, or it is not");
            if (is_over) ended.push_back(id);
        }
        for (const RoomId id : ended) remove(id);
    }

    void check() {
        expect(directory_.size() == rooms_.size(), "another number of rooms");
        std::set<const Presence*> seats;
        std::size_t listed = 0;
        for (const auto& [id, model] : rooms_) {
            const RoomInstance* const room = directory_.find(id);
            if (!room) return expect(false, "a room is missing");
            listed += model.is_private ? 0 : 1;
            check_room(*room, model);
            for (const Presence* who : room->presences())
                expect(seats.insert(who).second, "a seat was given twice");
        }
        expect(directory_.listed() == listed, "another number of rooms is listed");
        check_found();
        check_page();
    }
    void check_room(const RoomInstance& room, const ModelRoom& model) {
        expect(room.players() == model.players(), "other players");
        expect(room.reserved() == model.reservations.size(), "other seats are kept");
        expect(room.players() + room.reserved() <= model.capacity, "more seats than there are");
        expect(room.roster().spectators() <= spectator_seats, "too many watch");
        expect(room.presences().size() == model.members.size(), "other seats");
        for (const auto& [seat, time] : model.reservations)
            expect(directory_.has_reservation(seat), "a reservation is missing");
        for (const Presence* who : room.presences()) {
            const auto member = model.members.find(who->id());
            if (member == model.members.end()) return expect(false, "someone else sits there");
            expect(who->is_connected() == member->second.is_connected, "another link");
            const RoomMember* const listed = room.roster().find(who->id());
            expect(listed && listed->is_connected == who->is_connected(), "another roster");
        }
        expect(room.roster().members().size() == model.members.size(), "another roster's size");
    }
    /// The fullest that is open to all and has not banned the user, of these the oldest.
    void check_found() {
        for (std::uint64_t i = 0; i < users; ++i) {
            const std::string user = "user" + std::to_string(i);
            RoomId best{};
            std::size_t most = 0;
            for (const auto& [id, model] : rooms_) {
                if (!model.is_for_all || !model.is_open() || model.banned.contains(user)) continue;
                if (best.is_set() && model.players() <= most) continue;
                best = id;
                most = model.players();
            }
            const RoomInstance* const found = directory_.find_with_seat(kind(), user);
            expect((found ? found->id() : RoomId{}) == best, "another room is found");
        }
    }
    void check_page() {
        const std::vector<RoomSummary> page = directory_.page(1, 2, now_);
        std::vector<RoomId> listed;
        for (const auto& [id, model] : rooms_) {
            if (!model.is_private) listed.push_back(id);
        }
        const std::size_t lines = std::min<std::size_t>(2, listed.empty() ? 0 : listed.size() - 1);
        if (page.size() != lines) return expect(false, "another page");
        for (std::size_t i = 0; i < lines; ++i) {
            expect(page[i].id == listed[i + 1], "another room on the page");
            expect(page[i].players == rooms_.at(page[i].id).players(), "other players on the page");
        }
    }
    void tell(std::size_t count) {
        watch_.send(directory_, now_, count, encoder_, [&](Bytes message) {
            expect(list_.receive(message), "no news");
        });
        if (!watch_.has_news(directory_)) check_list();
    }
    void check_list() {
        expect(list_.is_whole(), "the list is not whole");
        std::size_t listed = 0;
        for (const auto& [id, model] : rooms_) {
            const auto known = list_.rooms().find(id);
            expect((known == list_.rooms().end()) == model.is_private, "another room is known");
            if (known == list_.rooms().end()) continue;
            ++listed;
            expect(known->second.players == model.players(), "other players are known");
            expect(known->second.spectators == model.spectators(), "other spectators are known");
            expect(known->second.is_locked == model.is_locked, "another lock is known");
        }
        expect(list_.rooms().size() == listed, "too many rooms are known");
    }

    Random random_;
    Hall* newest_ = nullptr;
    RoomDirectory directory_{{.max_rooms = max_rooms, .tick_rate = 60, .input_window_ticks = 8}};
    RoomWatch watch_{request, directory_};
    RoomList list_;
    wire::ControlEncoder encoder_;
    std::map<RoomId, ModelRoom> rooms_;
    Time now_{1h};
    std::uint32_t last_presence_ = 0;
    std::uint64_t last_code_ = 0;
    std::size_t joined_ = 0;
    std::size_t refused_ = 0;
    std::string wrong_;
};

void play_seeds(std::uint64_t first, std::uint64_t count) {
    std::size_t joined = 0;
    std::size_t refused = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        Story story(seed);
        const std::string wrong = story.play();
        REQUIRE_MESSAGE(wrong.empty(), "seed ", seed, ": ", wrong);
        joined += story.joined();
        refused += story.refused();
    }
    CHECK(joined > count * 20);
    CHECK(refused > count * 5);
}

} // namespace

TEST_CASE("seats: none is given twice, and what is told of the rooms is so") {
    play_seeds(1, 20);
}

TEST_SUITE("long, many seeds") {
    TEST_CASE("seats: none is given twice, 1,000 seeds long") {
        play_seeds(1'000, 1'000);
    }
}
