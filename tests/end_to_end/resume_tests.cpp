#include "session/credentials.hpp"
#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

void cut_link_of(Stepper& stepper, std::uint16_t port) {
    stepper.network.set_conditions_of(port, cut, cut);
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("timeout: a cut of 4 s is no end (A01)") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        const PresenceId presence = ada.presence();
        stepper.network.set_conditions(cut);
        stepper.run(4s);
        stepper.network.set_conditions(calm);
        stepper.run(1s);
        CHECK(ada.state() == ClientState::online);
        CHECK(ada.presence() == presence);
        CHECK(std::abs(ada.stats().newest_tick - stepper.server.stats().tick) <= 4);
        CHECK(stepper.books.count("join ada") == 1);
        CHECK(stepper.books.count("suspend ada") == 0);
        CHECK(stepper.server.stats().leaves == 0);
    }

    TEST_CASE("timeout: without grace a cut of 12 s is one leave on each side (A01)") {
        Stepper::Options options;
        options.server.grace_time = 0ms;
        Stepper stepper(options);
        Client& ada = stepper.add_player("ada", [](ClientConfig& config) {
            config.resume_time = 0ms;
        });
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        stepper.network.set_conditions(cut);
        stepper.run(9'900ms);
        CHECK(stepper.books.log.size() == 1);
        CHECK(ada.state() == ClientState::online);
        stepper.run(2'600ms);
        CHECK(stepper.books.log.back() == "leave ada: the link was silent for too long");
        CHECK(stepper.books.log.size() == 2);
        CHECK(ada.state() == ClientState::closed);
        CHECK(ada.close_reason() == CloseReason::timed_out);
    }

    TEST_CASE(
        "connect: nobody there is one failure after the timeout, and another try works (A02)") {
        Stepper stepper;
        stepper.network.set_conditions(cut);
        Client& ada = stepper.add_client("ada");
        stepper.run(4'500ms);
        CHECK(ada.state() == ClientState::connecting);
        stepper.run(1s);
        CHECK(ada.state() == ClientState::closed);
        CHECK(ada.close_reason() == CloseReason::unreachable);
        stepper.network.set_conditions(calm);
        stepper.kill(ada);
        Client& again = stepper.add_player("ada");
        CHECK(stepper.run_until(
            [&] {
                return again.room().is_set();
            },
            1s));
    }

    TEST_CASE("resume: from a new address while the old path is a black hole (A05)") {
        Stepper stepper;
        Client& old_ada = stepper.add_player("ada");
        stepper.add_player("bob");
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        const PresenceId presence = old_ada.presence();
        const std::string token = old_ada.resume_token();
        cut_link_of(stepper, first_client_port);
        stepper.kill(old_ada);
        stepper.run(1s);
        Client& ada = stepper.add_client("ada", [&](ClientConfig& config) {
            config.resume_token = token;
        });
        ada.send_input(test_game::Push(1, 0));
        // ENet's handshake and ours are two round trips of 40 ms; the server reads once a tick.
        CHECK(stepper.run_until(
            [&] {
                return ada.room().is_set();
            },
            80ms + 3 * 17ms));
        CHECK(ada.presence() == presence);
        stepper.run(1s);
        CHECK(stepper.books.log.size() == 3);
        CHECK(stepper.books.log.back() == "resume ada");
        CHECK(stepper.server.stats().players == 2);
        stepper.run(2s);
        CHECK(stepper.server.stats().peers == 2); // the old one is gone
        CHECK(ada.stats().state_checks > 0);
        CHECK(ada.stats().state_mismatches == 0);
    }

    TEST_CASE("resume: a link that dies is replaced by the client itself") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        const PresenceId presence = ada.presence();
        cut_link_of(stepper, first_client_port);
        CHECK(stepper.run_until(
            [&] {
                return ada.stats().resumes == 1;
            },
            1'500ms));
        CHECK(ada.state() == ClientState::online);
        stepper.run(1s);
        CHECK(ada.presence() == presence);
        CHECK(stepper.books.log == std::vector<std::string>{"join ada", "resume ada"});
        CHECK(std::abs(ada.stats().newest_tick - stepper.server.stats().tick) <= 4);
    }

    TEST_CASE("resume: an outage shorter than the grace time keeps the seat (A07)") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        Client& bob = stepper.add_player("bob");
        REQUIRE(stepper.run_until_joined());
        const PresenceId presence = ada.presence();
        stepper.network.set_conditions(cut);
        stepper.run(15s);
        CHECK(ada.state() == ClientState::suspended);
        CHECK(stepper.books.count("suspend ada") == 1);
        stepper.network.set_conditions(calm);
        CHECK(stepper.run_until(
            [&] {
                return ada.state() == ClientState::online;
            },
            4s));
        CHECK(stepper.run_until(
            [&] {
                return bob.state() == ClientState::online;
            },
            4s));
        const std::uint64_t inputs = stepper.books.inputs;
        stepper.run(1s);
        CHECK(ada.presence() == presence);
        CHECK(stepper.bodies(ada).size() == 22);
        CHECK(stepper.books.inputs > inputs + 100);
        CHECK(stepper.books.count("join ada") == 1);
        CHECK(stepper.books.count("resume ada") == 1);
        CHECK(stepper.server.stats().leaves == 0);
    }

    TEST_CASE("resume: events sent meanwhile arrive once, both ways") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        std::vector<std::uint32_t> heard;
        ada.on_event<test_game::Call>([&](const test_game::Call& call) {
            heard.push_back(call.number());
        });
        REQUIRE(stepper.run_until_joined());
        std::vector<std::uint32_t> sent;
        for (std::uint32_t i = 0; i < 60; ++i) {
            if (i == 10) cut_link_of(stepper, first_client_port);
            stepper.ponds.front()->call(i);
            flatbuffers::FlatBufferBuilder builder;
            builder.Finish(test_game::CreateCall(builder, i));
            ada.send_event(bytes_of(builder));
            sent.push_back(i);
            stepper.run(50ms);
        }
        stepper.run(1s);
        CHECK(ada.stats().resumes >= 1);
        CHECK(heard == sent);
        CHECK(stepper.books.calls == sent);
    }

    TEST_CASE("resume: a wrong token changes nothing and is never a join (A06)") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        stepper.run(200ms);
        std::string token = ada.resume_token();
        SUBCASE("the right session, another secret") {
            char& last = token[credentials_digits - 1];
            last = last == '0' ? '1' : '0';
        }
        SUBCASE("another session") {
            token.front() = token.front() == '0' ? '1' : '0';
        }
        SUBCASE("zeros") {
            token = std::string(token.size(), '0');
        }
        Client& thief = stepper.add_client("thief", [&](ClientConfig& config) {
            config.resume_token = token;
        });
        stepper.run(1s);
        CHECK(thief.state() == ClientState::closed);
        CHECK(thief.close_reason() == CloseReason::refused);
        CHECK(thief.close_detail() == "no such session: start over");
        CHECK(ada.state() == ClientState::online);
        CHECK(stepper.server.stats().sessions == 1);
        CHECK(stepper.books.log == std::vector<std::string>{"join ada"});
    }

    TEST_CASE("resume: an empty or unreadable token is refused before anything is sent (A06)") {
        Stepper stepper;
        std::string token;
        SUBCASE("a megabyte") {
            token.assign(1 << 20, 'a');
        }
        SUBCASE("no UTF-8") {
            token.assign(48, '\xFF');
        }
        SUBCASE("too short") {
            token = "00";
        }
        Client& client = stepper.add_client("ada", [&](ClientConfig& config) {
            config.resume_token = token;
        });
        stepper.run(100ms);
        CHECK(client.close_reason() == CloseReason::bad_config);
        CHECK(stepper.network.datagrams_sent() == 0);
    }

    TEST_CASE("resume: an old token is void once the new one has arrived") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        const std::string old_token = ada.resume_token();
        cut_link_of(stepper, first_client_port);
        REQUIRE(stepper.run_until([&] {
            return ada.stats().resumes == 1;
        }));
        stepper.run(500ms);
        CHECK(ada.resume_token() != old_token);
        Client& thief = stepper.add_client("thief", [&](ClientConfig& config) {
            config.resume_token = old_token;
        });
        stepper.run(1s);
        CHECK(thief.close_reason() == CloseReason::refused);
        CHECK(ada.state() == ClientState::online);
    }

    TEST_CASE("resume: the newest link wins and the older one is told") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        stepper.run(200ms);
        Client& second = stepper.add_client("ada", [&](ClientConfig& config) {
            config.resume_token = ada.resume_token();
        });
        stepper.run(1s);
        CHECK(second.room().is_set());
        CHECK(ada.state() == ClientState::closed);
        CHECK(ada.close_reason() == CloseReason::replaced);
        CHECK(stepper.server.stats().sessions == 1);
    }

    TEST_CASE("resume: when the grace time is over the seat is free and the client is told") {
        Stepper::Options options;
        options.server.grace_time = 2s;
        Stepper stepper(options);
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        stepper.network.set_conditions(cut);
        stepper.run(14s);
        CHECK(stepper.books.log.back() == "leave ada: the link was silent for too long");
        CHECK(stepper.server.stats().sessions == 0);
        CHECK(ada.state() == ClientState::closed);
        CHECK(ada.close_reason() == CloseReason::timed_out);
    }
}
