#include "transport/host.hpp"

#include "core/assert.hpp"
#include "transport/enet_host.hpp"
#include "transport/secret_source.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace engine_net {
namespace {

using namespace std::chrono_literals;

/// Of the 4,095 that it can hold.
constexpr std::size_t max_peers_of_enet = 3'500;
constexpr Duration sweep_interval = 1s;

std::size_t enet_count(const HostConfig& config) {
    return (config.max_peers + max_peers_of_enet - 1) / max_peers_of_enet;
}

/// Connections without a peer make the groups unequal, so each host has places to spare.
std::size_t peers_of_each(const HostConfig& config) {
    const std::size_t count = enet_count(config);
    if (count == 1) return config.max_peers;
    return std::min(config.max_peers / count * 5 / 4, std::size_t{ENET_PROTOCOL_MAXIMUM_PEER_ID});
}

SecureConfig secure_config_of(const HostConfig& config, SecretSource& secrets) {
    SecureConfig secure;
    secure.accepts = config.accepts;
    // Some of them wait to be closed, or for a place at ENet's.
    secure.max_connections = std::min<std::size_t>(2 * config.max_peers + 16, 0xFFFF);
    secure.groups = enet_count(config);
    secure.fill_random = [&secrets](std::span<std::uint8_t> out) {
        secrets.fill(out);
    };
    secure.banned = config.banned;
    secure.identity = config.identity;
    secure.server_key = config.server_key;
    secure.introduction = config.introduction;
    secure.max_handshakes_per_receive = config.max_handshakes_per_receive;
    secure.address_limits = config.address_limits;
    secure.has_fast_aes = config.has_fast_aes;
    secure.max_datagrams_per_receive = config.max_datagrams_per_receive;
    return secure;
}

} // namespace

std::string_view message(HostError error) {
    switch (error) {
    case HostError::enet_not_ours:
        return "ENet runs on its own sockets: link engine-net before ENet, against a libenet that "
               "does not bind its own calls, or build with --enet-source=DIR";
    case HostError::no_resources: return "no memory for the peers";
    }
    return "unknown error";
}

/// The socket, the layer that seals, and the ENet hosts that share them by connection.
struct Host::Parts {
    Parts(const HostConfig& config, std::unique_ptr<DatagramSocket> datagrams)
        : socket(std::move(datagrams))
        , secrets(config.seed)
        , layer(secure_config_of(config, secrets), *socket)
        , places(config.max_peers) {}

    std::unique_ptr<DatagramSocket> socket;
    SecretSource secrets;
    SecureLayer layer;
    std::size_t places; ///< for peers, that are left
    std::vector<std::unique_ptr<Enet>> enets;
    ArrivedDatagrams arrived;
    std::optional<Time> swept;
};

Result<std::unique_ptr<Host>, HostError> Host::open(const HostConfig& config,
                                                    std::unique_ptr<DatagramSocket> socket) {
    ENGINE_NET_ASSERT(config.max_peers >= 1 && config.max_peers <= max_peers_of_host);
    ENGINE_NET_ASSERT(config.max_datagrams_per_receive >= 1);
    auto parts = std::make_unique<Parts>(config, std::move(socket));
    const std::size_t count = enet_count(config);
    for (std::size_t i = 0; i < count; ++i) {
        const Enet::Config each{.number = i,
                                .max_peers = peers_of_each(config),
                                .accepts = config.accepts,
                                .seed = static_cast<std::uint32_t>(parts->secrets.next())};
        auto& enet =
            parts->enets.emplace_back(std::make_unique<Enet>(each, parts->layer, parts->places));
        if (const std::optional<HostError> error = enet->open()) return Unexpected(*error);
    }
    return std::make_unique<Host>(std::move(parts));
}

Host::Host(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Host::~Host() = default;

Host::Enet* Host::enet_of(PeerId peer) const {
    const std::size_t number = PeerTable::host_of(peer);
    return number < parts_->enets.size() ? parts_->enets[number].get() : nullptr;
}

std::optional<PeerId> Host::connect(const Address& to, Time now) {
    const std::optional<SecureLayer::Member> connection = parts_->layer.connect(to, now);
    if (!connection) return std::nullopt;
    const auto peer = parts_->enets[connection->group]->connect(connection->id, now);
    if (!peer) parts_->layer.close(connection->id);
    return peer;
}

void Host::receive(Time now, HostListener& listener) {
    parts_->layer.begin_receive(now, parts_->places == 0);
    bool has_more = true;
    while (has_more) {
        has_more = parts_->arrived.read(parts_->layer);
        for (const auto& enet : parts_->enets) enet->receive(now, parts_->arrived.all(), listener);
    }
}

bool Host::send(PeerId peer, Channel channel, Bytes message) {
    Enet* const enet = enet_of(peer);
    return enet != nullptr && enet->send(peer, channel, message);
}

void Host::flush(Time now, WorkerThreads* threads) {
    parts_->layer.advance_to(now);
    for (const auto& enet : parts_->enets) enet->flush(now);
    parts_->layer.flush(threads);
    close_unused(now);
}

/// ENet gives some peers up without a word, and has no place for others.
void Host::close_unused(Time now) {
    if (parts_->swept && now - *parts_->swept < sweep_interval) return;
    parts_->swept = now;
    std::vector<ConnectionId> used;
    for (const auto& enet : parts_->enets) enet->add_used_connections(used);
    std::ranges::sort(used);
    parts_->layer.close_unused([&](ConnectionId id) {
        return std::ranges::binary_search(used, id);
    });
}

void Host::disconnect_later(PeerId peer) {
    if (Enet* const enet = enet_of(peer)) enet->disconnect_later(peer);
}

void Host::disconnect_now(PeerId peer) {
    if (Enet* const enet = enet_of(peer)) enet->disconnect_now(peer);
}

void Host::drop(PeerId peer) {
    if (Enet* const enet = enet_of(peer)) enet->drop(peer);
}

void Host::wait_until(Time deadline) {
    parts_->socket->wait_until(deadline);
}

Address Host::local_address() const {
    return parts_->socket->local_address();
}

std::optional<PeerLink> Host::link_of(PeerId peer) const {
    const Enet* const enet = enet_of(peer);
    return enet != nullptr ? enet->link_of(peer) : std::nullopt;
}

std::size_t Host::peer_count() const {
    std::size_t count = 0;
    for (const auto& enet : parts_->enets) count += enet->peer_count();
    return count;
}

std::optional<Introduction> Host::introduction(PeerId peer) const {
    const Enet* const enet = enet_of(peer);
    return enet != nullptr ? enet->introduction(peer) : std::nullopt;
}

std::optional<SecureRefusal> Host::refusal() const {
    return parts_->layer.refusal();
}

const PublicKey& Host::identity() const {
    return parts_->layer.identity();
}

LinkStats Host::stats() const {
    LinkStats stats = parts_->layer.stats();
    for (const auto& enet : parts_->enets) stats.service_errors += enet->service_errors();
    return stats;
}

std::uint64_t Host::oversize_messages() const {
    std::uint64_t count = 0;
    for (const auto& enet : parts_->enets) count += enet->oversize_messages();
    return count;
}

} // namespace engine_net
