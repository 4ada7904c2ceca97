#include "bridge/http_request.hpp"
#include "bridge/web_addresses.hpp"

#include <doctest/doctest.h>

using namespace engine_net::bridge;

namespace {

constexpr std::size_t most_header = 1024;
constexpr std::size_t most_body = 256;

/// The status that it is refused with; 0: it is not, or not yet.
int refusal_of(std::string_view text) {
    HttpReader reader(most_header, most_body);
    while (reader.read(text)) {
    }
    return reader.refusal();
}

std::optional<HttpRequest> read(std::string_view text) {
    HttpReader reader(most_header, most_body);
    return reader.read(text);
}

} // namespace

TEST_CASE("http: a request is the same in whatever pieces it comes, and the next follows it") {
    const std::string text = "GET /a%20b?x=1+2&y=%2F HTTP/1.1\r\nHost: h\r\nAccept: p, Q\r\n\r\n"
                             "POST /next HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
    for (const std::size_t step : {std::size_t{1}, std::size_t{5}, text.size()}) {
        HttpReader reader(most_header, most_body);
        std::string waiting;
        std::vector<HttpRequest> requests;
        for (std::size_t at = 0; at < text.size(); at += step) {
            waiting += text.substr(at, step);
            std::string_view rest = waiting;
            while (auto request = reader.read(rest)) requests.push_back(std::move(*request));
            waiting.erase(0, waiting.size() - rest.size());
        }
        REQUIRE(requests.size() == 2);
        CHECK(requests[0].path == "/a b");
        CHECK(requests[0].parameter("x") == "1 2");
        CHECK(requests[0].parameter("y") == "/");
        CHECK(requests[0].has_word("accept", "q"));
        CHECK(!requests[0].has_word("accept", "p, Q"));
        CHECK(requests[0].keeps_alive);
        CHECK(requests[1].body == "abc");
    }
}

TEST_CASE("http: a body in chunks is whole in whatever pieces it comes, and a bad end refuses it") {
    const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string bad_end = head + "0\r\nunked\r\n\r\n";
    for (std::size_t step = 1; step < 12; ++step) {
        CAPTURE(step);
        for (const std::string& text : {head + "2\r\nab\r\n0\r\n\r\n", bad_end}) {
            HttpReader reader(most_header, most_body);
            std::string waiting;
            std::optional<HttpRequest> request;
            for (std::size_t at = 0; at < text.size() && !request; at += step) {
                waiting += text.substr(at, step);
                std::string_view rest = waiting;
                request = reader.read(rest);
                waiting.erase(0, waiting.size() - rest.size());
            }
            if (text == bad_end) {
                CHECK(!request);
                CHECK(reader.refusal() == 400);
            } else {
                REQUIRE(request);
                CHECK(request->body == "ab");
            }
        }
    }
}

TEST_CASE("http: what could be read in two ways is refused") {
    const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n";
    CHECK(refusal_of(get + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
    CHECK(refusal_of(get + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n") == 400);
    CHECK(refusal_of(get + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n") == 400);
    CHECK(refusal_of(get + "Content-Length: -3\r\n\r\n") == 400);
    CHECK(refusal_of(get + "Content-Length: 99999999999999999999\r\n\r\n") == 400);
    CHECK(refusal_of("GET / HTTP/1.1\nHost: h\n\n") == 400);
    CHECK(refusal_of(get + "A: b\n\r\n") == 400);
    CHECK(refusal_of("GET / HTTP/1.1\r\nHost : h\r\n\r\n") == 400);
    CHECK(refusal_of("GET / HTTP/1.1\r\n\r\n") == 400);
    CHECK(refusal_of(get + "Host: other\r\n\r\n") == 400);
    CHECK(refusal_of("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal_of("GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal_of("GET /%FF HTTP/1.1\r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal_of("GET / HTTP/2.0\r\nHost: h\r\n\r\n") == 505);
    CHECK(refusal_of("nonsense\r\n\r\n") == 400);
}

TEST_CASE("http: what is too large is refused before it is there") {
    CHECK(refusal_of("GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(2 * most_header, 'x')) ==
          431);
    CHECK(refusal_of("GET /" + std::string(2 * most_header, 'x')) == 431);
    CHECK(refusal_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 257\r\n\r\n") == 413);
    CHECK(refusal_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n200\r\n" +
                     std::string(0x200, 'x')) == 413);
}

TEST_CASE("http: connections go on as the version says") {
    CHECK(read("GET / HTTP/1.1\r\nHost: h\r\n\r\n")->keeps_alive);
    CHECK(!read("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")->keeps_alive);
    CHECK(!read("GET / HTTP/1.0\r\n\r\n")->keeps_alive);
    CHECK(read("GET http://h/x HTTP/1.1\r\nHost: h\r\n\r\n")->path == "/x");
}

TEST_CASE("web_addresses: only a trusted proxy says who a connection is from") {
    const std::vector<std::string> proxies{"10.0.0.1", "::1"};
    CHECK(client_address("1.2.3.4", "5.6.7.8", proxies) == "1.2.3.4");
    CHECK(client_address("10.0.0.1", "5.6.7.8", proxies) == "5.6.7.8");
    CHECK(client_address("::ffff:10.0.0.1", "9.9.9.9, 5.6.7.8", proxies) == "5.6.7.8");
    CHECK(client_address("10.0.0.1", "9.9.9.9, 10.0.0.1", proxies) == "9.9.9.9");
    CHECK(client_address("10.0.0.1", "nonsense", proxies) == "10.0.0.1");
    CHECK(client_address("10.0.0.1", "", proxies) == "10.0.0.1");
}

TEST_CASE("web_addresses: an address has so many places, this machine any number") {
    AddressCounts counts(1);
    auto place = counts.take("1.2.3.4");
    CHECK(place);
    CHECK(!counts.take("1.2.3.4"));
    CHECK(!counts.take("::ffff:1.2.3.4"));
    CHECK(counts.take("1.2.3.5"));
    place.reset();
    CHECK(counts.take("1.2.3.4"));
    const auto household = counts.take("2001:db8::1");
    CHECK(!counts.take("2001:db8::2")); // one household
    CHECK(counts.take("2001:db8:0:1::2"));
    for (const char* own : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"}) {
        const auto one = counts.take(own);
        CHECK(counts.take(own));
    }
}
