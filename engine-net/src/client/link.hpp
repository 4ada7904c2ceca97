#pragma once

#include "core/bytes.hpp"
#include "transport/host.hpp"
#include "transport/link_conditioner.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/link_conditions.hpp>
#include <engine_net/result.hpp>

#include <memory>

namespace engine_net {

struct ClientConfig;
class Link;

/// Hears what a link brings.
class LinkListener {
public:
    virtual void on_link_up(Link& link) = 0;
    virtual void on_link_message(Link& link, Channel channel, Bytes message) = 0;

protected:
    ~LinkListener() = default;
};

/// One way to the server: a socket of its own, so that a second one can be tried beside it.
class Link final : private HostListener {
public:
    /// Begins to connect; with `key` to that server alone. Null when there is no socket to be had.
    static std::unique_ptr<Link> open(const ClientConfig& config,
                                      const Address& server,
                                      const std::optional<PublicKey>& key,
                                      std::optional<std::uint64_t> seed,
                                      std::optional<Introduction> introduction,
                                      Time now);

    void receive(Time now, LinkListener& listener);
    bool send(Channel channel, Bytes message);
    void flush(Time now) { host_->flush(now); }
    /// Once everything reliable has arrived.
    void close_politely() { host_->disconnect_later(peer_); }
    /// With one datagram to say so.
    void close_now() { host_->disconnect_now(peer_); }
    /// From now on.
    void set_net_sim(const LinkSimulation& simulation) {
        conditioner_.set_conditions(simulation.out, simulation.in);
    }
    void wait_until(Time deadline) { host_->wait_until(deadline); }

    [[nodiscard]] bool is_up() const { return is_up_; }
    /// It is lost, whatever still comes.
    void give_up() { is_lost_ = true; }
    /// It was given up, or the other end, or ENet, has ended it.
    [[nodiscard]] bool is_lost() const { return is_lost_; }
    [[nodiscard]] const Address& server() const { return server_; }
    [[nodiscard]] Time opened() const { return opened_; }
    /// When something came from the server; `opened` if nothing has.
    [[nodiscard]] Time last_heard() const { return last_heard_; }
    /// Of a link that was up, for the next one to this server.
    [[nodiscard]] std::optional<Introduction> introduction() const {
        return host_->introduction(peer_);
    }
    [[nodiscard]] const Host& host() const { return *host_; }

private:
    Link(std::unique_ptr<Host> host,
         LinkConditioner& conditioner,
         PeerId peer,
         const Address& server,
         Time now);

    void on_connect(PeerId peer) override;
    void on_disconnect(PeerId peer) override;
    void on_message(PeerId peer, Channel channel, Bytes message) override;

    std::unique_ptr<Host> host_;
    LinkConditioner& conditioner_; ///< the host's socket
    PeerId peer_;
    Address server_;
    Time opened_;
    Time last_heard_;
    Time now_;
    LinkListener* listener_ = nullptr; ///< while receiving
    bool is_up_ = false;
    bool is_lost_ = false;
};

} // namespace engine_net
