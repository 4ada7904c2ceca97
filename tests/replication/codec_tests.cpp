#include "core/random.hpp"
#include "replication/codec/range_coder.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/frame_difference.hpp"
#include "replication/rocks_room.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

using namespace engine_net;
using namespace rocks_room;

namespace {

constexpr std::uint32_t ticks = 60;

Slot end_slot() {
    return {static_cast<std::uint16_t>(schema().types().size()), 0};
}

/// A room that was played for a while, and what its newest tick can be coded against.
struct Played {
    explicit Played(std::uint64_t seed) : history(schema()) {
        RandomRoom room(seed, 60);
        for (std::uint32_t t = 1; t <= ticks; ++t) tick(history, t, room.step());
    }
    /// A baseline `lag` ticks old, and each older reference with a chance of three in four.
    References references(int lag, Random& random) const {
        References chosen;
        chosen.lag = lag;
        const Tick baseline = Tick{ticks} - lag;
        for (const int age : wanted_ages) {
            const Frame* frame = history.find(baseline - age);
            if (!frame || (age > 0 && random.next_chance(0.25))) continue;
            chosen.frames[chosen.count] = frame;
            chosen.ages[chosen.count++] = age;
        }
        return chosen;
    }
    [[nodiscard]] const Frame& newest() const { return *history.newest(); }

    History history;
};

std::string difference(const Frame& told, const Frame& truth) {
    return slots_difference(schema().types(), truth, told, shared_row_difference);
}

} // namespace

TEST_CASE("range coder: bits of any likelihood come back") {
    Random random(5);
    std::vector<std::pair<bool, std::uint32_t>> bits;
    for (int i = 0; i < 20'000; ++i) {
        const auto one = static_cast<std::uint32_t>(24 + random.next_below(65536 - 48));
        bits.emplace_back(random.next_below(65536) < one, one);
    }
    std::vector<std::uint8_t> bytes(20'000);
    RangeEncoder encoder(bytes);
    for (const auto& [bit, one] : bits) encoder.bit(bit, one);
    bytes.resize(encoder.finish());
    RangeDecoder decoder(bytes);
    for (const auto& [bit, one] : bits) REQUIRE(decoder.bit(false, one) == bit);
    CHECK(decoder.is_sound());
}

TEST_CASE("range coder: even bits come back, up to 32 at once, between others") {
    struct Told {
        std::uint32_t value;
        unsigned bits;
        bool other;
    };
    Random random(6);
    std::vector<Told> all;
    for (int i = 0; i < 20'000; ++i) {
        const auto bits = static_cast<unsigned>(random.next_below(33));
        const auto value = static_cast<std::uint32_t>(random.next_below(std::uint64_t{1} << bits));
        all.push_back({value, bits, random.next_chance(0.9)});
    }
    constexpr std::uint32_t likely = probability_one / 10 * 9;
    std::vector<std::uint8_t> bytes(100'000);
    RangeEncoder encoder(bytes);
    double least = 0;
    for (const Told& one : all) {
        // Only the lowest bits count.
        const std::uint32_t above = one.bits < 32 ? 0xA5A5'A5A5u << one.bits : 0;
        REQUIRE(code_raw(encoder, one.value | above, one.bits) == one.value);
        encoder.bit(one.other, likely);
        least += one.bits - std::log2(one.other ? 0.9 : 0.1);
    }
    bytes.resize(encoder.finish());
    CHECK(static_cast<double>(bytes.size()) * 8 < least * 1.001);
    RangeDecoder decoder(bytes);
    for (const Told& one : all) {
        REQUIRE(code_raw(decoder, 0, one.bits) == one.value);
        REQUIRE(decoder.bit(false, likely) == one.other);
    }
    CHECK(decoder.is_sound());
}

TEST_CASE("range coder: even bits of any bytes are within their number") {
    Random random(7);
    for (int round = 0; round < 2'000; ++round) {
        std::vector<std::uint8_t> bytes(random.next_below(12));
        for (std::uint8_t& byte : bytes)
            byte = random.next_chance(0.5) ? 0xFF : static_cast<std::uint8_t>(random.next());
        RangeDecoder decoder(bytes);
        for (int i = 0; i < 20; ++i) {
            const auto bits = static_cast<unsigned>(random.next_below(33));
            const std::uint64_t value = code_raw(decoder, 0, bits);
            const std::uint64_t end = std::uint64_t{1} << bits;
            REQUIRE(value < end);
            decoder.bit(false, 1 + static_cast<std::uint32_t>(random.next_below(65535)));
        }
    }
}

TEST_CASE("range coder: what ends in many zero bytes is sound, and cut short it is not") {
    std::vector<std::uint8_t> bytes(64);
    RangeEncoder encoder(bytes);
    for (int i = 0; i < 80; ++i) encoder.bit(true, probability_one / 2);
    bytes.resize(encoder.finish());
    const auto read = [&](Bytes told) {
        RangeDecoder decoder(told);
        for (int i = 0; i < 80; ++i) REQUIRE(decoder.bit(false, probability_one / 2));
        return decoder.is_sound();
    };
    CHECK(read(bytes));
    CHECK_FALSE(read(Bytes(bytes).first(bytes.size() - 5)));
}

TEST_CASE("codec: whatever references there are, what comes out is what went in") {
    Random random(11);
    SnapshotCodec server(schema().types(), 60);
    SnapshotCodec client(schema().types(), 60);
    std::vector<std::uint8_t> bytes(64 * 1024);
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const Played played(seed);
        const int lag = 1 + static_cast<int>(random.next_below(40));
        const References references = seed % 5 == 0 ? References{} : played.references(lag, random);
        const SnapshotCodec::Run run{{}, end_slot(), true};
        const auto coded = server.encode_shared(references, played.newest(), run, bytes);
        REQUIRE(coded.to == end_slot());
        Frame told(schema().types());
        told.clear(Tick{ticks});
        REQUIRE(client.decode_shared(references, Bytes(bytes).first(coded.bytes), run, told) ==
                DecodeOutcome::ok);
        REQUIRE(difference(told, played.newest()) == "");
    }
}

TEST_CASE("codec: a tick cut into small runs is the same tick") {
    Random random(3);
    const Played played(8);
    SnapshotCodec codec(schema().types(), 60);
    const References references = played.references(2, random);
    std::array<std::uint8_t, 120> bytes{};
    Frame told(schema().types());
    told.clear(Tick{ticks});
    int runs = 0;
    for (Slot from{}; from < end_slot(); ++runs) {
        const auto coded =
            codec.encode_shared(references, played.newest(), {from, end_slot(), true}, bytes);
        REQUIRE(coded.to > from);
        REQUIRE(codec.decode_shared(
                    references, Bytes(bytes).first(coded.bytes), {from, coded.to, true}, told) ==
                DecodeOutcome::ok);
        from = coded.to;
    }
    CHECK(runs > 3);
    REQUIRE(difference(told, played.newest()) == "");
}

TEST_CASE("codec: two codecs give the same bytes") {
    Random random(4);
    const Played played(21);
    const References references = played.references(3, random);
    SnapshotCodec one(schema().types(), 60);
    SnapshotCodec other(schema().types(), 60);
    std::vector<std::uint8_t> a(8192);
    std::vector<std::uint8_t> b(8192);
    const SnapshotCodec::Run run{{}, end_slot(), true};
    // Not the first datagram of one of them: nothing is left over from those before.
    one.encode_shared(References{}, played.newest(), run, a);
    const auto from_one = one.encode_shared(references, played.newest(), run, a);
    const auto from_other = other.encode_shared(references, played.newest(), run, b);
    a.resize(from_one.bytes);
    b.resize(from_other.bytes);
    CHECK(a == b);
}

TEST_CASE("codec: damaged bytes give values in range, and the next datagram decodes") {
    Random random(9);
    const Played played(13);
    const References references = played.references(2, random);
    SnapshotCodec codec(schema().types(), 60);
    std::vector<std::uint8_t> bytes(8192);
    const SnapshotCodec::Run run{{}, end_slot(), true};
    bytes.resize(codec.encode_shared(references, played.newest(), run, bytes).bytes);
    Frame told(schema().types());
    std::string damage;
    const auto decode = [&](Bytes damaged) {
        told.clear(Tick{ticks});
        codec.decode_shared(references, damaged, run, told);
        if (damage.empty()) damage = out_of_range(schema().types(), told, Columns::shared);
    };
    for (std::size_t length = 0; length < bytes.size(); ++length)
        decode(Bytes(bytes).first(length));
    for (int i = 0; i < 1'000; ++i) {
        std::vector<std::uint8_t> damaged = bytes;
        damaged[random.next_below(damaged.size())] ^=
            static_cast<std::uint8_t>(1u << random.next_below(8));
        decode(damaged);
    }
    CHECK(damage == "");
    Frame fresh(schema().types());
    fresh.clear(Tick{ticks});
    REQUIRE(codec.decode_shared(references, bytes, run, fresh) == DecodeOutcome::ok);
    REQUIRE(difference(fresh, played.newest()) == "");
}

TEST_CASE("codec: a few bytes that tell of very many entities take no room for them") {
    SnapshotCodec codec(schema().types(), 60);
    Frame told(schema().types());
    told.clear(Tick{ticks});
    std::array<std::uint8_t, 16> bytes{};
    RangeEncoder encoder(bytes);
    code_raw(encoder, 0xFFFF, 16);                     // so many slots ...
    for (int i = 0; i < 8; ++i) encoder.bit(true, 64); // ... and to all that is asked: yes
    REQUIRE(encoder.finish() <= bytes.size());
    CHECK(codec.decode_shared(References{}, bytes, {{}, end_slot(), true}, told) ==
          DecodeOutcome::damaged);
    CHECK(told.types.front().slots() > 0);
    for (const TypeFrame& type : told.types) CHECK(type.slots() < 1'000);
}
