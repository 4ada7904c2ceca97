#include "core/bytes.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace engine_net;

TEST_CASE("bytes: a reader gives back what a writer wrote") {
    std::vector<std::uint8_t> bytes;
    ByteWriter writer(bytes);
    writer.write(std::uint8_t{7});
    writer.write(std::uint32_t{0xDEADBEEF});
    writer.write_bytes(std::vector<std::uint8_t>{1, 2, 3});
    writer.write(2.5);
    CHECK(bytes.size() == 1 + 4 + 3 + 8);

    ByteReader reader(bytes);
    CHECK(reader.read<std::uint8_t>() == 7);
    CHECK(reader.read<std::uint32_t>() == 0xDEADBEEF);
    const Bytes middle = reader.read_bytes(3);
    CHECK(std::vector<std::uint8_t>(middle.begin(), middle.end()) ==
          std::vector<std::uint8_t>{1, 2, 3});
    CHECK_FALSE(reader.finished());
    CHECK(reader.read<double>() == 2.5);
    CHECK(reader.finished());
}

TEST_CASE("bytes: the wire is little-endian") {
    std::vector<std::uint8_t> bytes;
    ByteWriter(bytes).write(std::uint32_t{0x04030201});
    CHECK(bytes == std::vector<std::uint8_t>{1, 2, 3, 4});
}

TEST_CASE("bytes: a read past the end sets an error that stays") {
    const std::vector<std::uint8_t> bytes{1, 2, 3};
    ByteReader reader(bytes);
    CHECK(reader.read<std::uint8_t>() == 1);
    CHECK(reader.read<std::uint32_t>() == 0);
    CHECK_FALSE(reader.ok());

    SUBCASE("what was left can't be read any more") {
        CHECK(reader.read<std::uint8_t>() == 0);
        CHECK(reader.read_bytes(1).empty());
        CHECK(reader.rest().empty());
    }
    SUBCASE("it does not count as finished, nor does a read of nothing mend it") {
        CHECK(reader.read_bytes(0).empty());
        CHECK_FALSE(reader.ok());
        CHECK_FALSE(reader.finished());
    }
}

TEST_CASE("bytes: a count near the largest number is past the end") {
    const std::vector<std::uint8_t> bytes{1, 2, 3};
    ByteReader reader(bytes);
    static_cast<void>(reader.read<std::uint8_t>());
    CHECK(reader.read_bytes(SIZE_MAX).empty());
    CHECK_FALSE(reader.ok());
}

TEST_CASE("bytes: an empty message can be read without error by who asks for nothing") {
    ByteReader reader({});
    CHECK(reader.finished());
    CHECK(reader.read_bytes(0).empty());
    CHECK(reader.finished());
}
