#pragma once

#include <engine_net/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// Which rooms a list is to hold, in which order, by what the server knows of every room and by
/// what games say of theirs: a room's metadata, one FlatBuffers table of the game's own.
///
/// A field is named as the schema calls it, one of a table or struct within by dots: "rules.map".
/// These are every room's, and hide fields of a metadata with the same name:
///
/// | field          | is                                                   |
/// |----------------|------------------------------------------------------|
/// | "id"           | number, the `RoomId`                                 |
/// | "name", "kind" | text                                                 |
/// | "players"      | number                                               |
/// | "capacity"     | number of seats                                      |
/// | "free_seats"   | number, also of a room that is locked                |
/// | "age"          | number of seconds since the room was made            |
/// | "has_password" | 0 or 1                                               |
/// | "is_locked"    | 0 or 1                                               |
namespace engine_net {

/// Filters of one query. Each is looked up in every room that passes those before it.
inline constexpr std::size_t max_query_filters = 8;
/// Fields that one query sorts by. Each is looked up in every room that passes the filters.
inline constexpr std::size_t max_query_orders = 4;
/// Bytes of a field's name, dots included, and of a text that fields are compared with.
inline constexpr std::size_t max_query_text_bytes = 64;

/// How a room's field is to stand to the value of a filter. Texts compare byte by byte, so capitals
/// come before small letters.
enum class Comparison : std::uint8_t {
    equal,
    not_equal, ///< all that `equal` does not match: rooms without the field, too
    less,
    at_most,
    more,
    at_least,
    contains, ///< the field's text has the filter's somewhere, byte for byte; no number has
};

/// Numbers of every type, enums by their number, and bools as 0 or 1. Whole numbers of 64 bits are
/// rounded to a double, so those beyond 2^53 may compare equal to their neighbours.
using FieldValue = std::variant<double, std::string>;

/// Matches rooms whose `field` is so to `value`. One that a room lacks (an unknown name, a text or
/// table that was not set, a NaN), or whose type is not that of `value`, is only ever `not_equal`.
struct RoomFilter {
    std::string field{}; ///< at most `max_query_text_bytes`
    Comparison is = Comparison::equal;
    FieldValue value{}; ///< no NaN; a text has at most `max_query_text_bytes`
};

/// Sorts by a field. Rooms without it come last in either direction; where it is a number in some
/// rooms and a text in others, the numbers are the lesser.
struct RoomOrder {
    std::string field{}; ///< at most `max_query_text_bytes`
    bool descending = false;
};

/// Rooms that match all of `where`, sorted by the first of `order`, where that is equal by the
/// second and so on, and in the end by their id.
struct RoomQuery {
    std::string kind{};              ///< "": of any kind; at most `max_name_bytes`
    std::vector<RoomFilter> where{}; ///< at most `max_query_filters`
    std::vector<RoomOrder> order{};  ///< at most `max_query_orders`
    std::uint32_t first = 0;         ///< sorted rooms to skip
    /// Rooms to get; more than `max_rooms_per_page` is taken for that, 0 asks only how many match.
    std::uint32_t count = 64;
};

} // namespace engine_net
