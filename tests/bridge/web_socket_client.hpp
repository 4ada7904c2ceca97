#pragma once

#include "bridge/web_host.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A plain TCP connection to a bridge, which never blocks for longer than the server's steps.
class RawClient {
public:
    explicit RawClient(WebHost& host, bool is_v6 = false);
    RawClient(WebHost& host, std::uint16_t port, bool is_v6 = false);
    ~RawClient();
    RawClient(RawClient&& other) noexcept;
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    RawClient& operator=(RawClient&&) = delete;

    void send(std::string_view bytes) const;
    /// All that came until it holds, and was not taken; false: it never did.
    bool receive_until(const std::function<bool(const std::string&)>& holds);
    /// The next answer of HTTP, its head and body; "": none came.
    std::string answer();
    std::string get(const std::string& path, const std::string& headers = "");
    /// The other end has closed, within a few seconds.
    bool is_closed_in_time();
    [[nodiscard]] bool is_closed() const { return is_closed_; }
    /// What came and was not taken.
    std::string came{};
    /// Takes what is there.
    void receive();
    [[nodiscard]] int socket() const { return socket_; }

private:
    WebHost* host_;
    int socket_ = -1;
    bool is_closed_ = false;
};

/// A browser's end of a WebSocket.
class WebSocketClient {
public:
    struct Message {
        int opcode = 0;
        std::string payload{};
        [[nodiscard]] int close_code() const;
    };

    explicit WebSocketClient(WebHost& host,
                             const std::string& headers = "",
                             const std::string& path = "/ws");

    void send_frame(int opcode, std::string_view payload, bool is_final = true);
    void send(const nlohmann::json& json);
    /// Sends it, and gives its ack or error.
    nlohmann::json ask(nlohmann::json json);
    /// The ack.
    nlohmann::json hello(const std::string& resume = "");
    /// The next message but pings; nothing: the connection is over.
    std::optional<Message> next();
    /// The next of the server's own, with this `op`; others stay behind and are lost.
    nlohmann::json next_json(const std::string& op);
    /// Of those that follow; 0: none came.
    int close_code();
    [[nodiscard]] RawClient& raw() { return raw_; }

private:
    std::optional<Message> take();

    RawClient raw_;
    int asked_ = 0;
};
