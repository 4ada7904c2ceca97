#include "transport/enet_host.hpp"

#include "core/assert.hpp"
#include "core/fetch.hpp"
#include "transport/datagram_filter.hpp"
#include "transport/retransmission.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>

namespace engine_net {
namespace {

using namespace std::chrono_literals;

/// ENet keeps what arrives after a gap until the gap is filled, and beyond this bound refuses even
/// what would fill it. So it must be out of reach of an honest sender: 64 round trips of full
/// windows.
constexpr std::size_t max_incoming_bytes_waiting = 4 * 1024 * 1024;
constexpr std::uint32_t max_reliable_bytes_waiting = 1024 * 1024;
/// The session gives up earlier; this only keeps a forgotten attempt from holding its peer.
constexpr auto connect_timeout = 30s;
/// Without any acknowledgement, once we want to leave.
constexpr auto disconnect_timeout = 5s;
/// ENet's pings travel alone and are only for its estimate of the round trip, which the
/// acknowledgements of messages feed as well. Heartbeats are the session's.
constexpr auto ping_interval = 2s;
/// From here on the link counts as having been cut, not as slow.
constexpr auto silence = 300ms;
/// Each looks at every peer.
constexpr Duration back_off_interval = 50ms;

enet_uint32 to_ms(std::chrono::milliseconds time) {
    return static_cast<enet_uint32>(time.count());
}

void give_up_after(ENetPeer& peer, enet_uint32 time_ms) {
    enet_peer_timeout(&peer, 1, time_ms, time_ms);
}

/// Who is alive is the session's decision.
void never_give_up(ENetPeer& peer) {
    give_up_after(peer, 0xFFFF'FFFF);
}

/// What ENet takes for an address: it never changes while the connection lives, and no other
/// connection has it.
ENetAddress to_enet(ConnectionId connection) {
    constexpr enet_uint16 some_port = 1;
    return {connection, some_port};
}

ConnectionId connection_of(const ENetAddress& address) {
    return address.host;
}

/// What connecting has set by the other end's wishes, or left at ENet's own.
void configure_connected(ENetPeer& peer) {
    peer.mtu = enet_mtu_bytes;
    // ENet's throttle drops unreliable packets when the round trip grows. Ours never shrinks.
    peer.packetThrottle = ENET_PEER_PACKET_THROTTLE_SCALE;
    peer.packetThrottleAcceleration = ENET_PEER_PACKET_THROTTLE_SCALE;
    peer.packetThrottleDeceleration = 0;
    enet_peer_ping_interval(&peer, to_ms(ping_interval));
    never_give_up(peer);
}

void release_reliable_bytes(ENetPacket* packet) {
    static_cast<PeerSlot*>(packet->userData)->reliable_bytes_waiting -=
        static_cast<std::uint32_t>(packet->dataLength);
}

} // namespace

bool ArrivedDatagrams::read(SecureLayer& layer) {
    datagrams_.clear();
    std::span rest(memory_.get(), most * max_datagram_bytes);
    while (datagrams_.size() < most) {
        const SecureLayer::Arrival arrival = layer.receive(rest.first(max_datagram_bytes));
        if (arrival.bytes == 0) return false;
        datagrams_.push_back({arrival.from, rest.first(arrival.bytes)});
        rest = rest.subspan(max_datagram_bytes);
    }
    return true;
}

Host::Enet::Enet(const Config& config, SecureLayer& layer, std::size_t& places)
    : config_(config), layer_(layer), peers_(config.number, config.max_peers, places) {
    ENGINE_NET_ASSERT(config_.max_peers >= 1 && config_.max_peers <= ENET_PROTOCOL_MAXIMUM_PEER_ID);
}

Host::Enet::~Enet() {
    const EnetCall call(*this, now_);
    enet_host_destroy(host_);
}

std::optional<HostError> Host::Enet::open() {
    const EnetCall call(*this, now_);
    host_ = enet_host_create(nullptr, config_.max_peers, channel_count, 0, 0);
    if (host_ == nullptr) return HostError::no_resources;
    if (!enet_is_ours(*host_)) return HostError::enet_not_ours;

    host_->randomSeed = config_.seed;
    host_->maximumPacketSize = max_reliable_message_bytes;
    host_->maximumWaitingData = max_incoming_bytes_waiting;
    host_->mtu = enet_mtu_bytes; // for peers that are used again
    for (ENetPeer& peer : std::span(host_->peers, host_->peerCount)) peer.mtu = enet_mtu_bytes;
    return std::nullopt;
}

std::optional<PeerId> Host::Enet::connect(ConnectionId connection, Time now) {
    now_ = now;
    const ENetAddress address = to_enet(connection);
    ENetPeer* const peer = enet_host_connect(host_, &address, channel_count, 0);
    if (peer == nullptr) return std::nullopt;
    give_up_after(*peer, to_ms(connect_timeout));
    const std::optional<PeerId> id = peers_.add(index_of(*peer));
    if (!id) enet_peer_reset(peer);
    return id;
}

void Host::Enet::receive(Time now,
                         std::span<const ArrivedDatagrams::Datagram> arrived,
                         HostListener& listener) {
    ENGINE_NET_ASSERT(listener_ == nullptr);
    now_ = now;
    listener_ = &listener;
    arrived_ = arrived;
    has_all_ = false;

    tell_given_up();
    const EnetCall call(*this, now);
    while (!has_all_) {
        // ENet would tell every peer the bandwidth limits, which we do not have, at each join.
        host_->recalculateBandwidthLimits = 0;
        ENetEvent event;
        const int result = enet_host_service(host_, &event, 0);
        if (result > 0) tell(event);
        if (result < 0 && !has_all_) ++service_errors_;
    }
    tell_waiting_events();
    listener_ = nullptr;
}

/// ENet asks for the next datagram.
std::size_t Host::Enet::receive(ENetAddress& from, std::span<std::uint8_t> buffer) {
    // What came before must be told first: if this datagram is a goodbye, ENet forgets the rest.
    tell_waiting_events();
    while (!arrived_.empty()) {
        const ArrivedDatagrams::Datagram next = arrived_.front();
        arrived_ = arrived_.subspan(1);
        if (next.from.group != config_.number || !is_good(next.bytes)) continue;
        from = to_enet(next.from.id);
        fetch_upcoming();
        note_heard(next.bytes, from);
        std::ranges::copy(next.bytes, buffer.begin());
        return next.bytes.size();
    }
    has_all_ = true;
    return 0;
}

bool Host::Enet::is_good(Bytes datagram) {
    switch (inspect_datagram(datagram, config_.accepts)) {
    case DatagramVerdict::good: return true;
    case DatagramVerdict::malformed: ++service_errors_; return false;
    case DatagramVerdict::oversize_message: ++oversize_messages_; return false;
    }
    return false;
}

/// Of many peers none is in the cache when a datagram of it comes.
void Host::Enet::fetch_upcoming() const {
    constexpr std::size_t peer_ahead = 3;
    constexpr std::size_t channels_ahead = 1;
    if (const ENetPeer* const peer = upcoming_peer(peer_ahead)) fetch(*peer);
    const ENetPeer* const peer = upcoming_peer(channels_ahead);
    if (peer == nullptr) return;
    for (const ENetChannel& channel : std::span(peer->channels, peer->channelCount)) fetch(channel);
}

ENetPeer* Host::Enet::upcoming_peer(std::size_t after) const {
    if (after >= arrived_.size() || arrived_[after].bytes.size() < 2) return nullptr;
    return peer_named_in(arrived_[after].bytes);
}

ENetPeer* Host::Enet::peer_named_in(Bytes datagram) const {
    const std::size_t index = (datagram[0] << 8 | datagram[1]) & ENET_PROTOCOL_MAXIMUM_PEER_ID;
    return index < host_->peerCount ? &host_->peers[index] : nullptr;
}

void Host::Enet::note_heard(Bytes datagram, const ENetAddress& from) {
    ENetPeer* const named = peer_named_in(datagram);
    if (named == nullptr) return;
    ENetPeer& peer = *named;
    const std::size_t index = index_of(peer);
    if (peer.state < ENET_PEER_STATE_CONNECTED || peer.address.host != from.host ||
        peer.address.port != from.port) {
        return;
    }
    const enet_uint32 now = to_enet_time(now_);
    if (now - peers_[index].last_heard > to_ms(silence)) reset_back_off(peer, now);
    peers_[index].last_heard = now;
}

void Host::Enet::tell_waiting_events() {
    ENetEvent event;
    while (enet_host_check_events(host_, &event) > 0) tell(event);
}

void Host::Enet::tell(const ENetEvent& event) {
    const EnetCallSuspended suspended;
    switch (event.type) {
    case ENET_EVENT_TYPE_CONNECT: tell_connect(*event.peer); break;
    case ENET_EVENT_TYPE_DISCONNECT: tell_disconnect(index_of(*event.peer)); break;
    case ENET_EVENT_TYPE_RECEIVE: tell_message(event); break;
    case ENET_EVENT_TYPE_NONE: break;
    }
}

void Host::Enet::tell_connect(ENetPeer& peer) {
    configure_connected(peer);
    const std::size_t index = index_of(peer);
    std::optional<PeerId> id = peers_[index].id;
    if (!id->is_set()) id = peers_.add(index);
    if (!id) {
        close_connection(peer);
        enet_peer_reset(&peer);
        return;
    }
    peers_[index].last_heard = to_enet_time(now_);
    listener_->on_connect(*id);
}

void Host::Enet::tell_disconnect(std::size_t index) {
    const PeerId id = peers_[index].id;
    peers_.remove(index);
    close_connection(host_->peers[index]);
    if (id.is_set()) listener_->on_disconnect(id);
}

void Host::Enet::tell_message(const ENetEvent& event) {
    const PeerId id = peers_[index_of(*event.peer)].id;
    const Bytes message(event.packet->data, event.packet->dataLength);
    if (id.is_set()) listener_->on_message(id, static_cast<Channel>(event.channelID), message);
    enet_packet_destroy(event.packet);
}

void Host::Enet::tell_given_up() {
    for (const PeerId peer : std::exchange(given_up_, {})) listener_->on_disconnect(peer);
}

bool Host::Enet::send(PeerId id, Channel channel, Bytes message) {
    const bool reliable = is_reliable(channel);
    const std::size_t limit = reliable ? max_reliable_message_bytes : max_message_bytes;
    ENGINE_NET_ASSERT(!message.empty() && message.size() <= limit);
    ENetPeer* const peer = find(id);
    if (peer == nullptr || message.empty() || message.size() > limit) return false;
    PeerSlot& slot = peers_[index_of(*peer)];
    if (reliable && slot.reliable_bytes_waiting >= max_reliable_bytes_waiting) return false;

    ENetPacket* const packet =
        reliable ? enet_packet_create(message.data(), message.size(), ENET_PACKET_FLAG_RELIABLE)
                 : unreliable_.packet(message);
    if (packet == nullptr) return false;
    if (reliable) {
        slot.reliable_bytes_waiting += static_cast<std::uint32_t>(message.size());
        packet->userData = &slot;
        packet->freeCallback = release_reliable_bytes;
    }
    if (enet_peer_send(peer, static_cast<enet_uint8>(channel), packet) < 0) {
        enet_packet_destroy(packet);
        return false;
    }
    return true;
}

/// ENet sends a datagram.
void Host::Enet::send(const ENetAddress& to, std::span<const ENetBuffer> parts) {
    fetch_next_connection(to);
    parts_.clear();
    for (const ENetBuffer& part : parts) {
        parts_.emplace_back(static_cast<const std::uint8_t*>(part.data), part.dataLength);
    }
    layer_.send(connection_of(to), parts_);
}

/// A flush goes through the peers in order; of many connections none is in the cache when it comes
/// to it.
void Host::Enet::fetch_next_connection(const ENetAddress& flushed) {
    constexpr std::size_t ahead = 3;
    const std::span peers(host_->peers, host_->peerCount);
    while (flushed_ < peers.size() && peers[flushed_].address.host != flushed.host) ++flushed_;
    if (flushed_ + ahead < peers.size())
        layer_.fetch(connection_of(peers[flushed_ + ahead].address));
}

void Host::Enet::flush(Time now) {
    now_ = now;
    flushed_ = 0;
    const EnetCall call(*this, now);
    limit_back_offs();
    enet_host_flush(host_);
}

void Host::Enet::limit_back_offs() {
    if (now_ - back_offs_limited_ < back_off_interval) return;
    back_offs_limited_ = now_;
    for (ENetPeer& peer : std::span(host_->peers, host_->peerCount)) {
        if (peer.state == ENET_PEER_STATE_CONNECTED) limit_back_off(peer);
    }
}

void Host::Enet::close_connection(const ENetPeer& peer) {
    layer_.close(connection_of(peer.address));
}

void Host::Enet::add_used_connections(std::vector<ConnectionId>& used) const {
    for (const ENetPeer& peer : std::span(host_->peers, host_->peerCount)) {
        if (peer.state != ENET_PEER_STATE_DISCONNECTED) used.push_back(connection_of(peer.address));
    }
}

void Host::Enet::disconnect_later(PeerId id) {
    ENetPeer* const peer = find(id);
    if (peer == nullptr) return;
    if (peer->state == ENET_PEER_STATE_CONNECTING) {
        drop(id);
        given_up_.push_back(id);
        return;
    }
    give_up_after(*peer, to_ms(disconnect_timeout));
    enet_peer_disconnect_later(peer, 0);
}

void Host::Enet::disconnect_now(PeerId id) {
    ENetPeer* const peer = find(id);
    if (peer == nullptr) return;
    peers_.remove(index_of(*peer));
    close_connection(*peer);
    if (peer->state == ENET_PEER_STATE_CONNECTING) {
        enet_peer_reset(peer); // nobody knows us there yet
        return;
    }
    const EnetCall call(*this, now_);
    enet_peer_disconnect_now(peer, 0);
}

void Host::Enet::drop(PeerId id) {
    ENetPeer* const peer = find(id);
    if (peer == nullptr) return;
    peers_.remove(index_of(*peer));
    close_connection(*peer);
    enet_peer_reset(peer);
}

std::optional<PeerLink> Host::Enet::link_of(PeerId id) const {
    const ENetPeer* const peer = find(id);
    if (peer == nullptr) return std::nullopt;
    return PeerLink{.address = layer_.address_of(connection_of(peer->address)).value_or(Address{}),
                    .round_trip = std::chrono::milliseconds(peer->roundTripTime),
                    .reliable_bytes_waiting = peers_[index_of(*peer)].reliable_bytes_waiting};
}

std::optional<Introduction> Host::Enet::introduction(PeerId id) const {
    const ENetPeer* const peer = find(id);
    return peer != nullptr ? layer_.introduction(connection_of(peer->address)) : std::nullopt;
}

ENetPeer* Host::Enet::find(PeerId id) const {
    const std::optional<std::size_t> index = peers_.find_index(id);
    return index ? &host_->peers[*index] : nullptr;
}

} // namespace engine_net
