#include "model/server_timing.hpp"

#include <engine_net/event.hpp>

#include "timing_generated.h"

#include <doctest/doctest.h>

using engine_net::CallAnswer;
using engine_net::RequestError;

namespace {

CallAnswer answer() {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(demo::CreateServerTiming(builder, 1500, 4000, 250, 900));
    const engine_net::EventBytes bytes = engine_net::bytes_of(builder);
    return {.payload = {bytes.begin(), bytes.end()}};
}

} // namespace

TEST_CASE("server_timing: an answer's microseconds become milliseconds") {
    ServerTiming timing;
    CHECK_FALSE(timing.newest());
    timing.note(answer());
    REQUIRE(timing.newest());
    CHECK(timing.newest()->simulation_p50_ms == doctest::Approx(1.5));
    CHECK(timing.newest()->simulation_p99_ms == doctest::Approx(4));
    CHECK(timing.newest()->network_p50_ms == doctest::Approx(0.25));
    CHECK(timing.newest()->network_p99_ms == doctest::Approx(0.9));
}

TEST_CASE("server_timing: of a server that does not answer nothing is known any more") {
    ServerTiming timing;
    timing.note(answer());
    timing.note({.error = RequestError::refused_by_game, .detail = "no such call"});
    CHECK_FALSE(timing.newest());
}

TEST_CASE("server_timing: an answer that was cut is not believed") {
    const CallAnswer whole = answer();
    for (std::size_t bytes = 0; bytes < whole.payload.size(); ++bytes) {
        CAPTURE(bytes);
        CallAnswer part = whole;
        part.payload.resize(bytes);
        ServerTiming timing;
        timing.note(part);
        CHECK_FALSE(timing.newest());
    }
}
