#pragma once

#include "transport/enet_seam.hpp"
#include "transport/host.hpp"
#include "transport/peer_table.hpp"
#include "transport/secure/secure_layer.hpp"
#include "transport/unreliable_messages.hpp"

#include <engine_net/limits.hpp>

#include <enet/enet.h>

#include <memory>
#include <vector>

namespace engine_net {

/// The datagrams for ENet of some that came, in memory that is used again.
class ArrivedDatagrams {
public:
    struct Datagram {
        SecureLayer::Member from;
        Bytes bytes;
    };

    /// The next so many that `layer` has; false when it has no more for now.
    bool read(SecureLayer& layer);
    [[nodiscard]] std::span<const Datagram> all() const { return datagrams_; }

private:
    static constexpr std::size_t most = 256;

    std::unique_ptr<std::uint8_t[]> memory_ =
        std::make_unique_for_overwrite<std::uint8_t[]>(most * max_datagram_bytes);
    std::vector<Datagram> datagrams_;
};

/// One of the ENet hosts of a `Host`, and what knows ENet.
class Host::Enet final : private EnetSocket {
public:
    struct Config {
        std::size_t number = 0; ///< among the hosts, and of its group of connections
        std::size_t max_peers = 1;
        bool accepts = false;
        std::uint32_t seed = 0;
    };
    /// `places`: for peers, that are left to all the hosts.
    Enet(const Config& config, SecureLayer& layer, std::size_t& places);
    ~Enet() override;
    Enet(const Enet&) = delete;
    Enet& operator=(const Enet&) = delete;

    /// Once, before anything else; nothing when it went well.
    std::optional<HostError> open();

    std::optional<PeerId> connect(ConnectionId connection, Time now);
    /// Takes what of `arrived` is its own, and tells the listener.
    void
    receive(Time now, std::span<const ArrivedDatagrams::Datagram> arrived, HostListener& listener);
    bool send(PeerId id, Channel channel, Bytes message);
    /// To the layer.
    void flush(Time now);
    void disconnect_later(PeerId id);
    void disconnect_now(PeerId id);
    void drop(PeerId id);

    [[nodiscard]] std::optional<PeerLink> link_of(PeerId id) const;
    [[nodiscard]] std::optional<Introduction> introduction(PeerId id) const;
    [[nodiscard]] std::size_t peer_count() const { return peers_.count(); }
    void add_used_connections(std::vector<ConnectionId>& used) const;
    [[nodiscard]] std::uint64_t service_errors() const { return service_errors_; }
    [[nodiscard]] std::uint64_t oversize_messages() const { return oversize_messages_; }

private:
    void send(const ENetAddress& to, std::span<const ENetBuffer> parts) override;
    std::size_t receive(ENetAddress& from, std::span<std::uint8_t> buffer) override;

    bool is_good(Bytes datagram);
    void fetch_upcoming() const;
    [[nodiscard]] ENetPeer* upcoming_peer(std::size_t after) const;
    [[nodiscard]] ENetPeer* peer_named_in(Bytes datagram) const;
    void note_heard(Bytes datagram, const ENetAddress& from);
    void tell_waiting_events();
    void tell(const ENetEvent& event);
    void tell_connect(ENetPeer& peer);
    void tell_disconnect(std::size_t index);
    void tell_message(const ENetEvent& event);
    void tell_given_up();
    void limit_back_offs();
    void fetch_next_connection(const ENetAddress& flushed);
    void close_connection(const ENetPeer& peer);

    [[nodiscard]] ENetPeer* find(PeerId id) const;
    [[nodiscard]] std::size_t index_of(const ENetPeer& peer) const { return peer.incomingPeerID; }

    Config config_;
    SecureLayer& layer_;
    PeerTable peers_;
    ENetHost* host_ = nullptr;
    Time now_{};
    Time back_offs_limited_{};
    std::vector<PeerId> given_up_; ///< peers that `receive` has yet to tell of
    std::vector<Bytes> parts_;     ///< reused
    UnreliableMessages unreliable_;
    std::size_t flushed_ = 0; ///< of the peers, by the `flush` that is under way

    HostListener* listener_ = nullptr;                    ///< of the `receive` that is under way
    std::span<const ArrivedDatagrams::Datagram> arrived_; ///< what that `receive` has yet to take
    bool has_all_ = false;                                ///< and was told so

    std::uint64_t service_errors_ = 0;
    std::uint64_t oversize_messages_ = 0;
};

} // namespace engine_net
