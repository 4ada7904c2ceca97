#include "lobby-watch/model/tick_history.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>

using namespace std::chrono_literals;

namespace watch {

using engine_net::Duration;
using engine_net::stage_count;
using engine_net::TickRecord;

namespace {

constexpr Duration longest = 60s;

TickSummary::Times times_of(std::vector<std::uint32_t>& us) {
    const auto at = [&](std::size_t percent) {
        const std::size_t index = (us.size() - 1) * percent / 100;
        std::ranges::nth_element(us, us.begin() + static_cast<std::ptrdiff_t>(index));
        return us[index];
    };
    const std::uint64_t sum = std::accumulate(us.begin(), us.end(), std::uint64_t{0});
    return {static_cast<std::uint32_t>(sum / us.size()), at(50), at(99), at(100)};
}

std::string column_name(std::size_t stage) {
    return std::string(name_of(static_cast<engine_net::Stage>(stage))) + "_us";
}

} // namespace

std::uint32_t total_us(const TickRecord& tick) {
    return std::accumulate(tick.us.begin(), tick.us.end(), std::uint32_t{0});
}

void TickHistory::note(const std::vector<TickRecord>& ticks, std::uint32_t tick_rate) {
    if (is_paused_ || ticks.empty()) return;
    tick_rate_ = tick_rate;
    // A server that was started anew counts from the beginning.
    if (!ticks_.empty() && ticks.back().tick < ticks_.back().tick) ticks_.clear();
    const auto is_newer = [this](const TickRecord& record) {
        return ticks_.empty() || record.tick > ticks_.back().tick;
    };
    const auto first = std::ranges::partition_point(ticks, [&](const TickRecord& record) {
        return !is_newer(record);
    });
    ticks_.insert(ticks_.end(), first, ticks.end());
    const std::size_t most = ticks_in(longest);
    // Not one by one, since each time all the others move.
    if (ticks_.size() > 2 * most) {
        const auto end = ticks_.end() - static_cast<std::ptrdiff_t>(most);
        ticks_.erase(ticks_.begin(), end);
    }
}

std::size_t TickHistory::ticks_in(Duration range) const {
    const auto us = static_cast<std::uint64_t>(range.count());
    return std::max<std::size_t>(us * tick_rate_ / 1'000'000, 1);
}

std::span<const TickRecord> TickHistory::newest(Duration range) const {
    const std::span all(ticks_);
    return all.last(std::min(all.size(), ticks_in(std::min(range, longest))));
}

TickSummary TickHistory::summary(Duration range) const {
    const auto ticks = newest(range);
    TickSummary summary;
    summary.ticks = ticks.size();
    if (ticks.empty()) return summary;

    std::vector<std::uint32_t> us(ticks.size());
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
        std::ranges::transform(ticks, us.begin(), [&](const TickRecord& tick) {
            return tick.us[stage];
        });
        summary.stages[stage] = times_of(us);
    }
    std::ranges::transform(ticks, us.begin(), total_us);
    summary.total = times_of(us);

    const double seconds = static_cast<double>(ticks.size()) / std::max(tick_rate_, 1U);
    for (const TickRecord& tick : ticks) {
        summary.late += tick.is_late ? 1 : 0;
        summary.bytes_in_per_s += tick.bytes_in / seconds;
        summary.bytes_out_per_s += tick.bytes_out / seconds;
        summary.datagrams_in_per_s += tick.datagrams_in / seconds;
        summary.datagrams_out_per_s += tick.datagrams_out / seconds;
    }
    return summary;
}

std::vector<TickColumn> TickHistory::columns(Duration range, std::size_t most) const {
    const auto ticks = newest(range);
    std::vector<TickColumn> columns;
    if (ticks.empty() || most == 0) return columns;
    const auto per_column = static_cast<std::uint32_t>((ticks_in(range) + most - 1) / most);
    columns.reserve(ticks.size() / per_column + 2);
    std::uint32_t last = 0;
    for (const TickRecord& tick : ticks) {
        const std::uint32_t number = tick.tick.value / per_column;
        if (columns.empty() || number != last) columns.emplace_back();
        last = number;
        TickColumn& column = columns.back();
        if (column.ticks++ == 0 || total_us(tick) > total_us(column.slowest)) column.slowest = tick;
        column.is_late = column.is_late || tick.is_late;
        column.bytes_in_per_s += tick.bytes_in;
        column.bytes_out_per_s += tick.bytes_out;
        column.datagrams_in += tick.datagrams_in;
        column.datagrams_out += tick.datagrams_out;
    }
    for (TickColumn& column : columns) {
        const double per_second =
            static_cast<double>(tick_rate_) / static_cast<double>(column.ticks);
        column.bytes_in_per_s *= per_second;
        column.bytes_out_per_s *= per_second;
        column.datagrams_in /= static_cast<double>(column.ticks);
        column.datagrams_out /= static_cast<double>(column.ticks);
    }
    if (columns.size() > most) columns.erase(columns.begin());
    return columns;
}

SavedTable TickHistory::saved(Duration range) const {
    SavedTable table;
    table.columns = {"tick"};
    for (std::size_t stage = 0; stage < stage_count; ++stage)
        table.columns.push_back(column_name(stage));
    for (const char* column :
         {"total_us", "late", "datagrams_in", "datagrams_out", "bytes_in", "bytes_out"})
        table.columns.emplace_back(column);
    const auto ticks = newest(range);
    table.rows.reserve(ticks.size());
    for (const TickRecord& tick : ticks) {
        std::vector<SavedTable::Cell>& row = table.rows.emplace_back();
        row.reserve(table.columns.size());
        row.emplace_back(std::int64_t{tick.tick.value});
        for (const std::uint32_t us : tick.us) row.emplace_back(std::int64_t{us});
        row.emplace_back(std::int64_t{total_us(tick)});
        row.emplace_back(tick.is_late);
        for (const std::uint32_t count :
             {tick.datagrams_in, tick.datagrams_out, tick.bytes_in, tick.bytes_out})
            row.emplace_back(std::int64_t{count});
    }
    return table;
}

} // namespace watch
