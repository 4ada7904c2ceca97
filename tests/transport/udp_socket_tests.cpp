#include "support/ipv6.hpp"
#include "transport/open_socket.hpp"
#include "transport/udp_socket.hpp"

#include <doctest/doctest.h>

#include <array>
#include <numeric>
#include <span>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<DatagramSocket> open_local(const std::string& host = "127.0.0.1") {
    return std::move(*open_socket(nullptr, host, 0));
}

/// One that sends datagrams in a row to one address as one message, or never does.
std::unique_ptr<DatagramSocket> open_joining(const std::string& host, bool does_join) {
    auto socket = open_local(host);
    if (!does_join) static_cast<UdpSocket&>(*socket).join_datagrams(false);
    return socket;
}

/// All that has come, in its order.
std::vector<std::vector<std::uint8_t>> all_of(DatagramSocket& socket) {
    std::vector<std::vector<std::uint8_t>> all;
    std::vector<std::uint8_t> buffer(4096);
    for (;;) {
        const auto received = socket.receive(buffer);
        if (received.status != DatagramSocket::Status::ok) return all;
        all.emplace_back(buffer.begin(),
                         buffer.begin() + static_cast<std::ptrdiff_t>(received.bytes));
    }
}

/// A tick's datagrams to these, one behind the other in memory.
struct Tick {
    std::vector<std::uint8_t> bytes;
    std::vector<DatagramSocket::Outgoing> datagrams;

    Tick(std::span<const std::unique_ptr<DatagramSocket>> receivers,
         std::span<const std::size_t> sizes,
         std::size_t in_a_row)
        : bytes(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0})) {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
        }
        std::size_t at = 0;
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const auto& to = receivers[i / in_a_row % receivers.size()];
            datagrams.push_back({to->local_address(), Bytes(bytes).subspan(at, sizes[i])});
            at += sizes[i];
        }
    }
    [[nodiscard]] std::vector<std::vector<std::uint8_t>> to(const Address& address) const {
        std::vector<std::vector<std::uint8_t>> all;
        for (const auto& one : datagrams) {
            if (one.to == address) all.emplace_back(one.bytes.begin(), one.bytes.end());
        }
        return all;
    }
};

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

TEST_CASE("udp_socket: what is upcoming is what is received next, and changes nothing") {
    const auto sender = open_local();
    const auto receiver = open_local();
    for (std::uint8_t i = 1; i <= 5; ++i) {
        const std::vector<std::uint8_t> datagram(i * 10u, i);
        REQUIRE(sender->send(receiver->local_address(), datagram) == DatagramSocket::Status::ok);
    }
    CHECK(receiver->upcoming(0).empty()); // nothing was asked of the system yet
    std::vector<std::uint8_t> buffer(4096);
    REQUIRE(receiver->receive(buffer).bytes == 10);
    for (std::uint8_t i = 2; i <= 5; ++i) {
        const Bytes last = receiver->upcoming(5u - i);
        const std::vector<std::uint8_t> next(receiver->upcoming(0).begin(),
                                             receiver->upcoming(0).end());
        CHECK(last.size() == 50);
        const auto received = receiver->receive(buffer);
        CHECK(next == std::vector<std::uint8_t>(buffer.begin(), buffer.begin() + i * 10));
        CHECK(received.bytes == i * 10u);
    }
    CHECK(receiver->upcoming(0).empty());
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

TEST_CASE("udp_socket: joined or not, the same datagrams arrive in the same order") {
    std::vector<std::size_t> mixed;
    for (std::size_t i = 0; i < 90; ++i) mixed.push_back(1 + i * i * 37 % 1200);
    std::vector<std::size_t> with_short_ends;
    for (std::size_t i = 0; i < 96; ++i) with_short_ends.push_back(i % 8 == 7 ? 300 : 1000);
    const std::vector<std::size_t> equal(200, 1100); // more than one message may have
    const std::vector<std::size_t> tiny(300, 1);

    for (const char* host : {"127.0.0.1", "::1"}) {
        if (*host == ':' && !has_ipv6()) continue;
        const std::array receivers{open_local(host), open_local(host), open_local(host)};
        for (const bool does_join : {true, false}) {
            const auto from = open_joining(host, does_join);
            for (const auto& sizes : {mixed, with_short_ends, equal, tiny}) {
                for (const std::size_t in_a_row : {1u, 8u, 1000u}) {
                    CAPTURE(host);
                    CAPTURE(does_join);
                    CAPTURE(sizes.front());
                    CAPTURE(in_a_row);
                    Tick tick(receivers, sizes, in_a_row);
                    from->send_all(tick.datagrams);
                    for (const auto& one : tick.datagrams)
                        CHECK(one.status == DatagramSocket::Status::ok);
                    for (const auto& receiver : receivers)
                        CHECK(all_of(*receiver) == tick.to(receiver->local_address()));
                }
            }
        }
    }
}

TEST_CASE("udp_socket: joined datagrams that can't be sent cost no others") {
    const std::array receivers{open_local(), open_local(), open_local()};
    for (const bool does_join : {true, false}) {
        CAPTURE(does_join);
        const auto from = open_joining("127.0.0.1", does_join);
        const std::vector<std::size_t> sizes(24, 1000);
        const Address unreachable[] = {{0x7F00'0001, 0}, {*parse_host("::1"), 7777}};
        for (const Address& nowhere : unreachable) {
            for (std::size_t bad = 0; bad < 3; ++bad) {
                Tick tick(receivers, sizes, 8);
                const auto row = std::span(tick.datagrams).subspan(bad * 8, 8);
                for (auto& one : row) one.to = nowhere;
                from->send_all(tick.datagrams);
                for (const auto& one : tick.datagrams) {
                    CHECK((one.status == DatagramSocket::Status::error) == (one.to == nowhere));
                }
                for (const auto& receiver : receivers)
                    CHECK(all_of(*receiver) == tick.to(receiver->local_address()));
            }
        }
    }
}
