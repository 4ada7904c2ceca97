#pragma once

#include "lobby-watch/model/rate.hpp"
#include "lobby-watch/model/saved_table.hpp"
#include "lobby-watch/model/trouble.hpp"

#include <engine_net/admin.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace watch {

enum class MemberColumn : std::uint8_t {
    name,
    user,
    address,
    round_trip,
    jitter,
    loss_in,
    loss_out,
    bytes_in,
    bytes_out,
    input_lead,
    late_inputs,
    snapshot_age,
    budget,
    resumes,
    flags,
};
inline constexpr std::size_t member_column_count = 15;

/// Someone in the room as a line of the table.
struct MemberRow {
    engine_net::AdminMember member;
    double bytes_in_per_s = 0;
    double bytes_out_per_s = 0;
    Trouble trouble = Trouble::none;
    bool is_host = false;

    [[nodiscard]] engine_net::PresenceId id() const { return member.member.id; }
    /// The share of its bytes a second that it takes; 0 without a bound.
    [[nodiscard]] double budget_use() const;
    /// Inputs that their ticks did not get in time, of all.
    [[nodiscard]] double late_share() const;
    /// "host watching muted", or "".
    [[nodiscard]] std::string flags() const;
};

/// Those who are in the room that one looks at.
class MemberTable {
public:
    /// Null: nobody.
    void
    update(engine_net::Time now, const engine_net::AdminRoomView* view, std::uint32_t tick_rate);
    /// Who are equal in this stay in the order they came in.
    void sort_by(MemberColumn column, bool is_descending);

    [[nodiscard]] const std::vector<MemberRow>& rows() const { return rows_; }
    /// Null when it is not there any more.
    [[nodiscard]] const MemberRow* find(engine_net::PresenceId who) const;
    [[nodiscard]] SavedTable saved() const;

private:
    struct Rates {
        Rate in;
        Rate out;
    };

    void sort();

    engine_net::RoomId room_{};
    std::vector<MemberRow> rows_;
    std::unordered_map<engine_net::PresenceId, Rates> rates_;
    MemberColumn column_ = MemberColumn::name;
    bool is_descending_ = false;
};

} // namespace watch
