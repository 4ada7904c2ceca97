#include "core/random.hpp"
#include "room/match_metadata.hpp"
#include "room/room_select.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <list>
#include <optional>
#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

/// Rooms with ids from 1 on, and what they refer to.
struct Rooms {
    QueriedRoom& add(const Metadata& metadata = {}) {
        held.push_back(metadata);
        QueriedRoom room;
        room.summary.id = RoomId{static_cast<std::uint32_t>(rooms.size() + 1)};
        room.summary.kind = "arena";
        room.summary.name = "room";
        room.summary.capacity = 8;
        room.metadata = held.back();
        room.reader = &reader;
        rooms.push_back(room);
        return rooms.back();
    }
    /// The ids of the page.
    [[nodiscard]] std::vector<std::uint32_t> ids(const RoomQuery& query) const {
        std::vector<std::uint32_t> ids;
        for (const std::size_t index : select_rooms(rooms, query).indices)
            ids.push_back(rooms[index].summary.id.value);
        return ids;
    }
    [[nodiscard]] std::vector<std::uint32_t>
    where(const std::string& field, Comparison is, const FieldValue& value) const {
        return ids({.where = {{field, is, value}}});
    }

    MetadataReader reader = match_reader();
    std::list<Metadata> held;
    std::vector<QueriedRoom> rooms;
};

using Ids = std::vector<std::uint32_t>;

/// Ratings 100, 200, 300, of regions "eu-west", "eu-east" and none, on maps; and one room whose
/// game says nothing.
Rooms some_rooms() {
    Rooms rooms;
    rooms.add(ranked_metadata(100, "eu-west", "moon"));
    rooms.add(ranked_metadata(200, "eu-east", "mars"));
    rooms.add(ranked_metadata(300, "", ""));
    rooms.add();
    return rooms;
}

/// The same, as plainly as it can be said.
struct Naive {
    const std::vector<QueriedRoom>& rooms;

    static std::optional<FieldValue> value(const QueriedRoom& room, const std::string& field) {
        const RoomSummary& summary = room.summary;
        if (field == "id") return static_cast<double>(summary.id.value);
        if (field == "name") return summary.name;
        if (field == "players") return static_cast<double>(summary.players);
        return room.reader->find(room.metadata, field);
    }
    template <class Value>
    static bool holds(const Value& left, Comparison is, const Value& right) {
        if (is == Comparison::equal) return left == right;
        if (is == Comparison::not_equal) return !(left == right);
        if (is == Comparison::less) return left < right;
        if (is == Comparison::at_most) return !(right < left);
        if (is == Comparison::more) return right < left;
        return !(left < right);
    }
    static bool matches(const QueriedRoom& room, const RoomFilter& filter) {
        const auto found = value(room, filter.field);
        if (!found || found->index() != filter.value.index())
            return filter.is == Comparison::not_equal;
        if (found->index() == 0) {
            return filter.is != Comparison::contains &&
                   holds(std::get<0>(*found), filter.is, std::get<0>(filter.value));
        }
        const std::string& text = std::get<1>(*found);
        const std::string& other = std::get<1>(filter.value);
        if (filter.is == Comparison::contains) {
            const auto at = std::search(text.begin(), text.end(), other.begin(), other.end());
            return other.empty() || at != text.end();
        }
        return holds(text, filter.is, other);
    }
    /// A stable sort by the last order first.
    [[nodiscard]] std::vector<std::size_t> all(const RoomQuery& query) const {
        std::vector<std::size_t> indices;
        for (std::size_t i = 0; i < rooms.size(); ++i) {
            bool is_in = query.kind.empty() || rooms[i].summary.kind == query.kind;
            for (const RoomFilter& filter : query.where) is_in &= matches(rooms[i], filter);
            if (is_in) indices.push_back(i);
        }
        std::ranges::sort(indices, {}, [&](std::size_t i) {
            return rooms[i].summary.id;
        });
        std::vector<RoomOrder> orders = query.order;
        std::ranges::reverse(orders);
        for (const RoomOrder& order : orders) {
            std::ranges::stable_sort(indices, [&](std::size_t a, std::size_t b) {
                const auto one = value(rooms[a], order.field);
                const auto other = value(rooms[b], order.field);
                if (!one || !other) return one && !other;
                return order.descending ? *other < *one : *one < *other;
            });
        }
        return indices;
    }
};

RoomQuery random_query(Random& random) {
    const std::vector<std::string> names{
        "rating", "region", "rules.map", "players", "name", "id", "nothing"};
    const std::vector<FieldValue> values{1.0, 2.0, 3.0, "a", "ab", "b", ""};
    RoomQuery query;
    if (random.next_chance(0.3)) query.kind = "arena";
    for (std::uint64_t i = random.next_below(3); i > 0; --i) {
        query.where.push_back({names[random.next_below(names.size())],
                               static_cast<Comparison>(random.next_below(7)),
                               values[random.next_below(values.size())]});
    }
    for (std::uint64_t i = random.next_below(4); i > 0; --i)
        query.order.push_back({names[random.next_below(names.size())], random.next_chance(0.5)});
    query.first = static_cast<std::uint32_t>(random.next_below(40));
    query.count = static_cast<std::uint32_t>(random.next_below(100));
    return query;
}

void add_random_room(Rooms& rooms, Random& random) {
    const std::vector<std::string> texts{"", "a", "ab", "b", "ba"};
    QueriedRoom& room = rooms.add(random.next_chance(0.2)
                                      ? Metadata{}
                                      : ranked_metadata(static_cast<int>(random.next_below(4)),
                                                        texts[random.next_below(texts.size())],
                                                        texts[random.next_below(texts.size())]));
    room.summary.players = static_cast<std::uint32_t>(random.next_below(4));
    room.summary.name = texts[random.next_below(texts.size())];
    if (random.next_chance(0.3)) room.summary.kind = "hall";
}

} // namespace

TEST_CASE("room query: one that asks for nothing gives all rooms by id") {
    Rooms rooms = some_rooms();
    std::ranges::reverse(rooms.rooms);
    CHECK(rooms.ids({}) == Ids{1, 2, 3, 4});
    CHECK(select_rooms(rooms.rooms, {}).total == 4);
    CHECK(select_rooms({}, {}).indices.empty());
}

TEST_CASE("room query: numbers compare in every way") {
    const Rooms rooms = some_rooms();
    CHECK(rooms.where("rating", Comparison::equal, 200.0) == Ids{2});
    CHECK(rooms.where("rating", Comparison::not_equal, 200.0) == Ids{1, 3, 4});
    CHECK(rooms.where("rating", Comparison::less, 200.0) == Ids{1});
    CHECK(rooms.where("rating", Comparison::at_most, 200.0) == Ids{1, 2});
    CHECK(rooms.where("rating", Comparison::more, 200.0) == Ids{3});
    CHECK(rooms.where("rating", Comparison::at_least, 200.0) == Ids{2, 3});
    CHECK(rooms.where("rating", Comparison::contains, 200.0) == Ids{});
}

TEST_CASE("room query: texts compare in every way, within tables too") {
    const Rooms rooms = some_rooms();
    CHECK(rooms.where("region", Comparison::equal, "eu-west") == Ids{1});
    CHECK(rooms.where("region", Comparison::not_equal, "eu-west") == Ids{2, 3, 4});
    CHECK(rooms.where("region", Comparison::less, "eu-west") == Ids{2});
    CHECK(rooms.where("region", Comparison::at_most, "eu-west") == Ids{1, 2});
    CHECK(rooms.where("rules.map", Comparison::more, "mars") == Ids{1});
    CHECK(rooms.where("rules.map", Comparison::at_least, "mars") == Ids{1, 2});
    CHECK(rooms.where("region", Comparison::contains, "u-w") == Ids{1});
    CHECK(rooms.where("region", Comparison::contains, "U-W") == Ids{});
    CHECK(rooms.where("region", Comparison::contains, "") == Ids{1, 2});
}

/// All that need a field of the value's type.
constexpr std::array matching{Comparison::equal,
                              Comparison::less,
                              Comparison::at_most,
                              Comparison::more,
                              Comparison::at_least,
                              Comparison::contains};

TEST_CASE("room query: a text never matches a number, nor a number a text") {
    const Rooms rooms = some_rooms();
    for (const Comparison is : matching) {
        CHECK(rooms.where("rating", is, "200") == Ids{});
        CHECK(rooms.where("region", is, 0.0) == Ids{});
    }
    CHECK(rooms.where("rating", Comparison::not_equal, "200") == Ids{1, 2, 3, 4});
}

TEST_CASE("room query: rooms without the field match nothing but not_equal") {
    const Rooms rooms = some_rooms();
    for (const Comparison is : matching) {
        CHECK(rooms.where("unheard_of", is, "") == Ids{});
        CHECK(rooms.where("season", is, 0.0) == Ids{});
    }
    CHECK(rooms.where("season", Comparison::not_equal, 0.0) == Ids{1, 2, 3, 4});
}

TEST_CASE("room query: what the server knows of every room can be asked for") {
    Rooms rooms;
    rooms.add();
    QueriedRoom& other = rooms.add();
    other.reader = nullptr;
    other.summary.kind = "hall";
    other.summary.name = "The hall";
    other.summary.players = 3;
    other.summary.capacity = 4;
    other.summary.age = std::chrono::milliseconds(2500);
    other.summary.has_password = true;
    other.summary.is_locked = true;
    CHECK(rooms.where("id", Comparison::more, 1.0) == Ids{2});
    CHECK(rooms.where("name", Comparison::contains, "hall") == Ids{2});
    CHECK(rooms.where("kind", Comparison::equal, "hall") == Ids{2});
    CHECK(rooms.where("players", Comparison::equal, 3.0) == Ids{2});
    CHECK(rooms.where("capacity", Comparison::equal, 4.0) == Ids{2});
    CHECK(rooms.where("free_seats", Comparison::equal, 1.0) == Ids{2});
    CHECK(rooms.where("age", Comparison::equal, 2.5) == Ids{2});
    CHECK(rooms.where("has_password", Comparison::equal, 1.0) == Ids{2});
    CHECK(rooms.where("is_locked", Comparison::equal, 1.0) == Ids{2});
    CHECK(rooms.where("rating", Comparison::at_least, 0.0) == Ids{});
    CHECK(rooms.ids({.kind = "hall"}) == Ids{2});
    other.summary.players = 5;
    CHECK(rooms.where("free_seats", Comparison::equal, 0.0) == Ids{2});
}

TEST_CASE("room query: a room matches when it does so for every filter") {
    const Rooms rooms = some_rooms();
    CHECK(rooms.ids({.where = {{"region", Comparison::contains, "eu"},
                               {"rating", Comparison::more, 100.0}}}) == Ids{2});
}

TEST_CASE("room query: rooms without the field come last, in either direction") {
    const Rooms rooms = some_rooms();
    CHECK(rooms.ids({.order = {{"region", false}}}) == Ids{2, 1, 3, 4});
    CHECK(rooms.ids({.order = {{"region", true}}}) == Ids{1, 2, 3, 4});
    CHECK(rooms.ids({.order = {{"rating", true}}}) == Ids{3, 2, 1, 4});
}

TEST_CASE("room query: equal rooms go by the next order, and then by id in either direction") {
    Rooms rooms;
    for (const int rating : {5, 1, 5, 1}) rooms.add(ranked_metadata(rating, "", ""));
    rooms.rooms[2].summary.players = 7;
    CHECK(rooms.ids({.order = {{"rating", false}}}) == Ids{2, 4, 1, 3});
    CHECK(rooms.ids({.order = {{"rating", true}}}) == Ids{1, 3, 2, 4});
    CHECK(rooms.ids({.order = {{"rating", true}, {"players", true}}}) == Ids{3, 1, 2, 4});
    std::ranges::reverse(rooms.rooms);
    CHECK(rooms.ids({.order = {{"rating", true}}}) == Ids{1, 3, 2, 4});
}

TEST_CASE("room query: each room is read by its own kind's schema, and numbers are the lesser") {
    // The same schema, in which the region is called season and the season region.
    using Schema = match_info::MatchInfoBinarySchema;
    std::string schema(reinterpret_cast<const char*>(Schema::data()), Schema::size());
    const std::size_t region = schema.find("region");
    const std::size_t season = schema.find("season");
    REQUIRE(std::max(region, season) != std::string::npos);
    schema.replace(region, 6, "season").replace(season, 6, "region");
    const Bytes bytes(reinterpret_cast<const std::uint8_t*>(schema.data()), schema.size());
    const auto other = MetadataReader::load({bytes});
    REQUIRE(other);

    Rooms rooms = some_rooms();
    rooms.add(full_metadata()).reader = &*other; // whose region is 0
    rooms.add(full_metadata());                  // whose region is "eu-west"
    CHECK(rooms.ids({.order = {{"region", false}}}) == Ids{5, 2, 1, 6, 3, 4});
    CHECK(rooms.ids({.order = {{"region", true}}}) == Ids{1, 6, 2, 5, 3, 4});
    CHECK(rooms.where("region", Comparison::equal, 0.0) == Ids{5});
    CHECK(rooms.where("region", Comparison::at_least, "eu-west") == Ids{1, 6});
    CHECK(rooms.where("season", Comparison::equal, "eu-west") == Ids{5});
}

TEST_CASE("room query: a page is cut out of the sorted rooms, and all that match are counted") {
    Rooms rooms;
    for (int i = 0; i < 100; ++i) rooms.add();
    RoomQuery query{.order = {{"id", true}}, .first = 10, .count = 3};
    CHECK(rooms.ids(query) == Ids{90, 89, 88});
    CHECK(select_rooms(rooms.rooms, query).total == 100);
    query.first = 98;
    CHECK(rooms.ids(query) == Ids{2, 1});
    for (const std::uint32_t beyond : {100U, 101U, std::numeric_limits<std::uint32_t>::max()}) {
        query.first = beyond;
        CHECK(rooms.ids(query) == Ids{});
        CHECK(select_rooms(rooms.rooms, query).total == 100);
    }
    query.first = 0;
    query.count = 0;
    CHECK(rooms.ids(query) == Ids{});
    CHECK(select_rooms(rooms.rooms, query).total == 100);
    query.count = std::numeric_limits<std::uint32_t>::max();
    CHECK(rooms.ids(query).size() == max_rooms_per_page);
}

TEST_CASE("room query: it is sound up to its limits, and not beyond") {
    const std::string most(max_query_text_bytes, 'x');
    RoomQuery query;
    query.kind = std::string(max_name_bytes, 'k');
    query.where.assign(max_query_filters, {most, Comparison::contains, most});
    query.order.assign(max_query_orders, {most, true});
    query.first = query.count = std::numeric_limits<std::uint32_t>::max();
    REQUIRE(is_sound(query));
    REQUIRE(is_sound({}));

    SUBCASE("kind") {
        query.kind += 'k';
    }
    SUBCASE("filters") {
        query.where.emplace_back();
    }
    SUBCASE("orders") {
        query.order.emplace_back();
    }
    SUBCASE("a filter's field") {
        query.where.back().field += 'x';
    }
    SUBCASE("a filter's text") {
        query.where.back().value = most + 'x';
    }
    SUBCASE("a filter's number") {
        query.where.back().value = std::numeric_limits<double>::quiet_NaN();
    }
    SUBCASE("a filter's comparison") {
        query.where.back().is = static_cast<Comparison>(7);
    }
    SUBCASE("an order's field") {
        query.order.back().field += 'x';
    }
    CHECK_FALSE(is_sound(query));
}

TEST_CASE("room query: whatever is asked, it answers as a plain filter and stable sorts do") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Random random(seed);
        Rooms rooms;
        for (std::uint64_t i = random.next_below(120); i > 0; --i) add_random_room(rooms, random);
        for (std::size_t i = rooms.rooms.size(); i > 1; --i)
            std::swap(rooms.rooms[i - 1], rooms.rooms[random.next_below(i)]);
        for (int i = 0; i < 10; ++i) {
            const RoomQuery query = random_query(random);
            std::vector<std::size_t> expected = Naive{rooms.rooms}.all(query);
            const Selected selected = select_rooms(rooms.rooms, query);
            REQUIRE_MESSAGE(selected.total == expected.size(), "seed ", seed);
            const std::size_t first = std::min<std::size_t>(query.first, expected.size());
            expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(first));
            const std::size_t count = std::min<std::size_t>(query.count, max_rooms_per_page);
            if (expected.size() > count) expected.resize(count);
            REQUIRE_MESSAGE(selected.indices == expected, "seed ", seed);
        }
    }
}
