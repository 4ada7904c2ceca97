#include "lobby-watch/model/room_table.hpp"

#include "lobby-watch/model/words.hpp"

#include <algorithm>
#include <chrono>
#include <compare>

namespace watch {

using engine_net::AdminRoom;
using engine_net::RoomSummary;
using engine_net::Time;

namespace {

std::weak_ordering compare(const RoomRow& a, const RoomRow& b, RoomColumn column) {
    const RoomSummary& x = a.room.summary;
    const RoomSummary& y = b.room.summary;
    switch (column) {
    case RoomColumn::id: return x.id <=> y.id;
    case RoomColumn::kind: return x.kind <=> y.kind;
    case RoomColumn::name: return x.name <=> y.name;
    case RoomColumn::phase: return x.phase <=> y.phase;
    case RoomColumn::players: return x.players <=> y.players;
    case RoomColumn::viewers: return x.spectators <=> y.spectators;
    case RoomColumn::age: return x.age <=> y.age;
    case RoomColumn::tick_p50: return a.room.tick_p50_us <=> b.room.tick_p50_us;
    case RoomColumn::tick_p99: return a.room.tick_p99_us <=> b.room.tick_p99_us;
    case RoomColumn::bytes_in: return std::weak_order(a.bytes_in_per_s, b.bytes_in_per_s);
    case RoomColumn::bytes_out: return std::weak_order(a.bytes_out_per_s, b.bytes_out_per_s);
    case RoomColumn::flags: return a.flags() <=> b.flags();
    }
    return std::weak_ordering::equivalent;
}

std::string words_of(const RoomRow& row) {
    const RoomSummary& summary = row.room.summary;
    std::string words = std::to_string(summary.id.value);
    for (const std::string_view word :
         {std::string_view(summary.kind), std::string_view(summary.name), name_of(summary.phase)})
        words.append(" ").append(word);
    return words.append(" ").append(row.flags());
}

} // namespace

std::string RoomRow::flags() const {
    std::string flags;
    const auto add = [&](bool is, const char* word) {
        if (is) flags.append(flags.empty() ? "" : " ").append(word);
    };
    add(room.is_private, "private");
    add(room.summary.is_locked, "locked");
    add(room.summary.has_password, "password");
    add(room.is_paused, "paused");
    add(room.is_recorded, "recorded");
    return flags;
}

void RoomTable::update(Time now, const Rooms& rooms, std::uint32_t tick_rate) {
    std::erase_if(rates_, [&](const auto& one) {
        return !rooms.contains(one.first);
    });
    rows_.clear();
    rows_.reserve(rooms.size());
    for (const auto& [id, room] : rooms) {
        Rates& rates = rates_[id];
        rates.in.note(now, room.bytes_in);
        rates.out.note(now, room.bytes_out);
        rows_.push_back(
            {room, rates.in.per_second(), rates.out.per_second(), trouble_of(room, tick_rate)});
    }
    select();
}

void RoomTable::sort_by(RoomColumn column, bool is_descending) {
    if (column == column_ && is_descending == is_descending_) return;
    column_ = column;
    is_descending_ = is_descending;
    sort();
}

void RoomTable::filter(const std::string& text) {
    if (text == filter_) return;
    filter_ = text;
    select();
}

void RoomTable::select() {
    const WordFilter filter(filter_);
    shown_.clear();
    shown_.reserve(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (filter_.empty() || filter.matches(words_of(rows_[i]))) shown_.push_back(i);
    }
    sort();
}

void RoomTable::sort() {
    // The rows are in the order of their ids.
    std::ranges::sort(shown_, [this](std::size_t a, std::size_t b) {
        const auto order = compare(rows_[a], rows_[b], column_);
        if (order == 0) return a < b;
        return is_descending_ ? order > 0 : order < 0;
    });
}

SavedTable RoomTable::saved() const {
    SavedTable table;
    table.columns = {"id",
                     "kind",
                     "name",
                     "phase",
                     "players",
                     "capacity",
                     "viewers",
                     "age_s",
                     "tick_p50_us",
                     "tick_p99_us",
                     "bytes_in_per_s",
                     "bytes_out_per_s",
                     "private",
                     "locked",
                     "password",
                     "paused"};
    table.rows.reserve(shown_.size());
    for (const std::size_t index : shown_) {
        const RoomRow& row = rows_[index];
        const RoomSummary& summary = row.room.summary;
        table.rows.push_back({std::int64_t{summary.id.value},
                              summary.kind,
                              summary.name,
                              std::string(name_of(summary.phase)),
                              std::int64_t{summary.players},
                              std::int64_t{summary.capacity},
                              std::int64_t{summary.spectators},
                              std::chrono::duration<double>(summary.age).count(),
                              std::int64_t{row.room.tick_p50_us},
                              std::int64_t{row.room.tick_p99_us},
                              row.bytes_in_per_s,
                              row.bytes_out_per_s,
                              row.room.is_private,
                              summary.is_locked,
                              summary.has_password,
                              row.room.is_paused});
    }
    return table;
}

} // namespace watch
