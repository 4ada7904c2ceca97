#include "lobby-watch/model/byte_history.hpp"

#include <algorithm>
#include <chrono>
#include <compare>
#include <utility>

using namespace std::chrono_literals;

namespace watch {

using engine_net::AdminBytes;
using engine_net::Time;
using engine_net::TypeTraffic;

namespace {

/// What the table is about.
constexpr std::size_t recent_samples = 10;

std::int64_t second_of(Time time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

double seconds_between(Time earlier, Time later) {
    return std::max(std::chrono::duration<double>(later - earlier).count(), 0.001);
}

std::weak_ordering compare(const ByteRow& a, const ByteRow& b, ByteColumn column) {
    switch (column) {
    case ByteColumn::type: return a.type <=> b.type;
    case ByteColumn::field: return a.field <=> b.field;
    case ByteColumn::bytes_out:
    case ByteColumn::share: return std::weak_order(a.share, b.share);
    case ByteColumn::bits: return std::weak_order(a.bits_per_datagram, b.bits_per_datagram);
    }
    return std::weak_ordering::equivalent;
}

} // namespace

std::vector<ByteHistory::Line> ByteHistory::lines_of(const AdminBytes& bytes) {
    std::vector<Line> lines;
    for (std::size_t part = 0; part < bytes.types.size(); ++part) {
        const TypeTraffic& type = bytes.types[part];
        const std::string name = type.name.empty() ? "other types" : type.name;
        lines.push_back({name, "", part});
        for (const TypeTraffic::Field& field : type.fields)
            lines.push_back({name, field.name, part});
    }
    lines.push_back({"headers", "", bytes.types.size()});
    return lines;
}

/// In the order of `lines_of`.
ByteHistory::Sample ByteHistory::sample_of(Time now, const AdminBytes& bytes) {
    Sample sample{.at = now,
                  .sent = static_cast<double>(bytes.sent),
                  .datagrams = static_cast<double>(bytes.datagrams),
                  .bytes = static_cast<double>(bytes.bytes)};
    for (const TypeTraffic& type : bytes.types) {
        sample.bits.push_back(type.rest);
        for (const TypeTraffic::Field& field : type.fields) sample.bits.push_back(field.bits);
    }
    sample.bits.push_back(bytes.header_bits);
    return sample;
}

void ByteHistory::begin(const AdminBytes& bytes, std::vector<Line> lines) {
    room_ = bytes.room;
    viewer_ = bytes.viewer;
    lines_ = std::move(lines);
    parts_.clear();
    for (const Line& line : lines_) {
        if (line.part == parts_.size()) parts_.push_back(line.type);
    }
    samples_.clear();
}

void ByteHistory::note(Time now, const AdminBytes* bytes) {
    if (is_paused_) return;
    if (!bytes) {
        samples_.clear();
        rows_.clear();
        return;
    }
    std::vector<Line> lines = lines_of(*bytes);
    Sample sample = sample_of(now, *bytes);
    // One who was forgotten for a while is counted from the beginning.
    const bool goes_on = bytes->room == room_ && bytes->viewer == viewer_ && lines == lines_ &&
                         (samples_.empty() || sample.bytes >= samples_.back().bytes);
    if (!goes_on) begin(*bytes, std::move(lines));
    const bool is_same_second =
        samples_.size() > 1 && second_of(samples_.back().at) == second_of(now);
    if (is_same_second) samples_.pop_back();
    samples_.push_back(std::move(sample));
    if (samples_.size() > most_columns + 1) samples_.pop_front();
    count();
}

void ByteHistory::count() {
    rows_.clear();
    if (!is_known()) return;
    const Sample& newest = samples_.back();
    const Sample& oldest =
        samples_[samples_.size() - std::min(samples_.size(), recent_samples + 1)];
    const double sent = newest.sent - oldest.sent;
    const double measured = newest.bytes - oldest.bytes;
    bytes_per_s_ = sent / seconds_between(oldest.at, newest.at);
    measured_share_ = sent > 0 ? std::min(measured / sent, 1.0) : 0;
    if (measured <= 0) return;
    rows_.reserve(lines_.size());
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const double bits = newest.bits[i] - oldest.bits[i];
        const double share = bits / (8 * measured);
        rows_.push_back({lines_[i].type,
                         lines_[i].field,
                         share * bytes_per_s_,
                         share,
                         bits / std::max(newest.datagrams - oldest.datagrams, 1.0)});
    }
    sort();
}

void ByteHistory::sort_by(ByteColumn column, bool is_descending) {
    if (column == column_ && is_descending == is_descending_) return;
    column_ = column;
    is_descending_ = is_descending;
    sort();
}

void ByteHistory::sort() {
    std::ranges::stable_sort(rows_, [this](const ByteRow& a, const ByteRow& b) {
        const auto order = compare(a, b, column_);
        return is_descending_ ? order > 0 : order < 0;
    });
}

std::vector<std::vector<double>> ByteHistory::columns() const {
    std::vector<std::vector<double>> columns;
    columns.reserve(samples_.size());
    for (std::size_t i = 1; i < samples_.size(); ++i) {
        const Sample& from = samples_[i - 1];
        const Sample& to = samples_[i];
        std::vector<double>& column = columns.emplace_back(parts_.size());
        const double measured = to.bytes - from.bytes;
        if (measured <= 0) continue;
        const double scale =
            (to.sent - from.sent) / seconds_between(from.at, to.at) / (8 * measured);
        for (std::size_t line = 0; line < lines_.size(); ++line)
            column[lines_[line].part] += scale * (to.bits[line] - from.bits[line]);
    }
    return columns;
}

} // namespace watch
