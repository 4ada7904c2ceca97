#include "lobby-watch/model/byte_history.hpp"
#include "lobby-watch/model/message_table.hpp"
#include "lobby-watch/model/saved_bytes.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <numeric>

using namespace engine_net;
using namespace std::chrono_literals;
using watch::ByteColumn;
using watch::ByteHistory;
using watch::MessageColumn;
using watch::MessageTable;

namespace {

/// After so many seconds of 1,000 bytes each, half of which is measured: 60 % for positions, 20 %
/// for what there is, 10 % for fuel, 10 % for headers.
AdminBytes after(double seconds) {
    AdminBytes bytes;
    bytes.room = RoomId{3};
    bytes.sent = static_cast<std::uint64_t>(1000 * seconds);
    bytes.bytes = bytes.sent / 2;
    bytes.datagrams = static_cast<std::uint64_t>(10 * seconds);
    const double bits = 8 * static_cast<double>(bytes.bytes);
    bytes.header_bits = 0.1 * bits;
    bytes.types = {{"game.Ship", {{"position", 0.6 * bits}, {"fuel", 0.1 * bits}}, 0.2 * bits},
                   {"game.Rock", {}, 0}};
    return bytes;
}

Time at(double seconds) {
    return Time{1000s} +
           std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

void play(ByteHistory& history, int seconds) {
    for (int quarter = 0; quarter <= 4 * seconds; ++quarter) {
        const AdminBytes bytes = after(quarter / 4.0);
        history.note(at(quarter / 4.0), &bytes);
    }
}

} // namespace

TEST_CASE("byte history: what was measured stands for all that was sent") {
    ByteHistory history;
    CHECK_FALSE(history.is_known());
    play(history, 20);
    REQUIRE(history.is_known());
    CHECK(history.bytes_per_s() == doctest::Approx(1000));
    CHECK(history.measured_share() == doctest::Approx(0.5));
    const auto& rows = history.rows();
    REQUIRE(rows.size() == 5);
    CHECK(rows[0].field == "position"); // the most expensive first
    CHECK(rows[0].bytes_per_s == doctest::Approx(600));
    CHECK(rows[0].share == doctest::Approx(0.6));
    CHECK(rows[0].bits_per_datagram == doctest::Approx(240).epsilon(0.01));
    double sum = 0;
    for (const watch::ByteRow& row : rows) sum += row.bytes_per_s;
    CHECK(sum == doctest::Approx(1000));
    history.sort_by(ByteColumn::field, false);
    CHECK(history.rows().back().field == "position");
}

TEST_CASE("byte history: the graph has a column for each second of the last minute, by type") {
    ByteHistory history;
    play(history, 100);
    CHECK(history.parts() == std::vector<std::string>{"game.Ship", "game.Rock", "headers"});
    const auto columns = history.columns();
    CHECK(columns.size() == ByteHistory::most_columns);
    for (const auto& column : columns) {
        CHECK(std::accumulate(column.begin(), column.end(), 0.0) == doctest::Approx(1000));
        CHECK(column[0] == doctest::Approx(900));
        CHECK(column[1] == 0);
    }
}

TEST_CASE("byte history: it begins anew for another viewer, and when the server counts anew") {
    ByteHistory history;
    play(history, 20);
    AdminBytes other = after(21);
    other.viewer = PresenceId{4};
    history.note(at(21), &other);
    CHECK_FALSE(history.is_known());
    play(history, 20);
    const AdminBytes less = after(2);
    history.note(at(22), &less);
    CHECK_FALSE(history.is_known());
    history.note(at(23), nullptr);
    CHECK(history.rows().empty());
}

TEST_CASE("byte history: while it is held it stands still") {
    ByteHistory history;
    play(history, 20);
    history.pause(true);
    const auto columns = history.columns();
    const AdminBytes later = after(40);
    history.note(at(40), &later);
    CHECK(history.columns() == columns);
}

TEST_CASE("message table: rates of each kind come to those of its channel and of the server") {
    MessageTable table;
    for (std::uint64_t second = 0; second <= 5; ++second) {
        table.update(at(static_cast<double>(second)),
                     {{"inputs", "input", 60 * second, 3000 * second, 0, 0},
                      {"inputs", "heartbeat", 4 * second, 100 * second, 4 * second, 100 * second},
                      {"snapshots", "snapshot", 0, 0, 60 * second, 12'000 * second}});
    }
    REQUIRE(table.rows().size() == 3);
    CHECK(table.rows()[0].kind == "snapshot"); // most bytes out
    CHECK(table.rows()[0].bytes_out == doctest::Approx(12'000));
    REQUIRE(table.channels().size() == 2);
    CHECK(table.channels()[0].channel == "inputs");
    CHECK(table.channels()[0].messages_in == doctest::Approx(64));
    CHECK(table.sum().bytes_out == doctest::Approx(12'100));
    table.sort_by(MessageColumn::kind, false);
    CHECK(table.rows()[0].kind == "heartbeat");
}

TEST_CASE("saved bytes: a room's fields stand before the server's messages") {
    ByteHistory history;
    play(history, 20);
    MessageTable messages;
    messages.update(at(1), {{"inputs", "input", 1, 2, 3, 4}});
    const watch::SavedTable table = watch::saved_bytes(history, messages);
    REQUIRE(table.rows.size() == 6);
    for (const auto& row : table.rows) CHECK(row.size() == table.columns.size());
    CHECK(std::get<std::string>(table.rows[0][2]) == "position");
    CHECK(std::get<std::string>(table.rows[5][0]) == "server");
    CHECK(std::get<std::string>(table.rows[5][2]) == "input");
}
