#include "replay/recorded_match.hpp"
#include "replication/codec/prior_training.hpp"
#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <optional>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr int players = 4;

void play(Stepper& stepper) {
    for (int i = 0; i < players; ++i) stepper.add_player("player " + std::to_string(i));
    REQUIRE(stepper.run_until_joined());
    for (int i = 0; i < 60; ++i) {
        for (int who = 0; who < players; ++who) {
            const int push = (i * 37 + who) % 19 - 9;
            stepper.clients[static_cast<std::size_t>(who)]->send_input(
                test_game::Push(static_cast<std::int8_t>(push), 3));
        }
        stepper.run(100ms);
    }
}

/// The recording of a match.
std::vector<std::uint8_t> recorded(std::uint64_t seed) {
    std::vector<std::uint8_t> bytes;
    {
        Stepper stepper({.seed = seed, .record = [&](RoomId) {
                             return [&](Bytes more) {
                                 bytes.insert(bytes.end(), more.begin(), more.end());
                             };
                         }});
        play(stepper);
        CHECK(stepper.errors.empty());
        CHECK(stepper.server.stats().recording_ticks_dropped == 0);
    } // what was recorded is written by the end of the server
    return bytes;
}

/// What is learned from a recording.
std::vector<std::uint8_t> trained(Bytes recording) {
    const auto schema = ReplicatedSchema::load(test_game::schema());
    REQUIRE(schema);
    const auto file = RecordingFile::open({recording.begin(), recording.end()});
    REQUIRE(file);
    const auto match = read_match(*file);
    REQUIRE(match);
    REQUIRE(match->stretches.size() == 1);
    CHECK(match->stretches[0].size() >= 6 * 60);
    const CodeBook book(schema->types(), match->ticks_per_second);
    std::array<std::optional<Prior>, lag_classes> priors;
    for (const std::size_t lag_class : {2, 3, 4}) {
        priors[lag_class] = train_prior(book, match->stretches, typical_lag(lag_class));
    }
    return Priors::write(book, schema->layout_digest(), priors, 8);
}

/// Bytes of snapshots of a match in which all states agree.
std::uint64_t bytes_of_a_match(Stepper::Options options) {
    Stepper stepper(std::move(options));
    play(stepper);
    for (const auto& client : stepper.clients) {
        CHECK(client->stats().state_checks >= 4);
        CHECK(client->stats().state_mismatches == 0);
        CHECK(client->stats().snapshots_refused == 0);
    }
    CHECK(stepper.errors.empty());
    return stepper.server.stats().snapshot_bytes;
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("prior: one trained on a recorded match makes another match's snapshots smaller") {
        const std::vector<std::uint8_t> prior = trained(recorded(1));
        CHECK(prior.size() < 20'000);
        const LinkConditions link{.delay = 20ms, .jitter = 5ms, .loss = 0.05};
        const std::uint64_t without = bytes_of_a_match({.seed = 2, .link = link});
        const std::uint64_t with = bytes_of_a_match({.seed = 2, .link = link, .prior = prior});
        CHECK_MESSAGE(with < without * 9 / 10, with, " bytes instead of ", without);
    }

    TEST_CASE("prior: who has another one plays with the server's") {
        const std::vector<std::uint8_t> prior = trained(recorded(1));
        Stepper stepper({.prior = prior});
        Client& ada = stepper.add_player("ada", [](ClientConfig& config) {
            config.schema = test_game::schema();
        });
        REQUIRE(stepper.run_until_joined());
        stepper.run(2s);
        CHECK(stepper.bodies(ada).size() == 21);
        CHECK(ada.stats().state_checks > 0);
        CHECK(ada.stats().state_mismatches == 0);
        CHECK(ada.stats().snapshots_refused == 0);
    }
}
