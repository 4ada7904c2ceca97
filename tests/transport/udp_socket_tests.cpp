#include "support/ipv6.hpp"
#include "transport/open_socket.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<DatagramSocket> open_local(const std::string& host = "127.0.0.1") {
    return std::move(*open_socket(nullptr, host, 0));
}

SocketError error_of(const std::string& address, std::uint16_t port) {
    const auto opened = open_socket(nullptr, address, port);
    REQUIRE_FALSE(opened.has_value());
    return opened.error();
}

} // namespace

TEST_CASE("udp_socket: a datagram arrives whole, with its sender's address") {
    const auto a = open_local();
    const auto b = open_local();
    const std::array<std::uint8_t, 3> sent{1, 2, 3};
    REQUIRE(a->send(b->local_address(), sent) == DatagramSocket::Status::ok);
    b->wait_until(Clock::now() + 1s);

    std::array<std::uint8_t, 64> buffer{};
    const auto received = b->receive(buffer);
    CHECK(received.status == DatagramSocket::Status::ok);
    CHECK(received.bytes == sent.size());
    CHECK(received.from == a->local_address());
    CHECK(buffer[2] == 3);
    CHECK(b->receive(buffer).status == DatagramSocket::Status::empty);
}

TEST_CASE("udp_socket: of many sent at once all arrive but those that can't be sent") {
    const auto from = open_local();
    const std::array receivers{open_local(), open_local()};
    constexpr std::size_t count = 200;
    constexpr std::size_t too_long_every = 50;
    const std::vector<std::uint8_t> too_long(70'000);
    std::vector<std::array<std::uint8_t, 2>> numbers;
    for (std::size_t i = 0; i < count; ++i)
        numbers.push_back({static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i % 2)});
    std::vector<DatagramSocket::Outgoing> datagrams;
    for (std::size_t i = 0; i < count; ++i) {
        const Bytes bytes = i % too_long_every == 0 ? Bytes(too_long) : Bytes(numbers[i]);
        datagrams.push_back({receivers[i % 2]->local_address(), bytes});
    }
    from->send_all(datagrams);
    from->send_all({});

    std::array<std::uint8_t, 64> buffer{};
    for (std::size_t i = 0; i < count; ++i) {
        const bool is_too_long = i % too_long_every == 0;
        CHECK((datagrams[i].status == DatagramSocket::Status::error) == is_too_long);
        if (is_too_long) continue;
        DatagramSocket& to = *receivers[i % 2];
        to.wait_until(Clock::now() + 1s);
        const auto received = to.receive(buffer);
        REQUIRE(received.status == DatagramSocket::Status::ok);
        CHECK(received.bytes == 2);
        CHECK(received.from == from->local_address());
        CHECK(buffer[0] == numbers[i][0]);
    }
    for (const auto& to : receivers)
        CHECK(to->receive(buffer).status == DatagramSocket::Status::empty);
}

TEST_CASE("udp_socket: a port in use is refused, and its owner undisturbed") { // A41
    const auto first = open_local();
    const Address address = first->local_address();
    CHECK(error_of("127.0.0.1", address.port) == SocketError::port_in_use);
    CHECK(error_of("0.0.0.0", address.port) == SocketError::port_in_use);

    const std::array<std::uint8_t, 1> sent{7};
    std::array<std::uint8_t, 64> buffer{};
    REQUIRE(open_local()->send(address, sent) == DatagramSocket::Status::ok);
    first->wait_until(Clock::now() + 1s);
    CHECK(first->receive(buffer).status == DatagramSocket::Status::ok);
}

TEST_CASE("udp_socket: an address that is not this machine's is refused") {
    CHECK(error_of("192.0.2.1", 0) == SocketError::address_unavailable);
    CHECK(error_of("localhost", 0) == SocketError::address_unavailable);
    CHECK(error_of("[::1]", 0) == SocketError::address_unavailable);
    if (has_ipv6()) CHECK(error_of("2001:db8::1", 0) == SocketError::address_unavailable);
}

TEST_CASE("udp_socket: waiting ends at its deadline") {
    const auto socket = open_local();
    const Time deadline = Clock::now() + 2500us;
    socket->wait_until(deadline);
    CHECK(Clock::now() >= deadline);
    socket->wait_until(deadline - 1h);
}

TEST_CASE("udp_socket: waiting ends at once while there is more to receive") {
    const auto socket = open_local();
    const std::array<std::uint8_t, 1> sent{7};
    std::array<std::uint8_t, 64> buffer{};
    for (int i = 0; i < 2; ++i)
        REQUIRE(socket->send(socket->local_address(), sent) == DatagramSocket::Status::ok);
    const Time deadline = Clock::now() + 1h;
    for (int i = 0; i < 2; ++i) {
        socket->wait_until(deadline);
        CHECK(socket->receive(buffer).status == DatagramSocket::Status::ok);
    }
    CHECK(Clock::now() < deadline);
}

TEST_CASE("udp_socket: sending where nobody listens harms nothing") { // A40
    const auto socket = open_local();
    const Address gone = open_local()->local_address();
    const std::array<std::uint8_t, 1> sent{7};
    std::array<std::uint8_t, 64> buffer{};
    for (int i = 0; i < 10; ++i) socket->send(gone, sent);
    REQUIRE(socket->send(socket->local_address(), sent) == DatagramSocket::Status::ok);
    socket->wait_until(Clock::now() + 1s);
    CHECK(socket->receive(buffer).status == DatagramSocket::Status::ok);
}

TEST_CASE("udp_socket: one for both families hears both, and IPv4 in its own spelling") {
    if (!has_ipv6()) return;
    const auto both = open_local("");
    const std::uint16_t port = both->local_address().port;
    const std::array<std::uint8_t, 1> sent{7};
    std::array<std::uint8_t, 64> buffer{};
    for (const char* host : {"127.0.0.1", "::1"}) {
        CAPTURE(host);
        const auto other = open_local(host);
        REQUIRE(other->send({*parse_host(host), port}, sent) == DatagramSocket::Status::ok);
        both->wait_until(Clock::now() + 1s);
        const auto received = both->receive(buffer);
        REQUIRE(received.status == DatagramSocket::Status::ok);
        CHECK(received.from == other->local_address());

        std::array answers{DatagramSocket::Outgoing{received.from, sent}};
        both->send_all(answers);
        CHECK(answers[0].status == DatagramSocket::Status::ok);
        other->wait_until(Clock::now() + 1s);
        const auto answer = other->receive(buffer);
        CHECK(answer.status == DatagramSocket::Status::ok);
        CHECK(answer.from == Address{*parse_host(host), port});
    }
}

TEST_CASE("udp_socket: one for a family neither sends to the other nor hears it") {
    if (!has_ipv6()) return;
    const auto v4 = open_local("0.0.0.0");
    const auto v6 = open_local("::1");
    const std::array<std::uint8_t, 1> sent{7};
    CHECK(v4->send(v6->local_address(), sent) == DatagramSocket::Status::error);
    CHECK(v6->send({0x7F00'0001, v4->local_address().port}, sent) == DatagramSocket::Status::error);

    std::array both{DatagramSocket::Outgoing{v6->local_address(), sent},
                    DatagramSocket::Outgoing{{0x7F00'0001, v4->local_address().port}, sent}};
    v4->send_all(both);
    CHECK(both[0].status == DatagramSocket::Status::error);
    CHECK(both[1].status == DatagramSocket::Status::ok);

    // The same port is free for the other family.
    CHECK(open_socket(nullptr, "::1", v4->local_address().port).has_value());
}
