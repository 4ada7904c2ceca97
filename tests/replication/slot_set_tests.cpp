#include "core/random.hpp"
#include "replication/slot_set.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace engine_net;

namespace {

/// Slots at the edges of words and blocks, of types with others between them that have none.
const std::vector<Slot> edges{{0, 0},
                              {0, 7},
                              {0, 8},
                              {0, 63},
                              {0, 64},
                              {0, 127},
                              {0, 128},
                              {2, 0},
                              {2, 191},
                              {5, 65'535},
                              {63, 64}};

SlotSet set_of(const std::vector<Slot>& slots) {
    SlotSet set;
    for (const Slot slot : slots) set.add(slot);
    return set;
}
std::vector<Slot> slots_of(const SlotSet& set) {
    std::vector<Slot> slots;
    set.each([&](Slot slot) {
        slots.push_back(slot);
    });
    return slots;
}
/// By `next` alone.
std::vector<Slot> walked(const SlotSet& set) {
    std::vector<Slot> slots;
    for (auto slot = set.next({}); slot; slot = set.next(*slot)) {
        slots.push_back(*slot);
        slot = slot->index == 0xFFFF
                   ? Slot{static_cast<std::uint16_t>(slot->type + 1), 0}
                   : Slot{slot->type, static_cast<std::uint16_t>(slot->index + 1)};
    }
    return slots;
}

} // namespace

TEST_CASE("slot set: it has what was added, once, and nothing beside it") {
    SlotSet set;
    CHECK(set.size() == 0);
    CHECK_FALSE(set.has({0, 0}));
    CHECK_FALSE(set.next({}));
    CHECK_FALSE(next_block_of(set.words(0), 0));
    CHECK(block_of(set.words(3), 9) == 0);

    set = set_of(edges);
    for (const Slot slot : edges) set.add(slot);
    CHECK(set.size() == edges.size());
    CHECK(slots_of(set) == edges);
    CHECK(walked(set) == edges);
    for (const Slot slot : edges) CHECK(set.has(slot));
    for (const Slot slot : {Slot{0, 1}, {0, 62}, {0, 65}, {0, 126}, {0, 129}, {1, 0}, {64, 0}})
        CHECK_FALSE(set.has(slot));
    set.clear();
    CHECK(set == SlotSet{});
    CHECK(set.hash() == SlotSet{}.hash());
}

TEST_CASE("slot set: next gives the slot itself, or a later one, of later types too") {
    const SlotSet set = set_of(edges);
    CHECK(set.next({0, 7}) == Slot{0, 7});
    CHECK(set.next({0, 9}) == Slot{0, 63});
    CHECK(set.next({0, 65}) == Slot{0, 127});
    CHECK(set.next({0, 129}) == Slot{2, 0});
    CHECK(set.next({0, 65'535}) == Slot{2, 0});
    CHECK(set.next({1, 40'000}) == Slot{2, 0});
    CHECK(set.next({2, 192}) == Slot{5, 65'535});
    CHECK_FALSE(set.next({63, 65}));
    CHECK_FALSE(set.next({64, 0}));
}

TEST_CASE(
    "slot set: a block has the bits of its eight slots, and next_block_of finds those with any") {
    const SlotSet set = set_of(edges);
    const SlotWords words = set.words(0);
    CHECK(block_of(words, 0) == 0x81);
    CHECK(block_of(words, 1) == 0x01);
    CHECK(block_of(words, 7) == 0x80);
    CHECK(block_of(words, 8) == 0x01);
    CHECK(block_of(words, 15) == 0x80);
    CHECK(block_of(words, 16) == 0x01);
    CHECK(block_of(words, 17) == 0);
    CHECK(block_of(set.words(5), 8'191) == 0x80);
    CHECK(block_of(set.words(6), 0) == 0);

    std::vector<std::size_t> found;
    for (auto block = next_block_of(words, 0); block; block = next_block_of(words, *block + 1))
        found.push_back(*block);
    CHECK(found == std::vector<std::size_t>{0, 1, 7, 8, 15, 16});
    CHECK(next_block_of(set.words(2), 1) == 23);
    CHECK(next_block_of(set.words(2), 23) == 23);
    CHECK_FALSE(next_block_of(set.words(2), 24));
    CHECK_FALSE(next_block_of(set.words(1), 0));
    CHECK(next_block_of(set.words(5), 0) == 8'191);
    CHECK_FALSE(next_block_of(set.words(64), 0));
}

TEST_CASE("slot set: equal sets are equal and hash alike, in whatever order they were made") {
    Random random(1);
    for (int round = 0; round < 50; ++round) {
        std::set<Slot> slots;
        std::vector<Slot> order;
        for (std::size_t i = random.next_below(200); i > 0; --i) {
            const Slot slot{static_cast<std::uint16_t>(random.next_below(4)),
                            static_cast<std::uint16_t>(random.next_below(300))};
            slots.insert(slot);
            order.insert(order.begin() +
                             static_cast<std::ptrdiff_t>(random.next_below(order.size() + 1)),
                         slot);
        }
        const std::vector<Slot> sorted(slots.begin(), slots.end());
        const SlotSet one = set_of(sorted);
        SlotSet other = set_of(order);
        REQUIRE(one == other);
        REQUIRE(one.hash() == other.hash());
        REQUIRE(slots_of(one) == sorted);
        REQUIRE(walked(one) == sorted);
        REQUIRE(one.size() == sorted.size());
        other.add({4, static_cast<std::uint16_t>(random.next_below(300))});
        REQUIRE(one != other);
        REQUIRE(one.hash() != other.hash());
    }
    CHECK(set_of({{0, 63}}) != set_of({{0, 64}}));
    CHECK(set_of({{0, 63}}).hash() != set_of({{0, 64}}).hash());
    CHECK(set_of({{0, 5}}).hash() != set_of({{1, 5}}).hash());
}
