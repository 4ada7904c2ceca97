#pragma once

#include "transport/enet_seam.hpp"
#include "transport/host.hpp"
#include "transport/outgoing_datagrams.hpp"
#include "transport/peer_table.hpp"

#include <enet/enet.h>

#include <memory>
#include <vector>

namespace engine_net {

/// The part of a `Host` that knows ENet.
class Host::Enet final : private EnetSocket {
public:
    Enet(HostConfig config, DatagramSocket& socket);
    ~Enet() override;
    Enet(const Enet&) = delete;
    Enet& operator=(const Enet&) = delete;

    /// Once, before anything else; nothing when it went well.
    std::optional<HostError> open();

    std::optional<PeerId> connect(const Address& to, Time now);
    void receive(Time now, HostListener& listener);
    bool send(PeerId id, Channel channel, Bytes message);
    void flush(Time now, WorkerThreads* threads);
    void disconnect_later(PeerId id);
    void disconnect_now(PeerId id);
    void drop(PeerId id);

    [[nodiscard]] std::optional<PeerLink> link_of(PeerId id) const;
    [[nodiscard]] std::size_t peer_count() const { return peers_.count(); }
    [[nodiscard]] const LinkStats& stats() const { return stats_; }
    [[nodiscard]] std::uint64_t oversize_messages() const { return oversize_messages_; }

private:
    void send(const ENetAddress& to, std::span<const ENetBuffer> parts) override;
    std::size_t receive(ENetAddress& from, std::span<std::uint8_t> buffer) override;

    void send_all(WorkerThreads* threads);
    void count(std::span<const DatagramSocket::Outgoing> sent);
    bool is_good(Bytes datagram);
    void note_heard(Bytes datagram, const ENetAddress& from);
    void tell_waiting_events();
    void tell(const ENetEvent& event);
    void tell_connect(ENetPeer& peer);
    void tell_disconnect(std::size_t index);
    void tell_message(const ENetEvent& event);
    void tell_given_up();

    [[nodiscard]] ENetPeer* find(PeerId id) const;
    [[nodiscard]] std::size_t index_of(const ENetPeer& peer) const { return peer.incomingPeerID; }

    HostConfig config_;
    DatagramSocket& socket_;
    PeerTable peers_;
    ENetHost* host_ = nullptr;
    Time now_{};
    OutgoingDatagrams outgoing_;
    std::vector<PeerId> given_up_; ///< peers that `receive` has yet to tell of

    HostListener* listener_ = nullptr; ///< of the `receive` that is under way
    std::size_t receives_left_ = 0;    ///< of this `receive`'s bound
    bool socket_is_empty_ = false;

    LinkStats stats_;
    std::uint64_t oversize_messages_ = 0;
};

} // namespace engine_net
