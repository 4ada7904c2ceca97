// The ways to a server, over the system's UDP: both families, names, bans.

#include "support/ipv6.hpp"
#include "support/pond.hpp"
#include "support/stepper.hpp"

#include <engine_net/client.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/server.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

void say_nothing(LogLevel, std::string_view) {}

/// A server that listens at an address, in real time.
class Listening {
public:
    explicit Listening(const std::string& bind_address, std::vector<std::string> banned = {})
        : server_(config_of(bind_address, std::move(banned))) {
        const auto started = server_.start();
        if (!started) FAIL(started.error().detail);
    }

    /// A client that knows of these addresses under the name "game.example".
    Client client_of(const std::string& host,
                     const std::vector<std::string>& addresses = {},
                     std::chrono::milliseconds patience = 2s) {
        ClientConfig config;
        config.host = host;
        config.port = server_.port();
        config.schema = test_game::schema();
        config.connect_timeout = patience;
        config.log = say_nothing;
        if (!addresses.empty()) {
            config.look_up = [addresses](const std::string& name) {
                return name == "game.example" ? addresses : std::vector<std::string>();
            };
        }
        return Client(std::move(config));
    }

    /// How long it took until the client was online; nothing: it gave up.
    std::optional<Duration> connect(Client& client) {
        const Time start = Clock::now();
        while (client.state() == ClientState::connecting) {
            const Time now = Clock::now();
            server_.step(now);
            client.poll(now);
            Clock::sleep_until(now + 1ms);
        }
        const bool is_online = client.state() == ClientState::online;
        return is_online ? std::optional(Clock::now() - start) : std::nullopt;
    }
    bool lets_in(const std::string& host) {
        Client client = client_of(host);
        return connect(client).has_value();
    }
    /// Whoever is let in needs some milliseconds, so not much is given to who is not.
    bool shuts_out(const std::string& host) {
        Client client = client_of(host, {}, 500ms);
        return !connect(client).has_value() && client.close_reason() == CloseReason::unreachable;
    }
    [[nodiscard]] std::uint64_t banned() const { return server_.stats().link.secure.banned; }

private:
    static ServerConfig config_of(const std::string& bind_address,
                                  std::vector<std::string> banned) {
        ServerConfig config;
        config.port = 0;
        config.bind_address = bind_address;
        config.banned_addresses = std::move(banned);
        config.log = say_nothing;
        return config;
    }

    Server server_;
};

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("address: a server is reached by the families that it listens for") {
        if (!has_ipv6()) return;
        CHECK(ServerConfig().bind_address == "::");
        for (const char* both : {"::", ""}) {
            Listening server(both);
            CHECK(server.lets_in("127.0.0.1"));
            CHECK(server.lets_in("::1"));
            CHECK(server.lets_in("localhost"));
        }
        Listening v4("0.0.0.0");
        CHECK(v4.lets_in("127.0.0.1"));
        CHECK(v4.lets_in("::ffff:127.0.0.1"));
        CHECK(v4.shuts_out("::1"));
        Listening v6("::1");
        CHECK(v6.lets_in("::1"));
        CHECK(v6.shuts_out("127.0.0.1"));
    }

    TEST_CASE("address: a family that leads nowhere costs a moment") {
        if (!has_ipv6()) return;
        Listening v4("127.0.0.1");
        Client first_v6 = v4.client_of("game.example", {"::1", "127.0.0.1"});
        const auto by_v4 = v4.connect(first_v6);
        REQUIRE(by_v4.has_value());
        CHECK(*by_v4 >= 300ms);
        CHECK(*by_v4 < 1s);

        Client many = v4.client_of("game.example", {"::1", "2001:db8::1", "fd00::1", "127.0.0.1"});
        CHECK(v4.connect(many).value_or(9s) < 1s);

        Listening v6("::1");
        Client first_v4 = v6.client_of("game.example", {"127.0.0.1", "::1"});
        CHECK(v6.connect(first_v4).value_or(9s) < 1s);
    }

    TEST_CASE("address: a name that leads nowhere, or is none, is a clear end") {
        Listening server("127.0.0.1");
        Client nowhere = server.client_of("game.example", {"::1", "127.99.0.1"});
        CHECK_FALSE(server.connect(nowhere).has_value());
        CHECK(nowhere.close_reason() == CloseReason::unreachable);
        CHECK(nowhere.close_detail().find("no answer from game.example") == 0);

        for (const auto& addresses : {std::vector<std::string>{"no address"}, {""}}) {
            Client unknown = server.client_of("game.example", addresses);
            CHECK_FALSE(server.connect(unknown).has_value());
            CHECK(unknown.close_reason() == CloseReason::unreachable);
            CHECK(unknown.close_detail().find("could not be resolved") != std::string::npos);
        }
    }

    TEST_CASE("address: where both families answer slowly, there is one session") {
        Stepper stepper({.link = {.delay = 400ms}});
        std::atomic<bool> is_asked = false;
        Client& ada = stepper.add_player("ada", [&](ClientConfig& config) {
            config.host = "game.example";
            config.look_up = [&](const std::string&) {
                is_asked = true;
                return std::vector<std::string>{"fd00::1", "10.0.0.1"};
            };
        });
        while (!is_asked) Clock::sleep_until(Clock::now() + 1ms);
        REQUIRE(stepper.run_until_joined());
        stepper.run(10s);
        CHECK(ada.state() == ClientState::online);
        CHECK(ada.room().is_set());
        CHECK(stepper.server.stats().sessions == 1);
        CHECK(stepper.server.stats().peers == 1);
        CHECK(stepper.errors.empty());
    }

    TEST_CASE("address: a simulated network has both families too") {
        Stepper both;
        both.add_player("ada", [](ClientConfig& config) {
            config.host = "fd00::1";
        });
        both.add_player("bob");
        CHECK(both.run_until_joined());

        Stepper v4({.server = {.bind_address = "0.0.0.0"}});
        Client& ada = v4.add_client("ada", [](ClientConfig& config) {
            config.host = "fd00::1";
        });
        v4.add_client("bob");
        v4.run(6s);
        CHECK(ada.close_reason() == CloseReason::unreachable);
        CHECK(v4.clients.back()->state() == ClientState::online);
    }

    TEST_CASE("address: a ban covers both spellings, and nobody else") {
        if (!has_ipv6()) return;
        for (const char* text : {"127.0.0.0/8", "127.0.0.1", "::ffff:127.0.0.1"}) {
            Listening both("::", {"203.0.113.7", text});
            CHECK(both.shuts_out("127.0.0.1"));
            CHECK(both.banned() > 0);
            CHECK(both.lets_in("::1"));
            Listening v4("0.0.0.0", {text});
            CHECK(v4.shuts_out("127.0.0.1"));
            CHECK(v4.banned() > 0);
        }
        Listening both("::", {"::1"});
        CHECK(both.shuts_out("::1"));
        CHECK(both.lets_in("127.0.0.1"));
    }
}
