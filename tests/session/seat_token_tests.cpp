#include "session/seat_gate.hpp"
#include "session/seat_token.hpp"
#include "wire/control_encoder.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

ClusterKeys keys_of(char digit) {
    return ClusterKeys(*parse_secret_key(std::string(64, digit)));
}

std::vector<std::uint8_t> join_bytes() {
    wire::ControlEncoder encoder;
    const Bytes bytes = encoder.join_room(
        1, wire::ControlEncoder::JoinRoom{5, wire::JoinMode::join, RoomId{9}, {}, {}, 0, 0x1234});
    return {bytes.begin(), bytes.end()};
}

SeatGrant sample_seat() {
    SeatGrant grant;
    grant.expires_at = UnixTime(1'800'000'010s);
    grant.node = 7;
    grant.player = {.name = "Ada", .user = "ada", .room = "duel", .colour = 0xFF8800};
    grant.session = SessionId{77};
    grant.room = RoomId{9};
    grant.presence = PresenceId{12};
    grant.reservation = 1234;
    grant.join = join_bytes();
    return grant;
}

TicketGrant sample_ticket() {
    TicketGrant grant;
    grant.expires_at = UnixTime(1'800'000'010s);
    grant.node = 7;
    grant.player = {.name = "Ada", .user = "ada", .room = "", .colour = 3};
    grant.session = SessionId{77};
    grant.room = RoomId{9};
    grant.presence = PresenceId{12};
    grant.kind = "arena";
    grant.room_name = "arena 1";
    return grant;
}

/// A node, and what seals seats for it.
struct Node {
    explicit Node(std::size_t most = 100) : gate(keys_of('1'), 7, config(most)) {}

    SeatGate::Config config(std::size_t most) {
        SeatGate::Config config;
        config.max_remembered = most;
        config.unix_time = [this] {
            return now;
        };
        return config;
    }
    std::vector<std::uint8_t> seat(std::chrono::seconds life = 15s) {
        SeatGrant grant = sample_seat();
        grant.expires_at = now + life;
        return seal_seat(keys_of('1'), grant, random);
    }
    SeatVerdict show(const std::vector<std::uint8_t>& token) {
        const SeatGate::Shown shown = gate.look(token);
        if (shown.verdict == SeatVerdict::good) gate.use(shown, SessionId{++sessions});
        return shown.verdict;
    }

    SecretSource random{1};
    UnixTime now{1'800'000'000s};
    std::uint64_t sessions = 0;
    SeatGate gate;
};

} // namespace

TEST_CASE("seat token: what is sealed comes out of it") {
    SecretSource random(1);
    const SeatGrant grant = sample_seat();
    const auto token = seal_seat(keys_of('1'), grant, random);
    CHECK(token.size() <= max_seat_bytes);
    const auto open = open_seat(keys_of('1'), token);
    REQUIRE(open);
    CHECK(open->grant.expires_at == grant.expires_at);
    CHECK(open->grant.node == 7);
    CHECK(open->grant.player.name == "Ada");
    CHECK(open->grant.player.user == "ada");
    CHECK(open->grant.player.room == "duel");
    CHECK(open->grant.player.colour == 0xFF8800);
    CHECK_FALSE(open->grant.player.is_admin);
    CHECK(open->grant.session == SessionId{77});
    CHECK(open->grant.room == RoomId{9});
    CHECK(open->grant.presence == PresenceId{12});
    CHECK(open->grant.reservation == 1234);
    CHECK(open->grant.join == grant.join);
    CHECK(open_seat(keys_of('1'), seal_seat(keys_of('1'), grant, random))->number != open->number);
}

TEST_CASE("seat token: a ticket says the same when it is opened") {
    SecretSource random(1);
    const TicketGrant grant = sample_ticket();
    const auto ticket = seal_ticket(keys_of('1'), grant, random);
    CHECK(ticket.size() <= max_ticket_bytes);
    const auto open = open_ticket(keys_of('1'), ticket);
    REQUIRE(open);
    CHECK(open->expires_at == grant.expires_at);
    CHECK(open->node == 7);
    CHECK(open->session == SessionId{77});
    CHECK(open->player.user == "ada");
    CHECK(open->room == RoomId{9});
    CHECK(open->presence == PresenceId{12});
    CHECK(open->kind == "arena");
    CHECK(open->room_name == "arena 1");
}

TEST_CASE("seat token: the longest of everything fits") {
    SecretSource random(1);
    const std::string text(300, 'x');
    TicketGrant ticket = sample_ticket();
    ticket.player = {.name = text, .user = text, .room = text};
    ticket.kind = ticket.room_name = text;
    const auto sealed = seal_ticket(keys_of('1'), ticket, random);
    CHECK(sealed.size() <= max_ticket_bytes);
    CHECK(open_ticket(keys_of('1'), sealed));

    std::map<std::string, std::string> properties;
    for (std::size_t i = 0; i < max_ticket_properties; ++i)
        properties.emplace(std::string(max_property_bytes - 1, 'k') + std::to_string(i), text);
    const std::vector<std::uint8_t> metadata(max_metadata_bytes, 1);
    wire::ControlEncoder::JoinRoom join{1, wire::JoinMode::queue, {}, text, text, 1, 1};
    join.password = join.invite = join.party = text;
    join.metadata = metadata;
    join.properties = &properties;
    wire::ControlEncoder encoder;
    const Bytes bytes = encoder.join_room(1, join);
    SeatGrant seat = sample_seat();
    seat.player = ticket.player;
    seat.join.assign(bytes.begin(), bytes.end());
    const auto open = open_seat(keys_of('1'), seal_seat(keys_of('1'), seat, random));
    REQUIRE(open);
    CHECK(open->grant.join == seat.join);
}

TEST_CASE("seat token: no other key opens it, and no changed or cut one does") {
    SecretSource random(1);
    const auto token = seal_seat(keys_of('1'), sample_seat(), random);
    CHECK_FALSE(open_seat(keys_of('2'), token));
    CHECK_FALSE(open_ticket(keys_of('1'), token));
    CHECK_FALSE(open_seat(keys_of('1'), seal_ticket(keys_of('1'), sample_ticket(), random)));
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] ^= 1;
        CHECK_FALSE(open_seat(keys_of('1'), changed));
        CHECK_FALSE(open_seat(keys_of('1'), Bytes(token).first(i)));
    }
}

TEST_CASE("seat token: a join that is none makes a seat that nobody takes") {
    SecretSource random(1);
    SeatGrant grant = sample_seat();
    SUBCASE("noise") {
        grant.join.assign(100, 7);
    }
    SUBCASE("another message") {
        wire::ControlEncoder encoder;
        const Bytes leave = encoder.leave_room(1);
        grant.join.assign(leave.begin(), leave.end());
    }
    SUBCASE("too long") {
        grant.join.assign(60'000, 7);
    }
    CHECK_FALSE(open_seat(keys_of('1'), seal_seat(keys_of('1'), grant, random)));
}

TEST_CASE("seat gate: a seat is taken once") {
    Node node;
    const auto seat = node.seat();
    CHECK(node.show(seat) == SeatVerdict::good);
    CHECK(node.show(seat) == SeatVerdict::used);
    CHECK(node.gate.look(seat).began == SessionId{1});
    CHECK(node.show(node.seat()) == SeatVerdict::good);
}

TEST_CASE("seat gate: a seat at another node is refused, until this node is that one") {
    Node node;
    const auto seat = node.seat();
    node.gate.set_node(8);
    CHECK(node.show(seat) == SeatVerdict::other_node);
    node.gate.set_node(7);
    CHECK(node.show(seat) == SeatVerdict::good);
}

TEST_CASE("seat gate: one that has expired is refused, also when the clock goes back") {
    Node node;
    const auto late = node.seat();
    const auto used = node.seat();
    CHECK(node.show(used) == SeatVerdict::good);
    node.now += 46s;
    CHECK(node.show(late) == SeatVerdict::expired);
    CHECK(node.gate.remembered() == 0);
    node.now -= 46s;
    CHECK(node.show(used) == SeatVerdict::expired);
}

TEST_CASE("seat gate: when no more can be remembered new ones are refused") {
    Node node(2);
    CHECK(node.show(node.seat()) == SeatVerdict::good);
    CHECK(node.show(node.seat()) == SeatVerdict::good);
    CHECK(node.show(node.seat()) == SeatVerdict::too_many);
    node.now += 60s;
    CHECK(node.show(node.seat()) == SeatVerdict::good);
}
