// What anyone may send to the web bridge. The first byte: an even one, requests of HTTP, in pieces
// whose lengths the second byte gives; an odd one, frames of a WebSocket, the same way.

#include "bridge/channel_log.hpp"
#include "bridge/http_request.hpp"
#include "bridge/json_text.hpp"
#include "bridge/ws_frame.hpp"
#include "bridge/ws_handshake.hpp"
#include "wire/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::bridge;

namespace {

constexpr std::size_t most_header_bytes = 1024;
constexpr std::size_t most_message_bytes = 512;

void require(bool condition) {
    if (!condition) std::abort();
}

void read_request(const HttpRequest& request) {
    require(wire::is_utf8(request.path));
    require(request.path.starts_with('/'));
    require(request.body.size() <= most_message_bytes);
    for (const auto& [name, value] : request.query) {
        require(wire::is_utf8(name) && wire::is_utf8(value));
    }
    const HttpResponse response = websocket_handshake(request);
    require(make_head(response, {}) != nullptr);
    if (const auto position = parse_position(request.parameter("after"))) {
        require(parse_position(to_text(*position))->number == position->number);
    }
}

void read_http(Bytes bytes, std::size_t step) {
    HttpReader reader(most_header_bytes, most_message_bytes);
    std::string waiting;
    while (!bytes.empty() && reader.refusal() == 0) {
        const Bytes piece = bytes.first(std::min(step, bytes.size()));
        bytes = bytes.subspan(piece.size());
        waiting.append(piece.begin(), piece.end());
        std::string_view rest = waiting;
        while (const auto request = reader.read(rest)) read_request(*request);
        waiting.erase(0, waiting.size() - rest.size());
        require(waiting.size() <= most_header_bytes + step + most_message_bytes ||
                reader.refusal() != 0);
    }
}

void read_message(const FrameReader::Message& message) {
    require(message.payload.size() <= most_message_bytes);
    if (message.opcode != Opcode::text) return;
    const std::string text(message.payload.begin(), message.payload.end());
    require(wire::is_utf8(text));
    const auto json = parse_json(text);
    if (!json) return;
    const std::string again = to_text(*json);
    require(wire::is_utf8(again) && again.find('\n') == std::string::npos);
    require(parse_json(again).has_value());
    for (const ChannelKind kind : {ChannelKind::message, ChannelKind::chat}) {
        if (const auto payload = payload_of(kind, *json)) {
            require(wire::is_utf8(to_text(payload_json(kind, *payload))));
        }
    }
}

void read_frames(Bytes bytes, std::size_t step) {
    FrameReader reader(most_message_bytes);
    while (!bytes.empty() && reader.error() == CloseCode::none) {
        const Bytes piece = bytes.first(std::min(step, bytes.size()));
        bytes = bytes.subspan(piece.size());
        // Memory of its own, so that a read past the end is seen.
        const std::vector<std::uint8_t> own(piece.begin(), piece.end());
        Bytes rest = own;
        while (const auto message = reader.read(rest)) read_message(*message);
        require(rest.empty() || reader.error() != CloseCode::none);
    }
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const Bytes rest = Bytes(data, size).subspan(2);
    const std::size_t step = std::max<std::size_t>(data[1], 1);
    if (data[0] % 2 == 0) {
        read_http(rest, step);
    } else {
        read_frames(rest, step);
    }
    return 0;
}
