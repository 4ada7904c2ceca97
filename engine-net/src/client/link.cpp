#include "client/link.hpp"

#include "transport/open_socket.hpp"

#include <engine_net/client.hpp>

namespace engine_net {

std::unique_ptr<Link> Link::open(const ClientConfig& config,
                                 const Address& server,
                                 const std::optional<PublicKey>& key,
                                 std::optional<std::uint64_t> seed,
                                 std::optional<Introduction> introduction,
                                 Time now) {
    auto socket = open_socket(config.network, server.host.is_v4() ? "0.0.0.0" : "::", 0);
    if (!socket) return nullptr;
    auto conditioned = std::make_unique<LinkConditioner>(std::move(*socket), config.net_sim);
    LinkConditioner& conditioner = *conditioned;
    HostConfig host_config;
    host_config.seed = seed;
    host_config.server_key = key;
    host_config.introduction = introduction;
    auto host = Host::open(host_config, std::move(conditioned));
    if (!host) return nullptr;
    const std::optional<PeerId> peer = (*host)->connect(server, now);
    if (!peer) return nullptr;
    return std::unique_ptr<Link>(new Link(std::move(*host), conditioner, *peer, server, now));
}

Link::Link(std::unique_ptr<Host> host,
           LinkConditioner& conditioner,
           PeerId peer,
           const Address& server,
           Time now)
    : host_(std::move(host))
    , conditioner_(conditioner)
    , peer_(peer)
    , server_(server)
    , opened_(now)
    , last_heard_(now)
    , now_(now) {}

void Link::receive(Time now, LinkListener& listener) {
    now_ = now;
    listener_ = &listener;
    host_->receive(now, *this);
    listener_ = nullptr;
}

bool Link::send(Channel channel, Bytes message) {
    return host_->send(peer_, channel, message);
}

void Link::on_connect(PeerId) {
    is_up_ = true;
    last_heard_ = now_;
    listener_->on_link_up(*this);
}

void Link::on_disconnect(PeerId) {
    is_lost_ = true;
}

void Link::on_message(PeerId, Channel channel, Bytes message) {
    last_heard_ = now_;
    listener_->on_link_message(*this, channel, message);
}

} // namespace engine_net
