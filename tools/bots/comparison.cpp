#include "comparison.hpp"

#include "program/interrupt.hpp"

#include "books_generated.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

using engine_net::Clock;
using engine_net::Time;
using namespace std::chrono_literals;

Auditor::Auditor(engine_net::ClientConfig config) : client_(std::move(config)) {}

std::optional<ServerBooks> Auditor::fetch() {
    ServerBooks books;
    std::size_t total = 1;
    for (std::size_t first = 0; first < total;) {
        const std::size_t before = books.seats.size();
        if (!fetch_page(books, first, total)) return std::nullopt;
        const std::size_t read = books.seats.size() - before;
        if (read == 0) break;
        first += read;
    }
    return books;
}

bool Auditor::fetch_page(ServerBooks& books, std::size_t first, std::size_t& total) {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(demo::CreateBooksRequest(builder, static_cast<std::uint32_t>(first)));
    std::optional<engine_net::CallAnswer> answer;
    client_.call("books", engine_net::bytes_of(builder), [&](const engine_net::CallAnswer& heard) {
        answer = heard;
    });
    const Time deadline = Clock::now() + 15s;
    while (!answer && client_.state() != engine_net::ClientState::closed &&
           Clock::now() < deadline) {
        client_.poll(Clock::now());
        client_.wait_until(std::min(deadline, client_.next_poll()));
    }
    if (!answer || !*answer) {
        failure_ =
            answer ? std::string(message(answer->error)) + " " + answer->detail
                   : std::string(message(client_.close_reason())) + " " + client_.close_detail();
        return false;
    }
    const auto* page = engine_net::verified<demo::BooksPage>(answer->payload);
    if (!page) {
        failure_ = "its books can't be read";
        return false;
    }
    books.joins = page->joins();
    books.leaves = page->leaves();
    books.resumes = page->resumes();
    books.users = page->users();
    books.rooms = page->rooms();
    books.waiting = page->waiting();
    books.lobby_said = page->lobby_said();
    total = page->total_seats();
    for (const demo::Seat* seat : *page->seats()) {
        books.seats[seat->user()->str()] = {engine_net::RoomId{seat->room()},
                                            engine_net::PresenceId{seat->presence()}};
    }
    return true;
}

void Auditor::stay_until(Time deadline) {
    while (Clock::now() < deadline && !program::interrupted()) {
        client_.poll(Clock::now());
        Clock::sleep_until(std::min(deadline, Clock::now() + 50ms));
    }
}

std::string Auditor::failure() const {
    return failure_;
}

void Auditor::leave() {
    client_.leave();
    const Time deadline = Clock::now() + 1s;
    while (client_.state() != engine_net::ClientState::closed && Clock::now() < deadline) {
        client_.poll(Clock::now());
        client_.wait_until(std::min(deadline, client_.next_poll()));
    }
}

namespace {

std::string list_of(const std::set<engine_net::PresenceId>& presences) {
    std::string list;
    for (const engine_net::PresenceId presence : presences)
        list += " " + std::to_string(presence.value);
    return list.empty() ? " nobody" : list;
}

class Comparison {
public:
    void numbers(const std::string& what, std::uint64_t bots, std::uint64_t server) {
        if (bots == server) return;
        found.push_back(what + ": " + std::to_string(bots) + " to the bots, " +
                        std::to_string(server) + " to the server");
    }
    void seat(const BotBooks& bot, const ServerBooks& server) {
        const auto known = server.seats.find(bot.user);
        const engine_net::RoomId room =
            known == server.seats.end() ? engine_net::RoomId{} : known->second.room;
        numbers("the room of " + bot.user, bot.room.value, room.value);
        if (known != server.seats.end() && room == bot.room)
            numbers("the seat of " + bot.user, bot.presence.value, known->second.presence.value);
    }
    void members(const BotBooks& bot,
                 const std::map<engine_net::RoomId, std::set<engine_net::PresenceId>>& rooms) {
        const auto room = rooms.find(bot.room);
        if (room == rooms.end() || room->second == bot.members) return;
        found.push_back("who is in room " + std::to_string(bot.room.value) + ": to " + bot.user +
                        list_of(bot.members) + ", to the server" + list_of(room->second));
    }

    std::vector<std::string> found{};
};

} // namespace

std::vector<std::string> differences(const std::vector<ServerBooks>& servers,
                                     const std::vector<BotBooks>& bots) {
    ServerBooks all;
    std::map<engine_net::RoomId, std::set<engine_net::PresenceId>> rooms;
    Comparison comparison;
    for (const ServerBooks& server : servers) {
        for (const auto& [user, seat] : server.seats) {
            rooms[seat.room].insert(seat.presence);
            if (!all.seats.emplace(user, seat).second)
                comparison.found.push_back(user + " has seats at two servers");
        }
        comparison.numbers("players in the queue", 0, server.waiting);
    }
    std::set<std::string> known;
    for (const BotBooks& bot : bots) {
        if (bot.user.empty()) continue;
        known.insert(bot.user);
        comparison.seat(bot, all);
        comparison.members(bot, rooms);
    }
    for (const auto& [user, seat] : all.seats) {
        if (known.contains(user)) continue;
        comparison.found.push_back("a ghost in room " + std::to_string(seat.room.value) + ": " +
                                   user);
    }
    return comparison.found;
}

std::vector<std::string> differences(const ServerBooks& first,
                                     const ServerBooks& last,
                                     const Auditor& auditor,
                                     const std::vector<BotBooks>& bots,
                                     const Tally& tally) {
    std::map<engine_net::RoomId, std::set<engine_net::PresenceId>> rooms;
    for (const auto& [user, seat] : last.seats) rooms[seat.room].insert(seat.presence);

    Comparison comparison;
    std::uint64_t users = 1; // the auditor
    std::uint64_t seats = 0;
    std::set<std::string> known{auditor.user()};
    for (const BotBooks& bot : bots) {
        if (bot.user.empty()) continue;
        ++users;
        known.insert(bot.user);
        seats += bot.room.is_set() ? 1 : 0;
        comparison.seat(bot, last);
        comparison.members(bot, rooms);
    }
    for (const auto& [user, seat] : last.seats) {
        if (known.contains(user)) continue;
        comparison.found.push_back("a ghost in room " + std::to_string(seat.room.value) + ": " +
                                   user);
    }
    comparison.numbers("users", users, last.users);
    comparison.numbers("seats", seats, last.seats.size());
    comparison.numbers("joins", tally.joins, last.joins - first.joins);
    comparison.numbers("joins less leaves", tally.joins - seats, last.leaves - first.leaves);
    comparison.numbers("resumes", tally.resumes + auditor.resumes(), last.resumes - first.resumes);
    comparison.numbers("players in the queue", 0, last.waiting);
    comparison.numbers(
        "lines said in the lobby", tally.lobby_said, last.lobby_said - first.lobby_said);
    return comparison.found;
}
