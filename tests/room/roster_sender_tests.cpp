#include "client/people_view.hpp"
#include "core/random.hpp"
#include "room/roster_sender.hpp"
#include "wire/bulk.hpp"

#include <doctest/doctest.h>

#include <iterator>
#include <string>
#include <tuple>

using namespace engine_net;

namespace {

constexpr PresenceId seat{1};

auto tied(const RoomMember& member) {
    return std::tie(member.id,
                    member.user,
                    member.name,
                    member.colour,
                    member.is_spectator,
                    member.is_connected,
                    member.is_ready,
                    member.is_muted,
                    member.team);
}

/// A roster, one who is told of it, and what that one's client knows.
struct Told {
    explicit Told(Roster::Rules rules = {.min_players = 2, .countdown_ticks = 5}) : roster(rules) {
        view.enter(seat);
    }
    PresenceId join(bool is_spectator = false) {
        const PresenceId id{++last};
        roster.join({.id = id,
                     .user = "user" + std::to_string(id.value),
                     .name = "name" + std::to_string(id.value),
                     .colour = id.value * 3,
                     .is_spectator = is_spectator,
                     .team = id.value % 2});
        return id;
    }
    /// The messages that it took, at most `most`.
    std::size_t tell(std::size_t most = 1'000'000) {
        std::size_t sent = 0;
        sender.send(seat, roster, most, encoder, [&](Bytes message) {
            ++sent;
            REQUIRE(view.receive(message));
        });
        return sent;
    }
    /// What the client knows that is not so, or nothing.
    [[nodiscard]] std::string difference() const {
        if (view.members().size() != roster.members().size()) return "another number of members";
        for (const auto& [id, member] : roster.members()) {
            const auto known = view.members().find(id);
            if (known == view.members().end()) return "a member is missing";
            if (tied(known->second) != tied(member)) return "a member is another";
        }
        if (view.phase() != roster.phase()) return "the phase is another";
        if (view.start() != roster.start()) return "the start is another";
        return view.host() == roster.host() ? "" : "the host is another";
    }

    Roster roster;
    RosterSender sender;
    wire::PeopleEncoder encoder;
    PeopleView view;
    std::uint32_t last = 0;
};

/// What is wrong with the roster itself, or nothing.
std::string fault_of(const Roster& roster, bool has_advanced) {
    std::size_t here = 0;
    std::size_t ready = 0;
    std::size_t spectators = 0;
    for (const auto& [id, member] : roster.members()) {
        spectators += member.is_spectator ? 1 : 0;
        if (member.is_spectator || !member.is_connected) continue;
        ++here;
        ready += member.is_ready ? 1 : 0;
    }
    if (roster.spectators() != spectators) return "another number of spectators";
    if (roster.players() + spectators != roster.members().size()) return "players are lost";
    const RoomMember* const host = roster.find(roster.host());
    if (here > 0 && (!host || !host->is_connected)) return "no host, but players";
    if (!host && roster.host().is_set()) return "the host is not here";
    if (!has_advanced || roster.phase() == RoomPhase::playing) return {};
    const bool is_counting = roster.phase() == RoomPhase::countdown;
    if (is_counting && here < 2) return "a countdown with too few";
    return !is_counting && here >= 2 && ready == here ? "all are ready, and nothing happens" : "";
}

class Story {
public:
    explicit Story(std::uint64_t seed) : random_(seed) {}

    /// What went wrong, or nothing.
    std::string play() {
        for (int i = 0; i < 300; ++i) {
            const bool has_advanced = step();
            if (std::string fault = fault_of(told_.roster, has_advanced); !fault.empty())
                return fault + " at step " + std::to_string(i);
            if (told_.sender.has_news(told_.roster)) told_.tell(random_.next_below(3));
            if (told_.sender.has_news(told_.roster)) continue;
            if (std::string wrong = told_.difference(); !wrong.empty())
                return wrong + " at step " + std::to_string(i);
            if (told_.tell() > 0) return "there was no news, but something was told";
        }
        told_.tell();
        return told_.difference();
    }

private:
    PresenceId someone() {
        const auto& members = told_.roster.members();
        if (members.empty()) return {};
        auto any = members.begin();
        std::advance(any, static_cast<std::ptrdiff_t>(random_.next_below(members.size())));
        return any->first;
    }
    /// True: the roster has seen a tick since.
    bool step() {
        Roster& roster = told_.roster;
        const std::uint64_t what = random_.next_below(20);
        if (what < 3) told_.join(random_.next_chance(0.2));
        if (what == 3) roster.leave(someone());
        if (what == 4 || what == 5) roster.set_connected(someone(), random_.next_chance(0.7));
        if (what > 5 && what < 11) roster.command(someone(), RoomVerb::ready, {});
        if (what == 11) command();
        if (what == 12) roster.end_match();
        if (what == 13 && random_.next_chance(0.05)) change_much();
        if (what == 14 && random_.next_chance(0.2)) {
            told_.sender.restart();
            told_.view.enter(seat);
        }
        if (what < 15) return false;
        roster.advance(++now_);
        return true;
    }
    void command() {
        constexpr RoomVerb verbs[] = {RoomVerb::unready,
                                      RoomVerb::start,
                                      RoomVerb::mute,
                                      RoomVerb::unmute,
                                      RoomVerb::make_host};
        const PresenceId by = random_.next_chance(0.7) ? told_.roster.host() : someone();
        told_.roster.command(by, verbs[random_.next_below(std::size(verbs))], someone());
    }
    /// More than is kept of it.
    void change_much() {
        const PresenceId who = someone();
        for (int i = 0; i < 150; ++i) {
            told_.roster.set_connected(who, false);
            told_.roster.set_connected(who, true);
        }
        told_.roster.leave(who);
    }

    Random random_;
    Told told_;
    Tick now_{0xFFFFFFFF - 30};
};

void play_seeds(std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const std::string wrong = Story(seed).play();
        REQUIRE_MESSAGE(wrong.empty(), "seed ", seed, ": ", wrong);
    }
}

} // namespace

TEST_CASE("roster sender: 500 members come in pages, then each change by itself") {
    Told told;
    for (int i = 0; i < 500; ++i) told.join(i % 5 == 0);
    CHECK(told.tell(1) == 1);
    CHECK(told.sender.has_news(told.roster));
    CHECK_FALSE(told.view.take_news()); // not everyone yet
    CHECK(told.tell() == 41);
    CHECK_FALSE(told.sender.has_news(told.roster));
    CHECK(told.view.take_news());
    CHECK_FALSE(told.view.take_news());
    CHECK(told.difference() == "");

    SUBCASE("one who leaves") {
        told.roster.leave(PresenceId{77});
    }
    SUBCASE("one who joins") {
        told.join();
    }
    SUBCASE("one whose link is lost") {
        told.roster.set_connected(PresenceId{78}, false);
    }
    SUBCASE("one who is ready") {
        told.roster.command(PresenceId{77}, RoomVerb::ready, {});
    }
    SUBCASE("one who is muted") {
        told.roster.command(told.roster.host(), RoomVerb::mute, seat);
    }
    CHECK(told.tell() == 1);
    CHECK(told.view.take_news());
    CHECK(told.difference() == "");
    CHECK(told.tell() == 0);
}

TEST_CASE(
    "roster sender: an empty room is told, too, and what changed several times is told once") {
    Told told;
    CHECK(told.tell() == 1);
    CHECK(told.view.take_news());
    const PresenceId who = told.join();
    told.roster.command(who, RoomVerb::ready, {});
    told.roster.set_connected(who, false);
    CHECK(told.tell() == 1);
    CHECK(told.difference() == "");
    const PresenceId brief = told.join();
    told.roster.leave(brief);
    CHECK(told.tell() == 1);
    CHECK(told.difference() == "");
}

TEST_CASE("roster sender: the host and the phase are told") {
    Told told;
    const PresenceId ada = told.join();
    const PresenceId bob = told.join();
    told.tell();
    CHECK(told.view.host() == ada);
    CHECK(told.view.phase() == RoomPhase::waiting);
    CHECK(told.roster.command(ada, RoomVerb::make_host, bob) == wire::RequestError::none);
    CHECK(told.tell() == 1);
    CHECK(told.view.host() == bob);
    CHECK(told.roster.command(bob, RoomVerb::start, {}) == wire::RequestError::none);
    told.roster.advance(Tick{50});
    CHECK(told.tell() == 1);
    CHECK(told.view.phase() == RoomPhase::countdown);
    CHECK(told.view.start() == Tick{55});
    CHECK(told.view.take_news());
}

TEST_CASE("roster sender: after more changes than are kept it begins anew") {
    Told told;
    for (int i = 0; i < 30; ++i) told.join();
    told.tell();
    CHECK(told.view.take_news());
    told.roster.leave(PresenceId{5});
    for (int i = 0; i < 200; ++i) {
        told.roster.set_connected(PresenceId{7}, false);
        told.roster.set_connected(PresenceId{7}, true);
    }
    CHECK(told.tell(1) == 1);
    CHECK_FALSE(told.view.take_news());
    CHECK(told.tell() == 2);
    CHECK(told.view.take_news());
    CHECK(told.difference() == "");
}

TEST_CASE("roster sender: over another link everything is told anew") {
    Told told;
    for (int i = 0; i < 30; ++i) told.join();
    told.tell(2); // the rest is lost
    told.roster.leave(PresenceId{2});
    told.sender.restart();
    told.view.enter(seat);
    CHECK(told.view.members().size() == 24); // what was known, until it is told anew
    CHECK_FALSE(told.view.take_news());
    CHECK(told.tell() == 3);
    CHECK(told.difference() == "");
}

TEST_CASE("people view: what is for another seat, or no news, changes nothing") {
    Told told;
    told.join();
    told.tell();
    std::vector<std::uint8_t> message;
    ByteWriter writer(message);
    writer.write(wire::RoomPeopleHeader(wire::BulkKind::room_people, 1, 1, seat.value + 1));
    writer.write_bytes(told.encoder.room_people({}));
    CHECK(told.view.receive(message));
    CHECK(told.difference() == "");
    for (std::size_t size = 0; size < message.size(); ++size)
        told.view.receive(Bytes(message).first(size));
    CHECK_FALSE(told.view.receive(Bytes(message).first(4)));
    message[1] = 2;
    CHECK_FALSE(told.view.receive(message));
    CHECK(told.difference() == "");
    told.view.enter(PresenceId{seat.value + 1});
    CHECK(told.view.members().empty());
    told.view.leave();
    told.sender.restart();
    told.tell();
    CHECK(told.view.members().empty()); // in no room
}

TEST_CASE("roster sender: whatever happens, when there is no news the client knows it all") {
    play_seeds(1, 20);
}

TEST_SUITE("long, many seeds") {
    TEST_CASE("roster sender: when there is no news the client knows it all, 1,000 seeds long") {
        play_seeds(1'000, 1'000);
    }
}
