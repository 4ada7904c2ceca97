#include <engine_net/link_conditions.hpp>

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_CASE("link_conditions: each word sets its condition, both ways") {
    const auto parsed = parse_link_simulation(
        "delay=40,jitter=10.5,loss=2,dup=1,reorder=3,corrupt=4,rate=64000,seed=7");
    REQUIRE(parsed.has_value());
    for (const LinkConditions& link : {parsed->out, parsed->in}) {
        CHECK(link.delay == 40ms);
        CHECK(link.jitter == 10'500us);
        CHECK(link.loss == doctest::Approx(0.02));
        CHECK(link.duplicate == doctest::Approx(0.01));
        CHECK(link.reorder == doctest::Approx(0.03));
        CHECK(link.corrupt == doctest::Approx(0.04));
        CHECK(link.bytes_per_second == 64'000);
        CHECK_FALSE(link.blackout);
    }
    CHECK(parsed->seed == 7);
}

TEST_CASE("link_conditions: a direction is set alone, and a later word wins") {
    const auto parsed = parse_link_simulation("loss=1,out.loss=5,in.delay=80");
    REQUIRE(parsed.has_value());
    CHECK(parsed->out.loss == doctest::Approx(0.05));
    CHECK(parsed->in.loss == doctest::Approx(0.01));
    CHECK(parsed->out.delay == 0ms);
    CHECK(parsed->in.delay == 80ms);
}

TEST_CASE("link_conditions: no text is a perfect link") {
    const auto parsed = parse_link_simulation("");
    REQUIRE(parsed.has_value());
    CHECK(parsed->out.delay == 0ms);
    CHECK(parsed->in.loss == 0);
}

TEST_CASE("link_conditions: an error names the word and what would be right") {
    const auto error_of = [](std::string_view text) {
        const auto parsed = parse_link_simulation(text);
        return parsed ? std::string("none") : parsed.error();
    };
    const std::string words = " is none of delay, jitter, loss, dup, reorder, corrupt, rate, "
                              "blackout, seed";
    CHECK(error_of("dely=40") == "\"dely\"" + words);
    CHECK(error_of("up.loss=4") == "\"up.loss\"" + words);
    CHECK(error_of("in.seed=4") == "\"seed\"" + words);
    const std::string expected =
        ": expected word=number, or lan, wifi, home, mobile, bad or terrible";
    CHECK(error_of("delay") == "\"delay\"" + expected);
    CHECK(error_of("loss=1,,dup=1") == "\"\"" + expected);
    CHECK(error_of("blackout=2") == "\"blackout=2\": blackout takes 0 or 1");
    CHECK(error_of("loss=101") == "\"loss=101\": loss takes percent from 0 to 100");
    CHECK(error_of("loss=nan") == "\"loss=nan\": loss takes percent from 0 to 100");
    CHECK(error_of("loss=-1") == "\"loss=-1\": loss takes percent from 0 to 100");
    CHECK(error_of("delay=4ms") == "\"delay=4ms\": delay takes milliseconds from 0 to 60000");
    CHECK(error_of("jitter=") == "\"jitter=\": jitter takes milliseconds from 0 to 60000");
    CHECK(error_of("rate=9e9") == "\"rate=9e9\": rate takes bytes per second from 0 to 4000000000");
    CHECK(error_of("seed=1.5") == "\"seed=1.5\": a seed is a whole number from 0");
}

TEST_CASE(
    "link_conditions: a preset's name is all that it sets, one way or both, and may be altered") {
    for (const LinkPreset& preset : link_presets()) {
        const auto both = parse_link_simulation(preset.name);
        REQUIRE(both.has_value());
        CHECK(both->out == preset.conditions);
        CHECK(both->in == preset.conditions);
    }
    const auto altered = parse_link_simulation("in.mobile,loss=9");
    REQUIRE(altered.has_value());
    CHECK(altered->out == LinkConditions{.loss = 0.09});
    CHECK(altered->in.delay == 45ms);
    CHECK(altered->in.loss == doctest::Approx(0.09));
}

TEST_CASE("link_conditions: what is written is read as the same") {
    CHECK(text_of({}).empty());
    for (const char* text : {"delay=40",
                             "out.delay=0.25,in.delay=80",
                             "out.jitter=3,loss=7,dup=0.1,reorder=12.5,corrupt=100",
                             "in.rate=64000,out.blackout=1"}) {
        const auto read = parse_link_simulation(text);
        REQUIRE(read.has_value());
        CHECK(text_of(*read) == text);
    }
}
