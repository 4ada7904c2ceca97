#include "lobby-watch/model/entity_table.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;
using watch::EntityTable;

namespace {

AdminEntities two_ships() {
    AdminEntities told;
    told.tick = Tick{7};
    told.types = {{"arena.Ship", {"heading", "position.x", "position.y"}}, {"arena.Flag", {"x"}}};
    told.of_type = {{{EntityId{2}, PresenceId{9}, {0.5, 10, 20}}, {EntityId{1}, {}, {1, 30, 40}}},
                    {{EntityId{3}, {}, {8}}}};
    return told;
}

} // namespace

TEST_CASE("entity table: what has changed is new for a moment") {
    EntityTable table;
    AdminEntities told = two_ships();
    table.update(Time(1s), &told);
    CHECK(table.at(0).entity.id == EntityId{1});
    CHECK_FALSE(table.at(1).is_new(0, Time(1s)));
    told.tick = Tick{8};
    told.of_type[0][0].values[0] = 0.75;
    table.update(Time(2s), &told);
    CHECK(table.at(1).is_new(0, Time(2s)));
    CHECK_FALSE(table.at(1).is_new(1, Time(2s)));
    CHECK_FALSE(table.at(0).is_new(0, Time(2s)));
    table.update(Time(3s), &told);
    CHECK_FALSE(table.at(1).is_new(0, table.now()));
}

TEST_CASE("entity table: an id or an owner finds, and the map has all that say where they are") {
    EntityTable table;
    const AdminEntities told = two_ships();
    table.update(Time(1s), &told);
    CHECK(table.points().size() == 2);
    CHECK(table.points()[0].y == 20);
    table.filter("9");
    REQUIRE(table.size() == 1);
    CHECK(table.at(0).entity.id == EntityId{2});
    table.filter("1");
    REQUIRE(table.size() == 1);
    CHECK(table.at(0).entity.id == EntityId{1});
    table.filter("");
    CHECK(table.size() == 2);
}

TEST_CASE("entity table: it is saved with the names of the chosen type's fields") {
    EntityTable table;
    AdminEntities told = two_ships();
    table.update(Time(1s), &told);
    CHECK(table.saved().columns ==
          std::vector<std::string>{"tick", "id", "owner", "heading", "position.x", "position.y"});
    table.choose(1);
    told.tick = Tick{8};
    table.update(Time(2s), &told);
    CHECK(table.saved().rows.size() == 1);
    table.choose(77);
    CHECK(table.chosen() == 1);
    table.update(Time(3s), nullptr);
    CHECK_FALSE(table.is_known());
    CHECK(table.saved().rows.empty());
}

TEST_CASE("entity table: what a viewer has stands beside what is, and where it differs") {
    EntityTable table;
    const AdminEntities told = two_ships();
    AdminEntities seen = told;
    seen.tick = Tick{9};
    seen.of_type[0] = {{EntityId{2}, PresenceId{9}, {0.5, 11, 20}, 6},
                       {EntityId{77}, {}, {0, 5, 6}, 30}};
    table.update(Time(1s), &told, &seen);
    CHECK(table.has_viewer());
    CHECK_FALSE(table.at(0).seen); // number 1
    REQUIRE(table.at(1).seen);
    CHECK(table.at(1).seen->age == 6);
    CHECK(table.at(1).differs(1));
    CHECK_FALSE(table.at(1).differs(0));
    REQUIRE(table.ghosts().size() == 2);
    REQUIRE(table.ghosts()[0].truth);
    CHECK(table.ghosts()[0].seen.x == 11);
    CHECK(table.ghosts()[0].truth->x == 10);
    CHECK_FALSE(table.ghosts()[1].truth); // it is gone
    CHECK(table.saved().columns.back() == "seen.position.y");
    for (const auto& row : table.saved().rows) CHECK(row.size() == table.saved().columns.size());
    table.update(Time(2s), &told);
    CHECK_FALSE(table.has_viewer());
    CHECK(table.ghosts().empty());
    CHECK_FALSE(table.at(1).seen);
}
