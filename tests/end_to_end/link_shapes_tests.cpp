// Eight players for a minute on each kind of link: what is reliable arrives once and in order,
// nobody is lost, and soon after the link is good again all know what the server knows.

#include "core/random.hpp"
#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t players = 8;

/// What a link is like at each time, out of the clients and into them.
struct Shape {
    std::string name;
    std::function<LinkConditions(Duration)> out;
    std::function<LinkConditions(Duration)> in;
};

Shape shape(std::string name, const std::function<LinkConditions(Duration)>& both) {
    return {std::move(name), both, both};
}

Shape shape(std::string name, const LinkConditions& both) {
    return shape(std::move(name), [both](Duration) {
        return both;
    });
}

bool is_within(Duration time, Duration cycle, Duration bad) {
    return time % cycle < bad;
}

/// Of every 100 ms three in ten are lost, whole.
LinkConditions bursts(Duration time) {
    Random random(static_cast<std::uint64_t>(time / 100ms));
    return random.next_chance(0.3) ? cut : calm;
}

std::vector<Shape> shapes() {
    std::vector<Shape> all;
    for (const LinkPreset& preset : link_presets())
        all.push_back(shape(std::string(preset.name), preset.conditions));
    all.push_back(shape("handshake", bursts));
    all.push_back(shape("corruption", {.delay = 20ms, .corrupt = 0.3}));
    all.push_back(shape("black-out", [](Duration time) {
        return is_within(time, 5s, 2s) ? cut : calm;
    }));
    all.push_back(shape("reorder", {.delay = 20ms, .jitter = 20ms, .reorder = 0.3}));
    const auto dead = [](Duration time) {
        return is_within(time + 5s, 10s, 4s) ? cut : calm;
    };
    const auto alive = [](Duration) {
        return calm;
    };
    all.push_back({"one way dead, out", dead, alive});
    all.push_back({"one way dead, in", alive, dead});
    return all;
}

/// Numbers from each sender, as they arrived.
using Arrivals = std::map<std::uint32_t, std::vector<std::uint32_t>>;
constexpr std::uint32_t numbers_of_sender = 1'000'000;

void note(Arrivals& arrivals, std::uint32_t number) {
    arrivals[number / numbers_of_sender].push_back(number % numbers_of_sender);
}

bool is_each_once_in_order(const std::vector<std::uint32_t>& numbers, std::uint32_t count) {
    if (numbers.size() != count) return false;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (numbers[i] != i) return false;
    }
    return true;
}

class Match {
public:
    explicit Match(const Shape& shape)
        : shape_(shape), stepper_({.seed = 9, .server = {.state_check_interval = 100ms}}) {
        for (std::uint32_t i = 0; i < players; ++i) {
            Client& client = stepper_.add_player("player " + std::to_string(i));
            client.on_event<test_game::Call>([this, i](const test_game::Call& call) {
                at_clients_[i].push_back(call.number());
            });
            client.on_lost([this](CloseReason, const std::string&) {
                ++lost_;
            });
        }
    }

    void run(Duration time) {
        for (Duration at{}; at < time; at += step) {
            for (std::uint16_t i = 0; i < players; ++i) {
                stepper_.network.set_conditions_of(
                    first_client_port + i, shape_.out(at), shape_.in(at));
            }
            talk();
            stepper_.run(step);
        }
    }

    void check() {
        stepper_.network.set_conditions(calm);
        for (std::uint16_t i = 0; i < players; ++i)
            stepper_.network.set_conditions_of(first_client_port + i, calm, calm);
        CHECK(stepper_.run_until(
            [this] {
                return is_all_known();
            },
            2s));
        CHECK(lost_ == 0);
        for (const std::string& line : stepper_.books.log) CHECK(line.find("leave") == line.npos);
        Arrivals at_server;
        for (const std::uint32_t number : stepper_.books.calls) note(at_server, number);
        for (std::uint32_t i = 0; i < players; ++i) {
            CAPTURE(i);
            CHECK(is_each_once_in_order(at_server[i], said_[i]));
            CHECK(is_each_once_in_order(at_clients_[i], told_));
            CHECK(stepper_.clients[i]->stats().state_mismatches == 0);
        }
        CHECK(stepper_.errors.empty());
    }

private:
    static constexpr Duration step = 50ms;

    void talk() {
        if (!stepper_.all_joined()) return;
        for (std::uint32_t i = 0; i < players; ++i) {
            flatbuffers::FlatBufferBuilder builder;
            builder.Finish(test_game::CreateCall(builder, i * numbers_of_sender + said_[i]));
            stepper_.clients[i]->send_event(bytes_of(builder));
            ++said_[i];
        }
        if (!stepper_.ponds.empty()) stepper_.ponds.front()->call(told_++);
    }

    /// All that was sent has come, and each has seen a state of now that is the server's.
    bool is_all_known() {
        std::size_t said = 0;
        for (const std::uint32_t count : said_) said += count;
        if (stepper_.books.calls.size() < said) return false;
        const Tick tick = stepper_.server.stats().tick;
        for (std::uint32_t i = 0; i < players; ++i) {
            const Client& client = *stepper_.clients[i];
            if (at_clients_[i].size() < told_ || client.state() != ClientState::online ||
                tick - client.stats().newest_tick > 10) {
                return false;
            }
        }
        return true;
    }

    const Shape& shape_;
    Stepper stepper_;
    std::array<std::uint32_t, players> said_{};
    std::uint32_t told_ = 0;
    std::array<std::vector<std::uint32_t>, players> at_clients_;
    int lost_ = 0;
};

void play(Duration time) {
    for (const Shape& shape : shapes()) {
        CAPTURE(shape.name);
        Match match(shape);
        match.run(time);
        match.check();
    }
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("link_shapes: on every kind of link eight stay, and know all in the end") {
        play(12s);
    }
}

TEST_SUITE("long, many seeds") {

    TEST_CASE(
        "link_shapes: on every kind of link eight stay for a minute, and know all in the end") {
        play(60s);
    }
}
