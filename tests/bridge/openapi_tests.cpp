#include "bridge/json_text.hpp"
#include "bridge/routes.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace engine_net::bridge;

TEST_CASE("openapi: it describes each route, and nothing else") {
    const auto described = parse_json(openapi());
    REQUIRE(described);
    const Json& paths = (*described)["paths"];
    CHECK(paths.size() == routes().size());
    for (const Route& route : routes()) {
        const std::string path(route.path);
        CAPTURE(path);
        REQUIRE(paths.contains(path));
        CHECK(!paths[path]["get"]["responses"].empty());
        CHECK(paths[path]["get"]["responses"].contains("403") <= route.checks_origin);
        const std::size_t open = path.find('{');
        if (open == std::string::npos) continue;
        const std::string name = path.substr(open + 1, path.find('}') - open - 1);
        bool is_described = false;
        for (const Json& parameter : paths[path]["get"]["parameters"]) {
            is_described |= parameter["in"] == "path" && parameter["name"] == name;
        }
        CHECK(is_described);
    }
}

TEST_CASE("openapi: a name in a path may hold slashes, and is there") {
    std::string_view part;
    const Route route{"/api/channels/{name}/stream"};
    CHECK(matches(route, "/api/channels/lobby/rooms/stream", part));
    CHECK(part == "lobby/rooms");
    CHECK(!matches(route, "/api/channels//stream", part));
    CHECK(!matches(route, "/api/channels/stream", part));
}

TEST_CASE("json_text: what is too deep or malformed is nothing") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(parse_json(nested(max_json_depth)));
    CHECK(!parse_json(nested(max_json_depth + 1)));
    CHECK(parse_json(R"({"text":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\""})"));
    CHECK(!parse_json("]["));
    CHECK(!parse_json("\"\xFF\""));
    CHECK(!parse_json(R"("\ud800")"));
    CHECK(to_text(Json(std::string("a\xFF"))) == "\"a\xEF\xBF\xBD\"");
}
