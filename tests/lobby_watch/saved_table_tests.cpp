#include "lobby-watch/model/saved_table.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using watch::SavedTable;

namespace {

SavedTable table_with(const std::string& name) {
    return {{"name", "players", "rate", "locked"}, {{name, std::int64_t{3}, 0.5, true}}};
}

} // namespace

TEST_CASE("saved_table: CSV quotes what a name may have in it, and no name is a formula") {
    CHECK(table_with("a \"b\", c").csv() ==
          "\"name\",\"players\",\"rate\",\"locked\"\r\n\"a \"\"b\"\", c\",3,0.500,true\r\n");
    CHECK(table_with("=cmd()").csv().find("\"'=cmd()\"") != std::string::npos);
}

TEST_CASE("saved_table: JSON has an object for each row, whatever is in a name") {
    const auto json = nlohmann::json::parse(table_with("\xff\n\"").json());
    REQUIRE(json.size() == 1);
    CHECK(json[0]["players"] == 3);
    CHECK(json[0]["rate"] == 0.5);
    CHECK(json[0]["locked"] == true);
    CHECK(nlohmann::json::parse(SavedTable{}.json()).empty());
}

TEST_CASE("saved_table: the file's name says which it is; one that can't be written says why") {
    const auto file = std::filesystem::temp_directory_path() / "engine-net-saved-table.json";
    CHECK_FALSE(table_with("Ada").save(file).has_value());
    std::ifstream in(file);
    CHECK(nlohmann::json::parse(in)[0]["name"] == "Ada");
    std::filesystem::remove(file);
    CHECK(table_with("Ada").save("/nowhere/at/all.csv").value_or("") != "");
}
