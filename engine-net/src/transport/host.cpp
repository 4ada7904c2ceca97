#include "transport/host.hpp"

#include "transport/enet_host.hpp"

#include <utility>

namespace engine_net {

std::string_view message(HostError error) {
    switch (error) {
    case HostError::enet_not_ours:
        return "ENet runs on its own sockets: link engine-net before ENet, against a libenet that "
               "does not bind its own calls, or build with --enet-source=DIR";
    case HostError::no_resources: return "no memory for the peers";
    }
    return "unknown error";
}

Result<std::unique_ptr<Host>, HostError> Host::open(HostConfig config,
                                                    std::unique_ptr<DatagramSocket> socket) {
    auto enet = std::make_unique<Enet>(std::move(config), *socket);
    if (const std::optional<HostError> error = enet->open()) return Unexpected(*error);
    return std::make_unique<Host>(std::move(socket), std::move(enet));
}

Host::Host(std::unique_ptr<DatagramSocket> socket, std::unique_ptr<Enet> enet)
    : socket_(std::move(socket)), enet_(std::move(enet)) {}

Host::~Host() = default;

std::optional<PeerId> Host::connect(const Address& to, Time now) {
    return enet_->connect(to, now);
}

void Host::receive(Time now, HostListener& listener) {
    enet_->receive(now, listener);
}

bool Host::send(PeerId peer, Channel channel, Bytes message) {
    return enet_->send(peer, channel, message);
}

void Host::flush(Time now, WorkerThreads* threads) {
    enet_->flush(now, threads);
}

void Host::disconnect_later(PeerId peer) {
    enet_->disconnect_later(peer);
}

void Host::disconnect_now(PeerId peer) {
    enet_->disconnect_now(peer);
}

void Host::drop(PeerId peer) {
    enet_->drop(peer);
}

std::optional<PeerLink> Host::link_of(PeerId peer) const {
    return enet_->link_of(peer);
}

std::size_t Host::peer_count() const {
    return enet_->peer_count();
}

std::optional<Introduction> Host::introduction(PeerId peer) const {
    return enet_->introduction(peer);
}

std::optional<SecureRefusal> Host::refusal() const {
    return enet_->layer().refusal();
}

const PublicKey& Host::identity() const {
    return enet_->layer().identity();
}

LinkStats Host::stats() const {
    return enet_->stats();
}

std::uint64_t Host::oversize_messages() const {
    return enet_->oversize_messages();
}

} // namespace engine_net
