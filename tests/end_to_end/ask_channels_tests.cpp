// The game's web backend is asked about players who want to be on private and presence channels.

#include "end_to_end/asking_stage.hpp"
#include "support/listener.hpp"

#include <string>
#include <vector>

using namespace asking;

namespace {

using Lines = std::vector<std::string>;

/// Asks nothing about joins.
class ChannelStage : public AskingStage {
public:
    explicit ChannelStage(Stepper::Options options = {})
        : AskingStage(std::move(options), [](BackendConfig& config) {
            config.asks_joins = false;
        }) {}

    /// Why not; `none`: it is on it.
    RequestError subscribe(Client& client, const std::string& channel, Listener& heard) {
        const std::size_t refusals = heard.refusals.size();
        heard.listen(client, channel);
        REQUIRE(run_until([&] {
            return heard.refusals.size() > refusals || client.channels().is_subscribed(channel);
        }));
        return heard.refusals.size() > refusals ? heard.refusals.back() : RequestError::none;
    }
    RequestError say(Client& client, const std::string& channel, const std::string& line) {
        Results results;
        client.channels().say(channel, line, results.keep);
        return results.next(stepper).error;
    }
};

} // namespace

TEST_CASE("ask channels: players are on private channels as the backend says, and speak there so") {
    ChannelStage stage;
    Client& ada = stage.stepper.add_client("ada");
    Client& bob = stage.stepper.add_client("bob");
    Listener ada_heard;
    Listener bob_heard;
    stage.backend.answer_with(R"({"allow":true,"publish":true,"user":"u-ada","name":"Countess"})");
    CHECK(stage.subscribe(ada, "private/deck", ada_heard) == RequestError::none);
    const bridge::Json asked = asked_of(stage.backend).at(0);
    CHECK(asked["ask"] == "subscribe");
    CHECK(asked["channel"] == "private/deck");
    CHECK(asked["user"] == ada.user());
    CHECK(asked["name"] == "ada");
    stage.backend.answer_with(yes);
    CHECK(stage.subscribe(bob, "private/deck", bob_heard) == RequestError::none);

    CHECK(stage.say(ada, "private/deck", "ahoy") == RequestError::none);
    CHECK(stage.say(bob, "private/deck", "aye") == RequestError::not_allowed);
    CHECK(stage.run_until([&] {
        return !bob_heard.lines.empty();
    }));
    CHECK(bob_heard.lines == Lines{"Countess: ahoy"});
    CHECK(stage.times_asked() == 2);
    ada.channels().unsubscribe("private/deck");
    CHECK(stage.say(ada, "private/deck", "bye") == RequestError::not_allowed);
}

TEST_CASE("ask channels: a presence channel shows who the backend says it is") {
    ChannelStage stage;
    Client& ada = stage.stepper.add_client("ada");
    Listener heard;
    stage.backend.answer_with(R"({"allow":true,"user":"u-ada","name":"Countess"})");
    CHECK(stage.subscribe(ada, "presence/deck", heard) == RequestError::none);
    CHECK(stage.run_until([&] {
        return !ada.channels().members("presence/deck").empty();
    }));
    CHECK(ada.channels().members("presence/deck").at("u-ada") == "Countess");
}

TEST_CASE("ask channels: who is refused is told the reason, and not_now without an answer") {
    ChannelStage stage;
    Client& ada = stage.stepper.add_client("ada");
    stage.backend.answer_with(R"({"allow":false,"reason":"not your deck"})");
    std::vector<RequestResult> refusals;
    const auto subscribe = [&] {
        const std::size_t before = refusals.size();
        ada.channels().subscribe("private/deck", {}, {.on_refused = [&](const RequestResult& one) {
                                     refusals.push_back(one);
                                 }});
        REQUIRE(stage.run_until([&] {
            return refusals.size() > before;
        }));
    };
    subscribe();
    CHECK(refusals.back().error == RequestError::not_allowed);
    CHECK(refusals.back().detail == "not your deck");
    stage.backend.answer_with("what?");
    subscribe();
    CHECK(refusals.back().error == RequestError::not_now);
    stage.backend.answer_with(R"({"allow":true,"name":"a\nb"})");
    subscribe();
    CHECK(refusals.back().error == RequestError::not_now);
}

TEST_CASE("ask channels: whom authorise_channel refuses nobody is asked about, nor on others") {
    Stepper::Options options;
    options.server.authorise_channel = [](const ChannelRequest& request) -> ChannelRights {
        return {request.channel != "private/staff", false};
    };
    ChannelStage stage(std::move(options));
    Client& ada = stage.stepper.add_client("ada");
    Listener heard;
    CHECK(stage.subscribe(ada, "private/staff", heard) == RequestError::not_allowed);
    CHECK(stage.subscribe(ada, "news", heard) == RequestError::none);
    CHECK(stage.times_asked() == 0);
    CHECK(stage.subscribe(ada, "private/deck", heard) == RequestError::none);
    CHECK(stage.times_asked() == 1);
}

TEST_CASE(
    "ask channels: who is on a channel stays there through a resume, without being asked about") {
    ChannelStage stage;
    Client& ada = stage.stepper.add_client("ada");
    Listener heard;
    stage.backend.answer_with(R"({"allow":true,"publish":true,"user":"u-ada","name":"Countess"})");
    REQUIRE(stage.subscribe(ada, "private/deck", heard) == RequestError::none);
    stage.stepper.network.set_conditions_of(first_client_port, cut, cut);
    int resumes = 0;
    ada.on_resumed([&](std::uint32_t) {
        ++resumes;
    });
    REQUIRE(stage.run_until([&] {
        return resumes == 1;
    }));
    CHECK(stage.say(ada, "private/deck", "still here") == RequestError::none);
    CHECK(stage.run_until([&] {
        return !heard.lines.empty();
    }));
    CHECK(heard.lines == Lines{"Countess: still here"});
    CHECK(stage.times_asked() == 1);
}

TEST_CASE("ask channels: the tick goes on meanwhile, and who wants it no more is not put on it") {
    ChannelStage stage;
    Client& ada = stage.stepper.add_player("ada");
    REQUIRE(stage.run_until([&] {
        return stage.stepper.all_joined();
    }));
    Listener heard;
    stage.backend.is_holding = true;
    heard.listen(ada, "presence/deck");
    stage.wait_asked(1);
    const auto ticks = stage.stepper.server.stats().ticks;
    stage.stepper.run(1s);
    CHECK(stage.stepper.server.stats().ticks - ticks >= 59);
    ada.channels().unsubscribe("presence/deck");
    stage.stepper.run(100ms);
    stage.backend.is_holding = false;
    Client& bob = stage.stepper.add_client("bob");
    Listener bob_heard;
    CHECK(stage.subscribe(bob, "presence/deck", bob_heard) == RequestError::none);
    CHECK(stage.run_until([&] {
        return !bob.channels().members("presence/deck").empty();
    }));
    CHECK(bob.channels().members("presence/deck").size() == 1);
}

TEST_CASE("ask channels: of one session no more wait than it may be on") {
    Stepper::Options options;
    options.server.limits.requests_per_second = 1'000;
    ChannelStage stage(std::move(options));
    Client& ada = stage.stepper.add_client("ada");
    Listener heard;
    stage.backend.is_holding = true;
    for (std::size_t i = 0; i <= max_subscriptions; ++i)
        heard.listen(ada, "private/" + std::to_string(i));
    REQUIRE(stage.run_until([&] {
        return !heard.refusals.empty();
    }));
    CHECK(heard.refusals == std::vector<RequestError>{RequestError::not_now});
    stage.backend.is_holding = false;
}
