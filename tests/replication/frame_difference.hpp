#pragma once

#include "replication/frame.hpp"
#include "replication/replica.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// Comparisons in plain code that give the first thing that is wrong, or nothing: a test asserts
/// once, however much there is to compare.

inline std::string
at_slot(const engine_net::EntityType& type, std::size_t slot, const std::string& what) {
    return type.name + " in slot " + std::to_string(slot) + ": " + what;
}

/// Calls `visit(Slot)` for all slots of a frame, those without an entity too.
template <class Visit>
void each_slot(const engine_net::Frame& frame, Visit&& visit) {
    for (std::size_t t = 0; t < frame.types.size(); ++t) {
        for (std::size_t i = 0; i < frame.types[t].slots(); ++i) {
            visit(engine_net::Slot{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)});
        }
    }
}

/// Whether what everyone sees of a slot is the same.
inline std::string shared_row_difference(const engine_net::EntityType& type,
                                         const engine_net::TypeFrame& server,
                                         const engine_net::TypeFrame& client,
                                         std::size_t slot) {
    if (server.id[slot] != client.id[slot]) return "another id";
    if (server.incarnation[slot] != client.incarnation[slot]) return "another incarnation";
    const std::int32_t* row = server.row(slot);
    return std::equal(row, row + type.shared_columns, client.row(slot)) ? "" : "other numbers";
}

/// The same with the private columns, which are blank unless one's own.
inline std::string row_difference(const engine_net::EntityType& type,
                                  const engine_net::TypeFrame& server,
                                  const engine_net::TypeFrame& client,
                                  std::size_t slot,
                                  engine_net::PresenceId who) {
    auto difference = shared_row_difference(type, server, client, slot);
    if (!difference.empty()) return difference;
    const bool is_own = who.is_set() && server.owner[slot] == who;
    const std::int32_t* expected = is_own ? server.row(slot) : type.blank.data();
    const bool is_same = std::equal(expected + type.shared_columns,
                                    expected + type.columns.size(),
                                    client.row(slot) + type.shared_columns);
    if (is_same) return {};
    return is_own ? "other private numbers" : "private numbers of others";
}

/// Whether the same slots have entities, and `compare(type, server, client, slot)` finds nothing.
template <class Compare>
std::string slots_difference(std::span<const engine_net::EntityType> types,
                             const engine_net::Frame& server,
                             const engine_net::Frame& client,
                             Compare&& compare) {
    for (std::size_t t = 0; t < types.size(); ++t) {
        const engine_net::TypeFrame& there = server.types[t];
        const engine_net::TypeFrame& here = client.types[t];
        for (std::size_t i = 0; i < std::max(there.slots(), here.slots()); ++i) {
            if (there.has(i) != here.has(i))
                return at_slot(types[t], i, there.has(i) ? "is missing" : "should not be there");
            if (!there.has(i)) continue;
            const std::string what = compare(types[t], there, here, i);
            if (!what.empty()) return at_slot(types[t], i, what);
        }
    }
    return {};
}

/// Whether what a viewer sees of a tick is what the server's frame says.
inline std::string frame_difference(std::span<const engine_net::EntityType> types,
                                    const engine_net::Frame& server,
                                    const engine_net::Frame& client,
                                    engine_net::PresenceId who) {
    return slots_difference(
        types, server, client, [who](const auto& type, const auto& a, const auto& b, auto slot) {
            return row_difference(type, a, b, slot, who);
        });
}

/// Whether the newest state of a client is what the server's frame says.
inline std::string newest_difference(std::span<const engine_net::EntityType> types,
                                     const engine_net::Frame& server,
                                     const engine_net::Replica& replica,
                                     engine_net::PresenceId who) {
    std::size_t entities = 0;
    std::vector<std::uint8_t> state;
    std::vector<std::int32_t> row;
    for (std::size_t t = 0; t < types.size(); ++t) {
        const engine_net::EntityType& type = types[t];
        const engine_net::TypeFrame& there = server.types[t];
        state.resize(type.struct_bytes);
        row.resize(type.stride);
        for (std::size_t i = 0; i < there.slots(); ++i) {
            if (!there.has(i)) continue;
            ++entities;
            if (!replica.find(type.name.c_str(), there.id[i], state.data()))
                return at_slot(type, i, "is not found");
            quantise(type, state.data(), row.data());
            const bool is_own = who.is_set() && there.owner[i] == who;
            const auto columns =
                static_cast<std::ptrdiff_t>(is_own ? type.columns.size() : type.shared_columns);
            if (!std::equal(row.begin(), row.begin() + columns, there.row(i)))
                return at_slot(type, i, "other numbers in the newest state");
        }
    }
    return replica.entities() == entities ? "" : "more entities than there are";
}

enum class Columns : std::uint8_t { all, shared };

/// Whether all numbers of a frame are in their columns' ranges.
inline std::string out_of_range(std::span<const engine_net::EntityType> types,
                                const engine_net::Frame& frame,
                                Columns columns = Columns::all) {
    std::size_t slots = 0;
    for (std::size_t t = 0; t < types.size(); ++t) {
        const engine_net::EntityType& type = types[t];
        const engine_net::TypeFrame& rows = frame.types[t];
        std::size_t used = rows.slots();
        while (used > 0 && !rows.has(used - 1)) --used;
        slots += used;
        const std::size_t end = columns == Columns::all ? type.columns.size() : type.shared_columns;
        for (std::size_t i = 0; i < used; ++i) {
            if (!rows.has(i)) continue;
            if (!rows.id[i].is_set()) return at_slot(type, i, "no id");
            for (std::size_t c = 0; c < end; ++c) {
                const std::int32_t number = rows.row(i)[c];
                if (number < type.columns[c].lo || number > type.columns[c].hi)
                    return at_slot(type, i, "column " + std::to_string(c) + " out of range");
            }
        }
    }
    return slots <= engine_net::max_slots ? "" : "more slots than a room has";
}
