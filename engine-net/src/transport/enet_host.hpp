#pragma once

#include "transport/enet_seam.hpp"
#include "transport/host.hpp"
#include "transport/peer_table.hpp"
#include "transport/secret_source.hpp"
#include "transport/secure/secure_layer.hpp"

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
    [[nodiscard]] const SecureLayer& layer() const { return layer_; }
    [[nodiscard]] std::optional<Introduction> introduction(PeerId id) const;
    [[nodiscard]] LinkStats stats() const;
    [[nodiscard]] std::uint64_t oversize_messages() const { return oversize_messages_; }

private:
    void send(const ENetAddress& to, std::span<const ENetBuffer> parts) override;
    std::size_t receive(ENetAddress& from, std::span<std::uint8_t> buffer) override;

    bool is_good(Bytes datagram);
    void note_heard(Bytes datagram, const ENetAddress& from);
    void tell_waiting_events();
    void tell(const ENetEvent& event);
    void tell_connect(ENetPeer& peer);
    void tell_disconnect(std::size_t index);
    void tell_message(const ENetEvent& event);
    void tell_given_up();
    void close_connection(const ENetPeer& peer);
    void close_unused();

    [[nodiscard]] ENetPeer* find(PeerId id) const;
    [[nodiscard]] std::size_t index_of(const ENetPeer& peer) const { return peer.incomingPeerID; }

    HostConfig config_;
    SecretSource secrets_;
    SecureLayer layer_;
    PeerTable peers_;
    ENetHost* host_ = nullptr;
    Time now_{};
    std::vector<PeerId> given_up_; ///< peers that `receive` has yet to tell of
    std::vector<Bytes> parts_;     ///< reused
    std::optional<Time> swept_;

    HostListener* listener_ = nullptr; ///< of the `receive` that is under way
    bool has_all_ = false;             ///< that `receive` may have

    std::uint64_t service_errors_ = 0;
    std::uint64_t oversize_messages_ = 0;
};

} // namespace engine_net
