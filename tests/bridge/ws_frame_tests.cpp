#include "bridge/ws_frame.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace engine_net;
using namespace engine_net::bridge;

namespace {

/// As a browser sends it. `first`: bit fin and opcode.
std::vector<std::uint8_t> masked(std::uint8_t first, std::string_view payload) {
    std::vector<std::uint8_t> frame{first};
    if (payload.size() < 126) {
        frame.push_back(static_cast<std::uint8_t>(0x80 | payload.size()));
    } else {
        frame.push_back(0x80 | 126);
        frame.push_back(static_cast<std::uint8_t>(payload.size() >> 8));
        frame.push_back(static_cast<std::uint8_t>(payload.size() & 0xFF));
    }
    const std::vector<std::uint8_t> mask{1, 2, 3, 4};
    frame.insert(frame.end(), mask.begin(), mask.end());
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame.push_back(static_cast<std::uint8_t>(payload[i]) ^ mask[i % 4]);
    }
    return frame;
}

std::vector<std::uint8_t> operator+(std::vector<std::uint8_t> a,
                                    const std::vector<std::uint8_t>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// All messages of a run of bytes that comes in pieces of `step` bytes, and how it ended.
struct Read {
    std::vector<std::string> messages{};
    CloseCode error = CloseCode::none;

    friend bool operator==(const Read&, const Read&) = default;
};

Read read(const std::vector<std::uint8_t>& bytes, std::size_t step, std::size_t most = 1000) {
    FrameReader reader(most);
    Read out;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        // Memory of its own, so that a read past the end is seen.
        const std::vector<std::uint8_t> piece(
            bytes.begin() + static_cast<std::ptrdiff_t>(at),
            bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), at + step)));
        Bytes rest = piece;
        while (const auto message = reader.read(rest)) {
            out.messages.emplace_back(message->payload.begin(), message->payload.end());
        }
    }
    out.error = reader.error();
    return out;
}

CloseCode error_of(const std::vector<std::uint8_t>& bytes) {
    return read(bytes, bytes.size()).error;
}

} // namespace

TEST_CASE("ws_frame: messages are the same in whatever pieces they come") {
    const std::string long_text(300, 'x');
    const auto bytes = masked(0x01, "he") + masked(0x89, "ping") + masked(0x80, "llo") +
                       masked(0x81, long_text) + masked(0x82, "") + masked(0x88, "\x03\xE8");
    const Read whole = read(bytes, bytes.size());
    CHECK(whole.error == CloseCode::none);
    CHECK(whole.messages ==
          std::vector<std::string>{"ping", "hello", long_text, "", std::string("\x03\xE8")});
    for (const std::size_t step : {1U, 2U, 3U, 7U, 100U}) CHECK(read(bytes, step) == whole);
}

TEST_CASE("ws_frame: what breaks the rules closes with the code for it") {
    CHECK(error_of({0x81, 0x01, 'x'}) == CloseCode::protocol_error); // no mask
    CHECK(error_of(masked(0xC1, "x")) == CloseCode::protocol_error); // an extension's bit
    CHECK(error_of(masked(0x83, "x")) == CloseCode::protocol_error); // an opcode that is none
    CHECK(error_of(masked(0x8B, "x")) == CloseCode::protocol_error);
    CHECK(error_of(masked(0x80, "x")) == CloseCode::protocol_error); // nothing to go on with
    CHECK(error_of(masked(0x01, "x") + masked(0x81, "y")) == CloseCode::protocol_error);
    CHECK(error_of(masked(0x09, "x")) == CloseCode::protocol_error); // a ping in parts
    CHECK(error_of(masked(0x89, std::string(126, 'x'))) == CloseCode::protocol_error);
    CHECK(error_of(masked(0x88, "x")) == CloseCode::protocol_error);
    CHECK(error_of(masked(0x88, "\x03\xED")) == CloseCode::protocol_error); // 1005
    CHECK(error_of(masked(0x88, "\x03\xE8\xFF")) == CloseCode::not_text);
    CHECK(error_of({0x81, 0xFE, 0x00, 0x05}) == CloseCode::none);
    CHECK(error_of({0x81, 0xFE, 0x00, 0x05, 1, 2, 3, 4}) == CloseCode::protocol_error);
    CHECK(error_of({0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}) ==
          CloseCode::protocol_error);
    CHECK(error_of({0x82, 0xFF, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4}) == CloseCode::too_big);
    CHECK(error_of(masked(0x81, std::string(1001, 'x'))) == CloseCode::too_big);
    CHECK(error_of(masked(0x01, std::string(600, 'x')) + masked(0x80, std::string(600, 'x'))) ==
          CloseCode::too_big);
}

TEST_CASE("ws_frame: text is UTF-8, also across parts") {
    CHECK(error_of(masked(0x01, "\xE2\x82") + masked(0x80, "\xAC")) == CloseCode::none);
    CHECK(error_of(masked(0x01, "\xE2\x82") + masked(0x80, "x")) == CloseCode::not_text);
    CHECK(error_of(masked(0x81, "\xE2\x82")) == CloseCode::not_text);
    CHECK(error_of(masked(0x81, "\xC0\xAF")) == CloseCode::not_text);     // overlong
    CHECK(error_of(masked(0x81, "\xED\xA0\x80")) == CloseCode::not_text); // a surrogate
    CHECK(error_of(masked(0x81, "\xF4\x90\x80\x80")) == CloseCode::not_text);
    CHECK(error_of(masked(0x81, "\xF0\x9F\x98\x80")) == CloseCode::none);
    CHECK(error_of(masked(0x82, "\xFF")) == CloseCode::none); // bytes may be anything
    // At once, though more is to come.
    CHECK(error_of(masked(0x01, "\xFF")) == CloseCode::not_text);
}

TEST_CASE("ws_frame: lengths are written in the shortest way") {
    const auto header_of = [](std::size_t size) {
        const std::vector<std::uint8_t> payload(size);
        return make_frame(Opcode::binary, payload)->size() - size;
    };
    CHECK(header_of(125) == 2);
    CHECK(header_of(126) == 4);
    CHECK(header_of(0xFFFF) == 4);
    CHECK(header_of(0x10000) == 10);
    CHECK(make_close(CloseCode::too_slow, std::string(200, 'x'))->size() == 2 + 125);
}
