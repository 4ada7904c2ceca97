#pragma once

#include "bridge/http_request.hpp"
#include "bridge/http_response.hpp"
#include "bridge/hub.hpp"
#include "bridge/link.hpp"

#include <memory>
#include <string>

namespace engine_net::bridge {

/// A request that is not answered at once: a long poll, a stream, what needs the server first.
class HeldRequest {
public:
    virtual ~HeldRequest() = default;

    virtual void on_time(Time now) = 0;
    virtual void on_stop(std::string_view reason) = 0;
    /// Its connection is gone, or its answer is out.
    virtual void on_gone() = 0;
};

/// HTTP/1.1 on one connection: one request after the other, each answered before the next is read.
class HttpSession final : public Protocol, public std::enable_shared_from_this<HttpSession> {
public:
    HttpSession(Hub& hub, Link& link);

    /// The answer to the request that was read last. Nothing is done when the connection is gone.
    void answer(HttpResponse response);
    /// Waits for it, until `answer`.
    void hold(std::shared_ptr<HeldRequest> held) { held_ = std::move(held); }
    /// Sends a head without length: what follows is up to who is held, until the connection ends.
    void begin_stream(const HttpResponse& response);
    /// A status line of its own, and the connection is no HTTP any more.
    void upgrade(const HttpResponse& response, std::shared_ptr<Protocol> protocol);
    /// Takes a place of the address that a trusted proxy names. False: there is none.
    bool take_place(const HttpRequest& request);

    [[nodiscard]] Hub& hub() { return *hub_; }
    /// Null: it is gone.
    [[nodiscard]] Link* link() { return link_; }
    [[nodiscard]] const AddressCounts::Place& place() const { return place_; }

    void on_bytes(Bytes bytes) override;
    void on_time(Time now) override;
    void on_stuck() override;
    void on_stop(std::string_view reason) override;
    void on_gone() override;

private:
    void read_requests();
    /// Not too much waits to be sent: who asks on without reading is not answered.
    [[nodiscard]] bool is_keeping_up() const;
    void handle(const HttpRequest& request);
    [[nodiscard]] bool is_of_proxy() const;
    void refuse(int status);
    void end_held();

    Hub* hub_;
    Link* link_;
    HttpReader reader_;
    RateLimit rate_;
    std::string bytes_;       ///< that came and were not used yet
    Time begun_;              ///< the request that is read, or the wait for one
    bool is_waiting_ = false; ///< between two requests
    bool is_answering_ = false;
    bool is_reading_ = false; ///< in `read_requests`
    bool is_over_ = false;    ///< nothing more is read
    bool keeps_alive_ = true; ///< after this request
    bool is_head_ = false;
    std::string origin_; ///< of the request, if it may be told of the answer
    std::string tag_;    ///< If-None-Match
    std::shared_ptr<HeldRequest> held_;
    AddressCounts::Place place_;
};

/// HTTP, for a connection that was taken.
std::shared_ptr<Protocol> begin_http(Hub& hub, Link& link);
/// 429 where one address has too many connections, 503 where all have.
void refuse_http(Link& link, bool is_of_address);

} // namespace engine_net::bridge
