#include <engine_net/client.hpp>
#include <engine_net/simulated_network.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// A client on a network without a server.
struct Alone {
    SimulatedNetwork network{{.seed = 1}};
    ClientConfig config;
    Time now{1s};

    Alone() {
        config.network = &network;
        config.host = "10.0.0.1";
        config.seed = 1;
    }
    void run(Client& client, Duration time) {
        for (const Time end = now + time; now < end; now += 10ms) {
            network.advance_to(now);
            client.poll(now);
        }
    }
};

template <class Enum>
std::set<std::string> sentences(Enum last) {
    std::set<std::string> all;
    for (int i = 0; i <= static_cast<int>(last); ++i)
        all.insert(std::string(message(static_cast<Enum>(i))));
    return all;
}

} // namespace

TEST_CASE("client: each reason to close and each error of a request has its own sentence") {
    CHECK(sentences(CloseReason::bad_config).size() ==
          static_cast<std::size_t>(CloseReason::bad_config) + 1);
    CHECK(sentences(RequestError::unreachable).size() ==
          static_cast<std::size_t>(RequestError::unreachable) + 1);
    CHECK_FALSE(sentences(CloseReason::bad_config).contains("unknown"));
    CHECK_FALSE(sentences(RequestError::unreachable).contains("unknown"));
}

TEST_CASE("client: a bad configuration closes it at the first poll, naming the field") {
    Alone alone;
    std::string word;
    const std::vector<std::uint8_t> noise(100, 0x5A);
    SUBCASE("a bound") {
        alone.config.redundant_inputs = 0;
        word = "redundant_inputs";
    }
    SUBCASE("a token that is none") {
        alone.config.resume_token = "let me in";
        word = "resume_token";
    }
    SUBCASE("a schema that is none") {
        alone.config.schema = {noise};
        word = "schema";
    }
    Client client(alone.config);
    CHECK(client.state() == ClientState::connecting);
    client.poll(alone.now);
    CHECK(client.state() == ClientState::closed);
    CHECK(client.close_reason() == CloseReason::bad_config);
    CAPTURE(client.close_detail());
    CHECK(client.close_detail().find(word) != std::string::npos);
    CHECK(alone.network.datagrams_sent() == 0);
}

TEST_CASE("client: without a server it is closed after its connect timeout, and not before") {
    Alone alone;
    alone.config.connect_timeout = 2s;
    Client client(alone.config);
    alone.run(client, 1'990ms);
    CHECK(client.state() == ClientState::connecting);
    alone.run(client, 30ms);
    CHECK(client.state() == ClientState::closed);
    CHECK(client.close_reason() == CloseReason::unreachable);
    CHECK(client.close_detail().find("10.0.0.1:7777") != std::string::npos);
    CHECK(client.next_poll() == Time::max());
}

TEST_CASE("client: knows nothing before it is online") {
    Alone alone;
    const Client client(alone.config);
    CHECK(client.resume_token().empty());
    CHECK_FALSE(client.room().is_set());
    CHECK_FALSE(client.presence().is_set());
    CHECK(client.server_tick(alone.now) == Tick{});
    CHECK(client.server_time(alone.now) == 0us);
    CHECK(client.stats().round_trip == 0us);
}

TEST_CASE("client: a join that is never answered fails once, when the client closes") {
    Alone alone;
    alone.config.connect_timeout = 1s;
    Client client(alone.config);
    std::vector<RequestError> errors;
    client.join_or_create("pond", [&](const JoinResult& result) {
        errors.push_back(result.error);
    });
    alone.run(client, 500ms);
    CHECK(errors.empty());
    alone.run(client, 1s);
    CHECK(errors == std::vector<RequestError>{RequestError::link_lost});
    SUBCASE("and one of a closed client at once") {
        client.join_room(RoomId{1}, [&](const JoinResult& result) {
            errors.push_back(result.error);
        });
        CHECK(errors.size() == 2);
    }
}

TEST_CASE("client: a list that never comes is empty, once, when the client closes") {
    Alone alone;
    alone.config.connect_timeout = 1s;
    Client client(alone.config);
    std::vector<RoomPage> pages;
    const auto keep = [&](const RoomPage& page) {
        pages.push_back(page);
    };
    client.list_rooms(0, keep);
    alone.run(client, 500ms);
    CHECK(pages.empty());
    alone.run(client, 1s);
    REQUIRE(pages.size() == 1);
    CHECK(pages[0].rooms.empty());
    CHECK(pages[0].total == 0);
    SUBCASE("and one of a closed client at once") {
        client.list_rooms(0, keep);
        CHECK(pages.size() == 2);
    }
}

TEST_CASE("client: may leave at any time") {
    Alone alone;
    Client client(alone.config);
    SUBCASE("before its first poll") {}
    SUBCASE("while it connects") {
        alone.run(client, 100ms);
    }
    client.leave();
    client.leave();
    alone.run(client, 50ms);
    CHECK(client.state() == ClientState::closed);
    CHECK(client.close_reason() == CloseReason::left);
}

TEST_CASE("client: what it is told to do without a room does nothing") {
    Alone alone;
    Client client(alone.config);
    const std::vector<std::uint8_t> event(16, 1);
    for (int i = 0; i < 2; ++i) {
        client.leave_room();
        client.send_event(event);
        client.send_event(event, Delivery::unreliable);
        alone.run(client, 100ms);
    }
    CHECK(client.state() == ClientState::connecting);
}
