#include "bridge/http_client.hpp"
#include "support/sidecar.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net::bridge;
using namespace std::chrono_literals;

namespace {

/// Runs what the client hands over, on the thread of the test.
class Asker {
public:
    Asker()
        : client_(make_http_client([this](std::function<void()> one) {
            const std::lock_guard lock(lock_);
            handed_over_.push_back(std::move(one));
        })) {}

    bool post(HttpCall what, HttpClient::OnReply on_reply) {
        return client_->call(std::move(what), std::move(on_reply));
    }
    HttpReply ask(HttpCall what) {
        std::optional<HttpReply> reply;
        REQUIRE(post(std::move(what), [&](const HttpReply& one) {
            reply = one;
        }));
        REQUIRE(Sidecar::wait([&] {
            run();
            return reply.has_value();
        }));
        return *reply;
    }
    void run() {
        std::vector<std::function<void()>> all;
        {
            const std::lock_guard lock(lock_);
            all.swap(handed_over_);
        }
        for (const auto& one : all) one();
    }
    void close() { client_.reset(); }

private:
    std::mutex lock_;
    std::vector<std::function<void()>> handed_over_;
    std::unique_ptr<HttpClient> client_;
};

HttpCall post_to(std::uint16_t port) {
    HttpCall post;
    post.url = "http://127.0.0.1:" + std::to_string(port) + "/hook";
    post.headers = {"Content-Type: application/json"};
    post.body = "{\"a\":1}";
    return post;
}

} // namespace

TEST_CASE("http client: what is posted comes as it is, and the answer back") {
    const Sidecar backend;
    Asker asker;
    const HttpReply reply = asker.ask(post_to(backend.port()));
    CHECK(reply.status == 200);
    CHECK(reply.body == "{}");
    CHECK(reply.problem.empty());
    REQUIRE(backend.count("POST /hook") == 1);
    CHECK(backend.requests().front().type == "application/json");
    CHECK(backend.body_of("POST /hook") == "{\"a\":1}");
}

TEST_CASE("http client: a status is an answer, whichever it is") {
    Sidecar backend;
    backend.status = 500;
    Asker asker;
    CHECK(asker.ask(post_to(backend.port())).status == 500);
}

TEST_CASE("http client: a redirect is not followed") {
    Sidecar backend;
    backend.status = 307;
    backend.redirects = true;
    Asker asker;
    CHECK(asker.ask(post_to(backend.port())).status == 307);
    CHECK(backend.requests().size() == 1);
}

TEST_CASE("http client: of what does not answer in time, says too much or is not there the problem "
          "is said") {
    Sidecar backend;
    Asker asker;
    SUBCASE("in time") {
        backend.delay_ms = 10'000;
        HttpCall post = post_to(backend.port());
        post.timeout = 100ms;
        const HttpReply reply = asker.ask(post);
        CHECK(reply.status == 0);
        CHECK_FALSE(reply.problem.empty());
    }
    SUBCASE("too much") {
        backend.body_bytes = static_cast<int>(HttpClient::max_body_bytes) + 1;
        const HttpReply reply = asker.ask(post_to(backend.port()));
        CHECK(reply.status == 0);
        CHECK(reply.problem == "the answer is too long");
        CHECK(reply.body.empty());
    }
    SUBCASE("not there") {
        const HttpReply reply = asker.ask(post_to(free_tcp_port()));
        CHECK(reply.status == 0);
        CHECK_FALSE(reply.problem.empty());
    }
    SUBCASE("no web server's address") {
        HttpCall post;
        post.url = "file:///etc/hostname";
        const HttpReply reply = asker.ask(post);
        CHECK(reply.status == 0);
        CHECK(reply.body.empty());
        CHECK_FALSE(reply.problem.empty());
    }
}

TEST_CASE("http client: more than may be under way are refused") {
    Sidecar backend;
    backend.delay_ms = 10'000;
    Asker asker;
    for (std::size_t i = 0; i < HttpClient::max_under_way; ++i)
        REQUIRE(asker.post(post_to(backend.port()), [](const HttpReply&) {}));
    CHECK_FALSE(asker.post(post_to(backend.port()), [](const HttpReply&) {}));
}

TEST_CASE("http client: who is gone is told nothing any more") {
    Sidecar backend;
    backend.delay_ms = 200;
    Asker asker;
    bool is_told = false;
    REQUIRE(asker.post(post_to(backend.port()), [&](const HttpReply&) {
        is_told = true;
    }));
    REQUIRE(backend.wait_for("POST /hook"));
    asker.close();
    asker.run();
    CHECK_FALSE(is_told);
}
