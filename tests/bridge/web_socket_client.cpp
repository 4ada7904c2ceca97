#include "bridge/web_socket_client.hpp"

#include "transport/system_address.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

RawClient::RawClient(WebHost& host, bool is_v6) : RawClient(host, host.port(), is_v6) {}

RawClient::RawClient(WebHost& host, std::uint16_t port, bool is_v6)
    : host_(&host), socket_(::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0)) {
    const engine_net::Address address{*engine_net::parse_host(is_v6 ? "::1" : "127.0.0.1"), port};
    const auto to = engine_net::to_system(address, is_v6 ? AF_INET6 : AF_INET);
    REQUIRE(::connect(socket_, &to.any, engine_net::length_of(to)) == 0);
}

RawClient::~RawClient() {
    if (socket_ >= 0) ::close(socket_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : came(std::move(other.came))
    , host_(other.host_)
    , socket_(std::exchange(other.socket_, -1))
    , is_closed_(other.is_closed_) {}

void RawClient::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void RawClient::receive() {
    std::array<char, 65536> part{};
    for (;;) {
        const ssize_t got = ::recv(socket_, part.data(), part.size(), MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN)) is_closed_ = true;
        if (got <= 0) return;
        came.append(part.data(), static_cast<std::size_t>(got));
    }
}

bool RawClient::receive_until(const std::function<bool(const std::string&)>& holds) {
    bool is_there = false;
    host_->step_until([&] {
        receive();
        is_there = holds(came);
        return is_there || is_closed_;
    });
    return is_there;
}

std::string RawClient::answer() {
    std::size_t end = 0;
    const auto is_whole = [&](const std::string& text) {
        const std::size_t head = text.find("\r\n\r\n");
        if (head == std::string::npos) return false;
        const std::size_t length = text.find("Content-Length: ");
        end = head + 4;
        if (length < head) end += static_cast<std::size_t>(std::stoul(text.substr(length + 16)));
        return text.size() >= end;
    };
    if (!receive_until(is_whole)) return {};
    std::string answer = came.substr(0, end);
    came.erase(0, end);
    return answer;
}

std::string RawClient::get(const std::string& path, const std::string& headers) {
    send("GET " + path + " HTTP/1.1\r\nHost: bridge.test\r\n" + headers + "\r\n");
    return answer();
}

bool RawClient::is_closed_in_time() {
    return host_->step_until([&] {
        receive();
        return is_closed_;
    });
}

int WebSocketClient::Message::close_code() const {
    if (opcode != 8 || payload.size() < 2) return 0;
    return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
}

WebSocketClient::WebSocketClient(WebHost& host, const std::string& headers, const std::string& path)
    : raw_(host) {
    const std::string answer =
        raw_.get(path,
                 "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                     headers);
    REQUIRE(answer.starts_with("HTTP/1.1 101 "));
    REQUIRE(answer.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") !=
            std::string::npos);
}

void WebSocketClient::send_frame(int opcode, std::string_view payload, bool is_final) {
    const std::array<char, 4> mask{0x12, 0x34, 0x56, 0x78};
    std::string frame;
    frame += static_cast<char>((is_final ? 0x80 : 0) | opcode);
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else {
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xFF);
    }
    frame.append(mask.data(), mask.size());
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame += static_cast<char>(payload[i] ^ mask[i % 4]);
    }
    raw_.send(frame);
}

void WebSocketClient::send(const nlohmann::json& json) {
    send_frame(1, json.dump());
}

nlohmann::json WebSocketClient::ask(nlohmann::json json) {
    json["id"] = ++asked_;
    send(json);
    while (const auto message = next()) {
        if (message->opcode != 1) continue;
        auto answer = nlohmann::json::parse(message->payload);
        if (answer["id"] == asked_) return answer;
    }
    return {};
}

nlohmann::json WebSocketClient::hello(const std::string& resume) {
    nlohmann::json json{{"op", "hello"}, {"name", "ada"}};
    if (!resume.empty()) json["resume"] = resume;
    return ask(json);
}

std::optional<WebSocketClient::Message> WebSocketClient::take() {
    const std::string& came = raw_.came;
    if (came.size() < 2) return std::nullopt;
    const auto byte = [&](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(came[at]));
    };
    std::size_t length = byte(1);
    std::size_t header = 2;
    const std::size_t of_length = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (of_length > 0) {
        header += of_length;
        if (came.size() < header) return std::nullopt;
        length = 0;
        for (std::size_t i = 2; i < header; ++i) length = length << 8 | byte(i);
    }
    if (came.size() < header + length) return std::nullopt;
    Message message{static_cast<int>(byte(0) & 0x0F), came.substr(header, length)};
    raw_.came.erase(0, header + length);
    return message;
}

std::optional<WebSocketClient::Message> WebSocketClient::next() {
    for (;;) {
        std::optional<Message> message;
        raw_.receive_until([&](const std::string&) {
            message = take();
            return message.has_value();
        });
        if (!message || message->opcode != 9) return message;
    }
}

nlohmann::json WebSocketClient::next_json(const std::string& op) {
    while (const auto message = next()) {
        if (message->opcode != 1) continue;
        auto json = nlohmann::json::parse(message->payload);
        if (json["op"] == op) return json;
    }
    return {};
}

int WebSocketClient::close_code() {
    while (const auto message = next()) {
        if (message->opcode == 8) return message->close_code();
    }
    return 0;
}
