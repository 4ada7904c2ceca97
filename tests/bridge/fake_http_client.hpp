#pragma once

#include "bridge/http_client.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

/// Keeps what is posted, and answers when the test says so, in order.
class FakeHttpClient final : public engine_net::bridge::HttpClient {
public:
    bool call(engine_net::bridge::HttpCall what, OnReply on_reply) override {
        posts.push_back(std::move(what));
        waiting.push_back(std::move(on_reply));
        return true;
    }
    /// Status 0: nobody is there.
    void answer(int status, const std::string& body = {}) {
        REQUIRE_FALSE(waiting.empty());
        const OnReply on_reply = std::move(waiting.front());
        waiting.pop_front();
        on_reply({status, body, status == 0 ? "nobody is there" : ""});
    }

    std::vector<engine_net::bridge::HttpCall> posts{};
    std::deque<OnReply> waiting{};
};
