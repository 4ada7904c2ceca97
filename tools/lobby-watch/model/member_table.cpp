#include "lobby-watch/model/member_table.hpp"

#include <algorithm>
#include <chrono>
#include <compare>

namespace watch {

using engine_net::AdminRoomView;
using engine_net::PresenceId;
using engine_net::RoomMember;
using engine_net::Time;

namespace {

std::weak_ordering compare(const MemberRow& a, const MemberRow& b, MemberColumn column) {
    const engine_net::AdminMember& x = a.member;
    const engine_net::AdminMember& y = b.member;
    switch (column) {
    case MemberColumn::name: return x.member.name <=> y.member.name;
    case MemberColumn::user: return x.member.user <=> y.member.user;
    case MemberColumn::address: return x.address <=> y.address;
    case MemberColumn::round_trip: return x.round_trip <=> y.round_trip;
    case MemberColumn::jitter: return x.jitter <=> y.jitter;
    case MemberColumn::loss_in: return std::weak_order(x.loss_in, y.loss_in);
    case MemberColumn::loss_out: return std::weak_order(x.loss_out, y.loss_out);
    case MemberColumn::bytes_in: return std::weak_order(a.bytes_in_per_s, b.bytes_in_per_s);
    case MemberColumn::bytes_out: return std::weak_order(a.bytes_out_per_s, b.bytes_out_per_s);
    case MemberColumn::input_lead: return x.input_lead <=> y.input_lead;
    case MemberColumn::late_inputs: return std::weak_order(a.late_share(), b.late_share());
    case MemberColumn::snapshot_age: return x.snapshot_age <=> y.snapshot_age;
    case MemberColumn::budget: return std::weak_order(a.budget_use(), b.budget_use());
    case MemberColumn::resumes: return x.resumes <=> y.resumes;
    case MemberColumn::flags: return a.flags() <=> b.flags();
    }
    return std::weak_ordering::equivalent;
}

double ms(engine_net::Duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

} // namespace

double MemberRow::budget_use() const {
    return member.budget > 0 ? bytes_out_per_s / member.budget : 0;
}

double MemberRow::late_share() const {
    const engine_net::InputStats& inputs = member.inputs;
    const std::uint64_t without = inputs.repeated + inputs.missing;
    const std::uint64_t all = inputs.taken + without;
    return all > 0 ? static_cast<double>(without) / static_cast<double>(all) : 0;
}

std::string MemberRow::flags() const {
    std::string flags;
    const auto add = [&](bool is, const char* word) {
        if (is) flags.append(flags.empty() ? "" : " ").append(word);
    };
    const RoomMember& one = member.member;
    add(is_host, "host");
    add(one.is_spectator, "watching");
    add(one.is_ready, "ready");
    add(one.is_muted, "muted");
    add(!one.is_connected, "away");
    add(!member.worsened_link.empty(), "worsened");
    return flags;
}

void MemberTable::update(Time now, const AdminRoomView* view, std::uint32_t tick_rate) {
    rows_.clear();
    if (!view || view->id != room_) rates_.clear();
    room_ = view ? view->id : engine_net::RoomId{};
    if (!view) return;
    rows_.reserve(view->members.size());
    for (const engine_net::AdminMember& member : view->members) {
        Rates& rates = rates_[member.member.id];
        rates.in.note(now, member.bytes_in);
        rates.out.note(now, member.bytes_out);
        rows_.push_back({member,
                         rates.in.per_second(),
                         rates.out.per_second(),
                         trouble_of(member, tick_rate),
                         member.member.id == view->host});
    }
    std::erase_if(rates_, [this](const auto& one) {
        return !find(one.first);
    });
    sort();
}

void MemberTable::sort_by(MemberColumn column, bool is_descending) {
    if (column == column_ && is_descending == is_descending_) return;
    column_ = column;
    is_descending_ = is_descending;
    sort();
}

void MemberTable::sort() {
    std::ranges::sort(rows_, [this](const MemberRow& a, const MemberRow& b) {
        const auto order = compare(a, b, column_);
        if (order == 0) return a.id() < b.id();
        return is_descending_ ? order > 0 : order < 0;
    });
}

const MemberRow* MemberTable::find(PresenceId who) const {
    const auto found = std::ranges::find(rows_, who, &MemberRow::id);
    return found == rows_.end() ? nullptr : &*found;
}

SavedTable MemberTable::saved() const {
    SavedTable table;
    table.columns = {"id",
                     "name",
                     "user",
                     "address",
                     "round_trip_ms",
                     "jitter_ms",
                     "loss_in",
                     "loss_out",
                     "bytes_in_per_s",
                     "bytes_out_per_s",
                     "input_lead_ms",
                     "late_inputs",
                     "snapshot_age_ticks",
                     "budget_bytes_per_s",
                     "bytes_waiting",
                     "resumes",
                     "worsened_link",
                     "flags"};
    table.rows.reserve(rows_.size());
    for (const MemberRow& row : rows_) {
        const engine_net::AdminMember& member = row.member;
        table.rows.push_back({std::int64_t{row.id().value},
                              member.member.name,
                              member.member.user,
                              member.address,
                              ms(member.round_trip),
                              ms(member.jitter),
                              member.loss_in,
                              member.loss_out,
                              row.bytes_in_per_s,
                              row.bytes_out_per_s,
                              ms(member.input_lead),
                              row.late_share(),
                              std::int64_t{member.snapshot_age},
                              std::int64_t{member.budget},
                              std::int64_t{member.bytes_waiting},
                              std::int64_t{member.resumes},
                              member.worsened_link,
                              row.flags()});
    }
    return table;
}

} // namespace watch
