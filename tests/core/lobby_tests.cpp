#include <engine_net/lobby.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace engine_net;

TEST_CASE("lobby: each reason to leave has a sentence of its own") {
    std::set<std::string> sentences;
    constexpr int reasons = static_cast<int>(LeaveReason::node_lost) + 1;
    for (int i = 0; i < reasons; ++i)
        sentences.insert(std::string(message(static_cast<LeaveReason>(i))));
    CHECK(sentences.size() == reasons);
    CHECK_FALSE(sentences.contains("unknown"));
    CHECK(std::string(message(static_cast<LeaveReason>(99))) == "unknown");
}
