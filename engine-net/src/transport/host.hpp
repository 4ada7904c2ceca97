#pragma once

#include "core/bytes.hpp"
#include "core/worker_threads.hpp"
#include "transport/address.hpp"
#include "transport/banned_addresses.hpp"
#include "transport/datagram_socket.hpp"
#include "transport/secure/attempt.hpp"
#include "transport/secure/datagram_key.hpp"
#include "transport/secure/keys.hpp"
#include "transport/secure/secure_refusal.hpp"

#include <engine_net/address_limits.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/result.hpp>
#include <engine_net/stats.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace engine_net {

/// ENet's channels, by what travels on them. Control, events and bulk are reliable and ordered;
/// snapshots and inputs (heartbeats too) are unreliable and unsequenced, since each stands alone
/// and a late one is worth having.
enum class Channel : std::uint8_t { control, events, bulk, snapshots, inputs };
inline constexpr std::size_t channel_count = 5;

constexpr bool is_reliable(Channel channel) {
    return channel <= Channel::bulk;
}

struct PeerLink {
    Address address;
    Duration round_trip{0};
    std::uint32_t reliable_bytes_waiting = 0; ///< queued or in flight, not yet acknowledged
};

/// Hears what a host receives. Called from within `Host::receive` alone.
class HostListener {
public:
    virtual ~HostListener() = default;
    virtual void on_connect(PeerId peer) = 0;
    /// The last call for this peer. Also after a `disconnect_later` of ours.
    virtual void on_disconnect(PeerId peer) = 0;
    /// `message` is good for the call. 1 to `max_reliable_message_bytes` bytes on reliable
    /// channels, 1 to `max_message_bytes` on the others; anything else was dropped and counted
    /// before.
    virtual void on_message(PeerId peer, Channel channel, Bytes message) = 0;
};

/// ENet's own bound is 4,095; more are shared out among several of its hosts.
inline constexpr std::size_t max_peers_of_host = 32'000;

struct HostConfig {
    std::size_t max_peers = 1;                    ///< 1 to `max_peers_of_host`
    bool accepts = false;                         ///< false: a client, which only connects
    std::optional<std::uint64_t> seed{};          ///< unset: the system's randomness, for keys
    std::size_t max_datagrams_per_receive = 8192; ///< the rest waits for the next call, counted
    /// Of clients that come new: some 0.15 ms each. The rest waits, up to 512.
    std::size_t max_handshakes_per_receive = 32;
    BannedAddresses banned{}; ///< what comes from there is dropped unread
    AddressLimits address_limits{};
    bool has_fast_aes = engine_net::has_fast_aes(); ///< of the hardware; without it, ChaCha20 seals
    std::optional<SecretBytes> identity{};          ///< a server's; unset: a new one
    std::optional<PublicKey> server_key{};          ///< a client's: no other server will do
    std::optional<Introduction> introduction{};     ///< a client's, of the server it connects to
};

enum class HostError : std::uint8_t { enet_not_ours, no_resources };

std::string_view message(HostError error);

/// ENet on a datagram socket of ours, all sealed between them. ENet never sees the system's
/// sockets, clock or timeouts: who is alive is the session's decision.
class Host {
    class Enet;
    struct Parts;

public:
    /// `enet_not_ours`: this program was linked so that ENet keeps its own sockets.
    static Result<std::unique_ptr<Host>, HostError> open(const HostConfig& config,
                                                         std::unique_ptr<DatagramSocket> socket);
    /// For `open` alone.
    explicit Host(std::unique_ptr<Parts> parts);
    ~Host();
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    /// Begins to connect; `on_connect` follows, or `on_disconnect` after 30 s without an answer.
    /// Nothing when all peers are in use.
    std::optional<PeerId> connect(const Address& to, Time now);

    /// Reads the socket until it is empty (bounded) and tells the listener. What ENet wants to send
    /// meanwhile waits for `flush`.
    void receive(Time now, HostListener& listener);
    /// Queues one message; false when the peer is gone or 1 MB of reliable data waits for it
    /// already. Too long a message asserts; in release it is not sent and false is returned.
    bool send(PeerId peer, Channel channel, Bytes message);
    /// Hands every queued datagram to the socket: on `threads`, where there are any and datagrams
    /// enough to be worth waking them. Those to one address stay in their order.
    void flush(Time now, WorkerThreads* threads = nullptr);

    /// After everything reliable that was sent before has arrived. `on_disconnect` follows, at the
    /// latest when the other end has not answered for 5 s.
    void disconnect_later(PeerId peer);
    /// At once, one datagram tells the other end. No `on_disconnect` follows.
    void disconnect_now(PeerId peer);
    /// Forgets the peer without a word. No `on_disconnect` follows.
    void drop(PeerId peer);

    void wait_until(Time deadline);
    [[nodiscard]] Address local_address() const;
    [[nodiscard]] std::optional<PeerLink> link_of(PeerId peer) const;
    [[nodiscard]] std::size_t peer_count() const;
    /// Of a connection of ours that has got its keys: for the next one to the same server.
    [[nodiscard]] std::optional<Introduction> introduction(PeerId peer) const;
    /// Why what we connect to will never do.
    [[nodiscard]] std::optional<SecureRefusal> refusal() const;
    /// A server's, by which clients know it.
    [[nodiscard]] const PublicKey& identity() const;
    [[nodiscard]] LinkStats stats() const;
    [[nodiscard]] std::uint64_t oversize_messages() const;

private:
    [[nodiscard]] Enet* enet_of(PeerId peer) const;
    void close_unused(Time now);

    std::unique_ptr<Parts> parts_;
};

} // namespace engine_net
