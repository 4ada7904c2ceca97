#include "core/sequence.hpp"

#include <doctest/doctest.h>

using namespace engine_net;

TEST_CASE("sequence: a difference counts across the wrap") {
    CHECK(sequence_difference(5, 3) == 2);
    CHECK(sequence_difference(3, 5) == -2);
    CHECK(sequence_difference(7, 7) == 0);
    CHECK(sequence_difference(2, 65'534) == 4);
    CHECK(sequence_difference(65'534, 2) == -4);
    CHECK(sequence_difference(32'767, 0) == 32'767);
    CHECK(sequence_difference(32'768, 0) == -32'768);
}
