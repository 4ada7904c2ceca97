#pragma once

#include "lobby-watch/model/rate.hpp"
#include "lobby-watch/model/saved_table.hpp"
#include "lobby-watch/model/trouble.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace watch {

enum class RoomColumn : std::uint8_t {
    id,
    kind,
    name,
    phase,
    players,
    viewers,
    age,
    tick_p50,
    tick_p99,
    bytes_in,
    bytes_out,
    flags,
};
inline constexpr std::size_t room_column_count = 12;

/// A room as a line of the table.
struct RoomRow {
    engine_net::AdminRoom room;
    double bytes_in_per_s = 0;
    double bytes_out_per_s = 0;
    Trouble trouble = Trouble::none;

    [[nodiscard]] engine_net::RoomId id() const { return room.summary.id; }
    /// "private paused", or "".
    [[nodiscard]] std::string flags() const;
};

/// The rooms of a server: those that a filter lets through, in an order of one's choice.
class RoomTable {
public:
    using Rooms = std::map<engine_net::RoomId, engine_net::AdminRoom>;

    void update(engine_net::Time now, const Rooms& rooms, std::uint32_t tick_rate);
    /// Rooms that are equal in this stay in the order of their ids.
    void sort_by(RoomColumn column, bool is_descending);
    /// Words of which each must be in a room's id, kind, name, phase or flags.
    void filter(const std::string& text);

    [[nodiscard]] std::size_t size() const { return shown_.size(); }
    [[nodiscard]] const RoomRow& at(std::size_t line) const { return rows_[shown_[line]]; }
    /// Without the filter.
    [[nodiscard]] std::size_t rooms() const { return rows_.size(); }
    /// What is shown, as it is shown.
    [[nodiscard]] SavedTable saved() const;

private:
    struct Rates {
        Rate in;
        Rate out;
    };

    void select();
    void sort();

    std::vector<RoomRow> rows_; ///< by id
    std::vector<std::size_t> shown_;
    std::unordered_map<engine_net::RoomId, Rates> rates_;
    std::string filter_;
    RoomColumn column_ = RoomColumn::id;
    bool is_descending_ = false;
};

} // namespace watch
