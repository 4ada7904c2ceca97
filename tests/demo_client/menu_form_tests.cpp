#include "model/menu_form.hpp"
#include "rules/schema.hpp"

#include <doctest/doctest.h>

namespace {

engine_net::ClientConfig config() {
    engine_net::ClientConfig config;
    config.schema = arena::schema();
    return config;
}

} // namespace

TEST_CASE("menu_form: what a player says of itself is written to the configuration") {
    engine_net::ClientConfig to = config();
    MenuForm form = MenuForm::of(to);
    CHECK(form.address == "127.0.0.1:7777");
    form.name = "ada";
    form.address = "play.example:7000";
    form.colour = 0x11'22'33;
    CHECK_FALSE(form.write_to(to).has_value());
    CHECK(to.name == "ada");
    CHECK(to.host == "play.example");
    CHECK(to.port == 7000);
    CHECK(to.colour == 0x11'22'33);
}

TEST_CASE("menu_form: an IPv6 address stands in brackets when a port follows") {
    engine_net::ClientConfig to = config();
    MenuForm form = MenuForm::of(to);
    for (const char* text : {"[2001:db8::1]:7000", "[2001:db8::1]", "2001:db8::1"}) {
        CAPTURE(text);
        form.address = text;
        CHECK_FALSE(form.write_to(to).has_value());
        CHECK(to.host == "2001:db8::1");
        CHECK(to.port == 7000);
        CHECK(MenuForm::of(to).address == "[2001:db8::1]:7000");
    }
    for (const char* text : {"[::1", "[]:7000", "[::1]7000", "[::1]:", "[::1]:0", "[", ":7000"}) {
        CAPTURE(text);
        form.address = text;
        CHECK(form.write_to(to).value_or("").find("HOST:PORT") != std::string::npos);
        CHECK(to.host == "2001:db8::1");
    }
}

TEST_CASE("menu_form: what is wrong is told, and nothing is changed") {
    engine_net::ClientConfig to = config();
    MenuForm form = MenuForm::of(to);
    form.name = "";
    form.address = "elsewhere:7000";
    CHECK(form.write_to(to).value_or("").find("name") != std::string::npos);
    CHECK(to.host == "127.0.0.1");

    form.name = "ada";
    form.address = "elsewhere:99999";
    CHECK(form.write_to(to).value_or("").find("HOST:PORT") != std::string::npos);
    CHECK(to.name == "player");
}
