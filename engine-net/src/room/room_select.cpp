#include "room/room_select.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace engine_net {
namespace {

using SummaryField = FieldView (*)(const RoomSummary&);

double number(auto value) {
    return static_cast<double>(value);
}

double free_seats(const RoomSummary& room) {
    return room.players < room.capacity ? number(room.capacity - room.players) : 0.0;
}

constexpr std::array<std::pair<std::string_view, SummaryField>, 9> summary_fields{{
    {"id",
     [](const RoomSummary& room) -> FieldView {
         return number(room.id.value);
     }},
    {"name",
     [](const RoomSummary& room) -> FieldView {
         return room.name;
     }},
    {"kind",
     [](const RoomSummary& room) -> FieldView {
         return room.kind;
     }},
    {"players",
     [](const RoomSummary& room) -> FieldView {
         return number(room.players);
     }},
    {"capacity",
     [](const RoomSummary& room) -> FieldView {
         return number(room.capacity);
     }},
    {"free_seats",
     [](const RoomSummary& room) -> FieldView {
         return free_seats(room);
     }},
    {"age",
     [](const RoomSummary& room) -> FieldView {
         return std::chrono::duration<double>(room.age).count();
     }},
    {"has_password",
     [](const RoomSummary& room) -> FieldView {
         return number(room.has_password);
     }},
    {"is_locked",
     [](const RoomSummary& room) -> FieldView {
         return number(room.is_locked);
     }},
}};

/// A field by name, looked up once for all rooms of a kind.
class QueryField {
public:
    explicit QueryField(std::string_view name) : name_(name) {
        for (const auto& [known, read] : summary_fields) {
            if (known == name) in_summary_ = read;
        }
    }

    [[nodiscard]] std::optional<FieldView> read(const QueriedRoom& room) {
        if (in_summary_) return in_summary_(room.summary);
        if (!room.reader || room.metadata.empty()) return std::nullopt;
        return MetadataReader::view(room.metadata, path_in(*room.reader));
    }

private:
    /// Servers have few kinds of rooms, so a search through all is quick.
    const FieldPath& path_in(const MetadataReader& reader) {
        for (const Known& known : known_) {
            if (known.reader == &reader) return known.path;
        }
        return known_.emplace_back(Known{&reader, reader.path_to(name_)}).path;
    }

    struct Known {
        const MetadataReader* reader = nullptr;
        FieldPath path{};
    };

    std::string_view name_;
    SummaryField in_summary_ = nullptr;
    std::vector<Known> known_;
};

template <class Value>
bool holds(const Value& value, Comparison is, const Value& other) {
    switch (is) {
    case Comparison::equal: return value == other;
    case Comparison::not_equal: return value != other;
    case Comparison::less: return value < other;
    case Comparison::at_most: return value <= other;
    case Comparison::more: return value > other;
    case Comparison::at_least: return value >= other;
    case Comparison::contains: break;
    }
    return false;
}

bool matches(const std::optional<FieldView>& value, const RoomFilter& filter) {
    if (!value || value->index() != filter.value.index()) return filter.is == Comparison::not_equal;
    if (const auto* as_number = std::get_if<double>(&*value))
        return holds(*as_number, filter.is, std::get<double>(filter.value));
    const std::string_view text = std::get<std::string_view>(*value);
    const std::string_view other = std::get<std::string>(filter.value);
    if (filter.is == Comparison::contains) return text.find(other) != std::string_view::npos;
    return holds(text, filter.is, other);
}

class Filters {
public:
    explicit Filters(const RoomQuery& query) : query_(query) {
        fields_.reserve(query.where.size());
        for (const RoomFilter& filter : query.where) fields_.emplace_back(filter.field);
    }

    [[nodiscard]] bool match(const QueriedRoom& room) {
        if (!query_.kind.empty() && room.summary.kind != query_.kind) return false;
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            if (!matches(fields_[i].read(room), query_.where[i])) return false;
        }
        return true;
    }

private:
    const RoomQuery& query_;
    std::vector<QueryField> fields_;
};

/// Matching rooms and what they are sorted by, read once each: a comparison then costs no look-up.
class SortedRooms {
public:
    SortedRooms(std::span<const QueriedRoom> rooms, const RoomQuery& query)
        : rooms_(rooms), order_(query.order) {
        fields_.reserve(order_.size());
        for (const RoomOrder& order : order_) fields_.emplace_back(order.field);
    }

    void add(std::size_t index) {
        matches_.push_back({index, keys_.size()});
        for (QueryField& field : fields_) keys_.push_back(field.read(rooms_[index]));
    }

    [[nodiscard]] std::size_t size() const { return matches_.size(); }

    /// The indices of those from `first` to before `last`, which are not beyond the end.
    std::vector<std::size_t> page(std::size_t first, std::size_t last) {
        const auto before = [this](const Match& a, const Match& b) {
            return comes_before(a, b);
        };
        const auto begin = matches_.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = matches_.begin() + static_cast<std::ptrdiff_t>(last);
        // What comes before the page needs no order of its own.
        if (first < last) std::nth_element(matches_.begin(), begin, matches_.end(), before);
        std::partial_sort(begin, end, matches_.end(), before);
        std::vector<std::size_t> indices;
        indices.reserve(last - first);
        std::transform(begin, end, std::back_inserter(indices), [](const Match& match) {
            return match.index;
        });
        return indices;
    }

private:
    struct Match {
        std::size_t index = 0;
        std::size_t first_key = 0;
    };

    [[nodiscard]] bool comes_before(const Match& a, const Match& b) const {
        for (std::size_t i = 0; i < order_.size(); ++i) {
            const std::optional<FieldView>& one = keys_[a.first_key + i];
            const std::optional<FieldView>& other = keys_[b.first_key + i];
            if (one == other) continue;
            if (!one || !other) return one.has_value();
            return order_[i].descending ? *other < *one : *one < *other;
        }
        const RoomId id = rooms_[a.index].summary.id;
        const RoomId other_id = rooms_[b.index].summary.id;
        return id != other_id ? id < other_id : a.index < b.index;
    }

    std::span<const QueriedRoom> rooms_;
    std::span<const RoomOrder> order_;
    std::vector<QueryField> fields_;
    std::vector<Match> matches_;
    std::vector<std::optional<FieldView>> keys_; ///< of each match, as many as `order_` has
};

bool is_sound_filter(const RoomFilter& filter) {
    if (filter.field.size() > max_query_text_bytes || filter.is > Comparison::contains)
        return false;
    if (const auto* text = std::get_if<std::string>(&filter.value))
        return text->size() <= max_query_text_bytes;
    return !std::isnan(std::get<double>(filter.value));
}

} // namespace

bool is_sound(const RoomQuery& query) {
    return query.kind.size() <= max_name_bytes && query.where.size() <= max_query_filters &&
           query.order.size() <= max_query_orders &&
           std::ranges::all_of(query.where, is_sound_filter) &&
           std::ranges::all_of(query.order, [](const RoomOrder& order) {
               return order.field.size() <= max_query_text_bytes;
           });
}

Selected select_rooms(std::span<const QueriedRoom> rooms, const RoomQuery& query) {
    Filters filters(query);
    SortedRooms sorted(rooms, query);
    for (std::size_t i = 0; i < rooms.size(); ++i) {
        if (filters.match(rooms[i])) sorted.add(i);
    }
    const std::size_t count = std::min<std::size_t>(query.count, max_rooms_per_page);
    const std::size_t first = std::min<std::size_t>(query.first, sorted.size());
    const std::size_t last = std::min(first + count, sorted.size());
    return {static_cast<std::uint32_t>(sorted.size()), sorted.page(first, last)};
}

} // namespace engine_net
