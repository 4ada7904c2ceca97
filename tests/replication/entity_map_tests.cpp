#include "core/random.hpp"
#include "replication/entity_map.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace engine_net;

TEST_CASE("entity map: it does what std::map does, whatever the order") {
    Random random(1);
    EntityMap map;
    std::map<std::uint32_t, Slot> model;
    for (int round = 0; round < 60'000; ++round) {
        // Few ids, so that they meet; some of them side by side, as games number them.
        const std::uint32_t id =
            1 + static_cast<std::uint32_t>(random.next_below(round % 2 ? 300 : 3'000) * 64);
        if (random.next_chance(0.55)) {
            const Slot slot{static_cast<std::uint16_t>(random.next_below(64)),
                            static_cast<std::uint16_t>(round)};
            map.set(EntityId{id}, slot);
            model[id] = slot;
        } else {
            map.erase(EntityId{id});
            model.erase(id);
        }
        REQUIRE(map.size() == model.size());
        const std::uint32_t asked = 1 + static_cast<std::uint32_t>(random.next_below(3'000) * 64);
        const auto found = model.find(asked);
        REQUIRE(map.find(EntityId{asked}) ==
                (found == model.end() ? std::nullopt : std::optional(found->second)));
    }
    for (const auto& [id, slot] : model) REQUIRE(map.find(EntityId{id}) == slot);
    map.clear();
    CHECK(map.size() == 0);
    CHECK_FALSE(map.find(EntityId{1}));
}
