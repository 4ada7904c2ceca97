#include "core/random.hpp"
#include "wire/control.hpp"
#include "wire/control_encoder.hpp"
#include "wire/control_samples.hpp"
#include "wire/control_walk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

/// Decodes a copy that has no byte to spare, and reads all that was accepted.
std::optional<std::uint64_t> decode_and_walk(Bytes bytes) {
    const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    const wire::Envelope* envelope = wire::decode_control(copy);
    return envelope ? std::optional(ControlWalk::over(*envelope)) : std::nullopt;
}

void flip_bits(std::vector<std::uint8_t>& bytes, std::size_t count, Random& random) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t bit = random.next_below(bytes.size() * 8);
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    }
}

template <class Number>
void put(std::vector<std::uint8_t>& bytes, std::size_t at, Number value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

} // namespace

TEST_CASE("control: a message cut short is refused, or only lacks padding") {
    for (const ControlSample& sample : control_samples()) {
        CAPTURE(sample.name);
        const auto whole = decode_and_walk(sample.bytes);
        REQUIRE(whole);
        std::size_t accepted = 0;
        for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
            const auto walked = decode_and_walk(Bytes(sample.bytes).first(size));
            if (!walked) continue;
            ++accepted;
            CAPTURE(size);
            REQUIRE(*walked == *whole);
        }
        CHECK(accepted <= 7); // padding goes up to a multiple of 8
    }
}

TEST_CASE("control: no flipped bits make the decoder read what is not there") {
    Random random(20'240'601);
    for (const ControlSample& sample : control_samples()) {
        CAPTURE(sample.name);
        int refused = 0;
        // Whole kilobytes of payload would make this slow and try nothing more.
        const std::size_t rounds = 4'000'000 / sample.bytes.size();
        for (std::size_t round = 0; round < rounds; ++round) {
            std::vector<std::uint8_t> bytes = sample.bytes;
            flip_bits(bytes, 1 + random.next_below(8), random);
            refused += decode_and_walk(bytes) ? 0 : 1;
        }
        CHECK(refused > 0);
    }
}

TEST_CASE("control: no offset, count or size of a message leads out of it or round in it") {
    for (const ControlSample& sample : control_samples()) {
        CAPTURE(sample.name);
        const auto size = static_cast<std::uint32_t>(sample.bytes.size());
        // The head holds every table, of a long list the first; a longest payload need not be
        // walked to its end.
        const std::size_t tried = std::min<std::size_t>(size, size > 10'000 ? 100 : 600);
        for (std::size_t at = 0; at + 4 <= tried; at += 2) {
            const auto here = static_cast<std::uint32_t>(at);
            for (const std::uint32_t value : {0u,
                                              1u,
                                              2u,
                                              3u,
                                              4u,
                                              8u,
                                              0x7FFFFFFFu,
                                              0x80000000u,
                                              0xFFFFFFFFu,
                                              0xFFFFFFFCu,
                                              0u - here,
                                              size,
                                              size - 4,
                                              size - here,
                                              size - here - 1,
                                              size - here - 4}) {
                std::vector<std::uint8_t> bytes = sample.bytes;
                put(bytes, at, value);
                static_cast<void>(decode_and_walk(bytes));
                bytes = sample.bytes;
                put(bytes, at, static_cast<std::uint16_t>(value));
                static_cast<void>(decode_and_walk(bytes));
            }
        }
        CHECK(decode_and_walk(sample.bytes)); // the sample itself was never touched
    }
}

TEST_CASE("control: what is no message of ours is refused") {
    wire::ControlEncoder encoder;
    const Bytes confirm = encoder.confirm();
    const std::vector<std::uint8_t> valid(confirm.begin(), confirm.end());
    std::vector<std::uint8_t> bytes;

    SUBCASE("nothing") {}
    SUBCASE("zeros") {
        bytes.assign(64, 0);
    }
    SUBCASE("ones") {
        bytes.assign(64, 0xFF);
    }
    SUBCASE("text") {
        const std::string text = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n";
        bytes.assign(text.begin(), text.end());
    }
    SUBCASE("another file identifier") {
        bytes = valid;
        bytes[4] = 'X';
    }
    SUBCASE("a root that is the root's own offset") {
        bytes = valid;
        put(bytes, 0, std::uint32_t{0});
    }
    SUBCASE("a root at the end") {
        bytes = valid;
        put(bytes, 0, static_cast<std::uint32_t>(valid.size()));
    }
    SUBCASE("a root before the start") {
        bytes = valid;
        put(bytes, 0, std::uint32_t{0xFFFFFFF0});
    }
    SUBCASE("a table whose vtable is itself") {
        bytes = valid;
        std::uint32_t root = 0;
        std::memcpy(&root, valid.data(), sizeof root);
        put(bytes, root, std::uint32_t{0});
    }
    CHECK_FALSE(decode_and_walk(bytes));
}
