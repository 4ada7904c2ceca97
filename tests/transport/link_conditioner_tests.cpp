#include "transport/link_conditioner.hpp"
#include "transport/open_socket.hpp"

#include <engine_net/simulated_network.hpp>

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr std::array<std::uint8_t, 4> small{1, 2, 3, 4};

/// A conditioned socket and a plain one at the other end of a perfect network.
struct Link {
    explicit Link(const LinkSimulation& conditions)
        : near(std::move(*open_socket(&network, "10.0.0.1", 1)), conditions)
        , far(std::move(*open_socket(&network, "10.0.0.1", 2))) {}

    void advance_to(Time time) {
        network.advance_to(time);
        near.advance_to(time);
    }
    static std::size_t receive_all(DatagramSocket& socket) {
        std::array<std::uint8_t, 64> buffer{};
        std::size_t count = 0;
        while (socket.receive(buffer).status == DatagramSocket::Status::ok) ++count;
        return count;
    }

    SimulatedNetwork network{{.seed = 1}};
    LinkConditioner near;
    std::unique_ptr<DatagramSocket> far;
};

} // namespace

TEST_CASE("link_conditioner: each direction has its own delay") {
    Link link({.out = {.delay = 10ms}, .in = {.delay = 30ms}});
    link.advance_to(Time{1s});
    link.near.send(link.far->local_address(), small);
    link.far->send(link.near.local_address(), small);

    CHECK(Link::receive_all(link.near) == 0); // begins its delay now
    link.advance_to(Time{1s + 9ms});
    CHECK(Link::receive_all(*link.far) == 0);
    link.advance_to(Time{1s + 10ms});
    CHECK(Link::receive_all(*link.far) == 1);
    link.advance_to(Time{1s + 29ms});
    CHECK(Link::receive_all(link.near) == 0);
    link.advance_to(Time{1s + 30ms});
    CHECK(Link::receive_all(link.near) == 1);
}

TEST_CASE("link_conditioner: conditions change while it runs") {
    Link link({});
    const auto arrivals = [&](const LinkConditions& out, const LinkConditions& in) {
        link.near.set_conditions(out, in);
        for (int i = 0; i < 1000; ++i) {
            link.near.send(link.far->local_address(), small);
            link.far->send(link.near.local_address(), small);
        }
        return std::pair(Link::receive_all(*link.far), Link::receive_all(link.near));
    };
    link.advance_to(Time{1s});
    CHECK(arrivals({}, {}) == std::pair<std::size_t, std::size_t>(1000, 1000));
    CHECK(arrivals({.blackout = true}, {}) == std::pair<std::size_t, std::size_t>(0, 1000));
    CHECK(arrivals({}, {.blackout = true}) == std::pair<std::size_t, std::size_t>(1000, 0));
    const auto [out, in] = arrivals({.loss = 0.2}, {.duplicate = 0.2});
    CHECK(out == doctest::Approx(800).epsilon(0.05));
    CHECK(in == doctest::Approx(1200).epsilon(0.05));
}

TEST_CASE("link_conditioner: an address has a link of its own until it is forgotten") {
    Link link({.in = {.delay = 10ms}});
    auto other = std::move(*open_socket(&link.network, "10.0.0.1", 3));
    link.near.set_conditions_of(link.far->local_address(),
                                {.out = {.blackout = true}, .in = {.delay = 30ms}});
    link.advance_to(Time{1s});
    const auto exchange = [&] {
        for (DatagramSocket* const one : {link.far.get(), other.get()}) {
            link.near.send(one->local_address(), small);
            one->send(link.near.local_address(), small);
        }
        CHECK(Link::receive_all(link.near) == 0);
    };
    exchange();
    CHECK(Link::receive_all(*link.far) == 0);
    CHECK(Link::receive_all(*other) == 1);
    link.advance_to(Time{1s + 10ms});
    CHECK(Link::receive_all(link.near) == 1);
    link.advance_to(Time{1s + 30ms});
    CHECK(Link::receive_all(link.near) == 1);

    link.near.forget(link.far->local_address());
    exchange();
    CHECK(Link::receive_all(*link.far) == 1);
    link.advance_to(Time{1s + 40ms});
    CHECK(Link::receive_all(link.near) == 2);
}

TEST_CASE("link_conditioner: a corrupt datagram differs by one bit") {
    Link link({.out = {.corrupt = 1}});
    link.advance_to(Time{1s});
    for (int i = 0; i < 100; ++i) {
        link.near.send(link.far->local_address(), small);
        std::array<std::uint8_t, 64> buffer{};
        REQUIRE(link.far->receive(buffer).bytes == small.size());
        int flipped = 0;
        for (std::size_t at = 0; at < small.size(); ++at) {
            flipped += std::popcount(static_cast<unsigned>(buffer[at] ^ small[at]));
        }
        CHECK(flipped == 1);
    }
}

TEST_CASE("link_conditioner: it wakes for what is due, not at the deadline") {
    auto udp = std::move(*open_socket(nullptr, "127.0.0.1", 0));
    const Address self = udp->local_address();
    LinkConditioner socket(std::move(udp), {.out = {.delay = 5ms}, .in = {}});
    const Time now = Clock::now();
    socket.advance_to(now);
    socket.send(self, small);
    socket.wait_until(now + 10s);
    CHECK(Clock::now() >= now + 5ms);
    CHECK(Clock::now() < now + 5s);
}

TEST_CASE("link_conditioner: an error of the socket is passed on") {
    class Broken final : public DatagramSocket {
        void advance_to(Time) override {}
        Status send(const Address&, Bytes) override { return Status::error; }
        Received receive(std::span<std::uint8_t>) override { return {.status = Status::error}; }
        void wait_until(Time) override {}
        [[nodiscard]] Address local_address() const override { return {}; }
    };
    LinkConditioner socket(std::make_unique<Broken>(), {});
    std::array<std::uint8_t, 64> buffer{};
    CHECK(socket.receive(buffer).status == DatagramSocket::Status::error);
}
