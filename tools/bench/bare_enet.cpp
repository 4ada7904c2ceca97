#include "bare_enet.hpp"

#include <algorithm>
#include <span>

namespace bench {

namespace {

/// As many channels as engine-net has.
constexpr std::size_t channels = 5;
/// Around an unsequenced message: the datagram's peer id, the command and the message's length.
constexpr double headers = 2 + 8;
/// As rare as engine-net's, so that what is compared is the messages.
constexpr enet_uint32 ping_interval_ms = 2000;

ENetHost* open_server(std::size_t peers) {
    ENetAddress address{};
    enet_address_set_host(&address, "127.0.0.1");
    address.port = ENET_PORT_ANY;
    return enet_host_create(&address, peers, channels, 0, 0);
}

ENetHost* open_client(std::uint16_t port) {
    ENetHost* const host = enet_host_create(nullptr, 1, channels, 0, 0);
    if (!host) return nullptr;
    ENetAddress address{};
    enet_address_set_host(&address, "127.0.0.1");
    address.port = port;
    enet_host_connect(host, &address, channels, 0);
    return host;
}

std::size_t message_bytes(double datagram_bytes) {
    return static_cast<std::size_t>(std::max(datagram_bytes - headers, 1.0));
}

/// No unreliable packet is thrown away before it is sent.
void configure(ENetPeer& peer) {
    peer.packetThrottleDeceleration = 0;
    enet_peer_ping_interval(&peer, ping_interval_ms);
}

} // namespace

BareHost::BareHost(ENetHost* host) : host_(host) {
    // What ENet asks for holds some 700 datagrams: a thousand clients' go into ours.
    constexpr int buffer_bytes = 4 * 1024 * 1024;
    if (host_) enet_socket_set_option(host_->socket, ENET_SOCKOPT_RCVBUF, buffer_bytes);
}

BareHost::~BareHost() {
    if (host_) enet_host_destroy(host_);
}

std::size_t BareHost::connected() const {
    return host_->connectedPeers;
}

std::uint64_t BareHost::receive() {
    std::uint64_t messages = 0;
    ENetEvent event;
    while (enet_host_service(host_, &event, 0) > 0) {
        if (event.type == ENET_EVENT_TYPE_CONNECT) configure(*event.peer);
        if (event.type != ENET_EVENT_TYPE_RECEIVE) continue;
        ++messages;
        enet_packet_destroy(event.packet);
    }
    return messages;
}

void BareHost::send_to_all(std::size_t bytes) {
    packet_.resize(bytes);
    for (ENetPeer& peer : std::span(host_->peers, host_->peerCount)) {
        if (peer.state != ENET_PEER_STATE_CONNECTED) continue;
        ENetPacket* const packet =
            enet_packet_create(packet_.data(), packet_.size(), ENET_PACKET_FLAG_UNSEQUENCED);
        if (enet_peer_send(&peer, channels - 1, packet) < 0) enet_packet_destroy(packet);
    }
}

void BareHost::flush() {
    enet_host_flush(host_);
}

BareServer::BareServer(std::size_t peers) : BareHost(open_server(peers)) {}

std::uint16_t BareServer::port() const {
    return host().address.port;
}

void BareServer::step(const BareTraffic& traffic) {
    receive();
    for (owed_ += traffic.down_datagrams; owed_ >= 1; --owed_) {
        send_to_all(message_bytes(traffic.down_bytes));
        flush();
    }
}

std::uint64_t BareServer::bytes_sent() const {
    return host().totalSentData;
}

BareClient::BareClient(std::uint16_t port) : BareHost(open_client(port)) {}

void BareClient::poll(const BareTraffic& traffic) {
    for (owed_ += static_cast<double>(receive()) * traffic.up_datagrams / traffic.down_datagrams;
         owed_ >= 1;
         --owed_) {
        send_to_all(message_bytes(traffic.up_bytes));
        flush();
    }
}

} // namespace bench
