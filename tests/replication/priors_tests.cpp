#include "core/random.hpp"
#include "replication/codec/knowledge.hpp"
#include "replication/codec/prior_pass.hpp"
#include "replication/codec/priors.hpp"
#include "replication/rocks_room.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace engine_net;
using rocks_room::schema;

namespace {

const CodeBook& book() {
    static const CodeBook made(schema().types(), 60);
    return made;
}

/// A place whose probability is asked for as it is, and one that is mixed.
std::uint32_t plain_place() {
    return book().types[0].life;
}
std::uint32_t mixed_place() {
    return book().mixed_places[0].first;
}

Prior prior_with(std::uint32_t place, Probability probability) {
    Prior prior(book());
    prior.probabilities[place] = probability;
    return prior;
}

std::vector<Knowledge> known(const std::vector<Prior>& priors, double least_bits) {
    std::vector<const Prior*> all;
    all.reserve(priors.size());
    for (const Prior& prior : priors) all.push_back(&prior);
    return knowledge_of(book(), all, least_bits);
}

std::vector<std::uint8_t> packed(const std::vector<Knowledge>& knowledge) {
    std::vector<std::uint8_t> bytes(1 << 16);
    RangeEncoder coder(bytes);
    PriorPass(coder).run(knowledge, knowledge[0].size());
    bytes.resize(coder.finish());
    return bytes;
}

} // namespace

TEST_CASE("priors: what was written is read, and damage is refused") {
    const std::vector<std::uint8_t> bytes =
        Priors::write(book(), 77, {std::nullopt, prior_with(plain_place(), {60'000, 50})});
    CHECK(bytes.size() < 64);
    const auto read = Priors::read(book(), 77, bytes);
    REQUIRE(read.has_value());
    CHECK(read->find(2) != nullptr);
    CHECK(read->find(40) == read->find(2));                   // the nearest there is
    CHECK_FALSE(Priors::read(book(), 78, bytes).has_value()); // another schema's
    CHECK(Priors().find(1) == nullptr);

    for (std::size_t length = 0; length < bytes.size(); ++length)
        CHECK_FALSE(Priors::read(book(), 77, Bytes(bytes).first(length)).has_value());
    for (std::size_t i = 0; i < 8 * bytes.size(); ++i) {
        std::vector<std::uint8_t> damaged = bytes;
        damaged[i / 8] ^= static_cast<std::uint8_t>(1u << i % 8);
        CHECK_FALSE(Priors::read(book(), 77, damaged).has_value());
    }
}

TEST_CASE("priors: those of the same bytes are the same in memory, as long as anyone has them") {
    const auto bytes = Priors::write(book(), 5, {prior_with(plain_place(), {1000, 50})});
    const auto other = Priors::write(book(), 5, {prior_with(plain_place(), {2000, 50})});
    const auto one = Priors::read(book(), 5, bytes);
    const auto two = Priors::read(book(), 5, bytes);
    const auto three = Priors::read(book(), 5, other);
    REQUIRE((one && two && three));
    CHECK(one->find(1) == two->find(1));
    CHECK(one->find(1) != three->find(1));
}

TEST_CASE("priors: any knowledge comes back, and any bytes are some knowledge") {
    Random random(6);
    for (const double density : {0.0, 0.001, 0.1, 1.0}) {
        std::vector<Knowledge> knowledge(3, Knowledge(2000));
        for (Knowledge& one : knowledge) {
            for (std::int8_t& steps : one) {
                if (!random.next_chance(density)) continue;
                steps = static_cast<std::int8_t>(static_cast<int>(random.next_below(255)) - 127);
            }
        }
        const std::vector<std::uint8_t> bytes = packed(knowledge);
        std::vector<Knowledge> read(3, Knowledge(2000));
        RangeDecoder coder(bytes);
        PriorPass(coder).run(read, 2000);
        CHECK(coder.is_sound());
        CHECK(read == knowledge);
    }
    for (int round = 0; round < 200; ++round) {
        std::vector<std::uint8_t> noise(random.next_below(300));
        for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(random.next());
        std::vector<Knowledge> read(2, Knowledge(500));
        RangeDecoder coder(noise);
        PriorPass(coder).run(read, 500);
    }
}

TEST_CASE("priors: what is known is the logit, by its weight where it is mixed") {
    const Probability likely{58'000, 900};
    const std::int32_t logit = mixing_tables.logit[likely.one >> 4];
    CHECK(known({prior_with(plain_place(), likely)}, 8)[0][plain_place()] ==
          (logit + knowledge_step / 2) / knowledge_step);
    Prior mixed = prior_with(mixed_place(), likely);
    mixed.weights[book().mixed_places[0].weight][0] = -65536;
    CHECK(known({mixed}, 8)[0][mixed_place()] == -((logit + knowledge_step / 2) / knowledge_step));
}

TEST_CASE("priors: what hardly saves anything is as for the lag before") {
    const std::uint32_t place = plain_place();
    const Prior often = prior_with(place, {60'000, 500});
    const Prior about_the_same = prior_with(place, {59'500, 500});
    const Prior other = prior_with(place, {6'000, 500});
    const Prior rarely = prior_with(place, {6'000, 3});
    const auto told = known({rarely, often, about_the_same, other, rarely}, 8);
    CHECK(told[0][place] == 0);
    CHECK(told[1][place] > 0);
    CHECK(told[2][place] == told[1][place]);
    CHECK(told[3][place] < 0);
    CHECK(told[4][place] == told[3][place]);
    // What was asked beyond count is told in any case.
    const auto countless = known({often, prior_with(place, {58'000, max_asked})}, 1e9);
    CHECK(countless[0][place] == 0);
    CHECK(countless[1][place] > 0);
}
