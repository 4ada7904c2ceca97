#pragma once

#include "core/bytes.hpp"
#include "core/worker_threads.hpp"
#include "transport/address.hpp"
#include "transport/banned_addresses.hpp"
#include "transport/datagram_socket.hpp"
#include "transport/outgoing_datagrams.hpp"
#include "transport/secure/admission.hpp"
#include "transport/secure/attempt.hpp"
#include "transport/secure/connection_table.hpp"
#include "transport/secure/datagram_key.hpp"
#include "transport/secure/datagrams.hpp"
#include "transport/secure/keys.hpp"
#include "transport/secure/secure_refusal.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/stats.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine_net {

struct SecureConfig {
    bool accepts = false;            ///< a server
    std::size_t max_connections = 1; ///< 1 to 65,535
    std::size_t groups = 1;          ///< of connections, with as many in each, 1 to 255
    FillRandom fill_random{};
    std::optional<SecretBytes> identity{};          ///< a server's; unset: a new one
    std::optional<PublicKey> server_key{};          ///< a client's: no other server will do
    std::optional<Introduction> introduction{};     ///< a client's, of the server it connects to
    std::size_t max_handshakes_per_receive = 32;    ///< some 0.15 ms each; the rest waits
    std::size_t max_challenges_per_receive = 2'048; ///< some 4 us each; the rest is dropped
    AddressLimits address_limits{};
    bool has_fast_aes = engine_net::has_fast_aes(); ///< without it, ChaCha20 seals
    std::size_t max_datagrams_per_receive = 8192;
    std::size_t max_datagrams_per_peer = 1024; ///< and receive; more are dropped
    BannedAddresses banned{};                  ///< what comes from there is dropped unread
};

/// Between ENet and a socket: who sends is known by a key agreed on and not by an address, nobody
/// else can read or change a datagram, and a connection goes on when its client's address changes.
/// PROTOCOL.md draws the datagrams. To ENet a connection is an address that never changes.
class SecureLayer {
public:
    SecureLayer(SecureConfig config, DatagramSocket& socket);

    struct Member {
        ConnectionId id = 0;
        std::uint8_t group = 0;
    };
    /// A client's way to a server begins when ENet sends. Nothing when there are too many.
    std::optional<Member> connect(const Address& to, Time now);
    /// After the next `flush`.
    void close(ConnectionId id) { closing_.push_back(id); }
    /// Those for which `is_used` is false, at once.
    template <class IsUsed>
    void close_unused(IsUsed is_used) {
        connections_.for_each([&](const SecureConnection& connection) {
            if (!is_used(connection.id)) close(connection.id);
        });
        remove_closed();
    }

    /// Before the `receive` calls of a tick. `is_full`: nobody more is let in.
    void begin_receive(Time now, bool is_full = false);
    struct Arrival {
        Member from{};
        std::size_t bytes = 0; ///< 0: none came for now
    };
    /// The next datagram for ENet, into `buffer`, of at least `max_datagram_bytes`.
    Arrival receive(std::span<std::uint8_t> buffer);
    /// Whether everything that came was read: `receive` ended for that, not for its bound.
    [[nodiscard]] bool is_socket_empty() const { return is_socket_empty_; }

    /// Before the `send` calls of a tick.
    void advance_to(Time now) { now_ = now; }
    /// A datagram of ENet's, to be sent by `flush`.
    void send(ConnectionId to, std::span<const Bytes> parts);
    /// Seals and sends all; on `threads`, where there are any and datagrams enough to be worth
    /// waking them.
    void flush(WorkerThreads* threads);

    [[nodiscard]] std::optional<Address> address_of(ConnectionId id) const;
    /// Begins to bring a connection that is about to send into the cache.
    void fetch(ConnectionId id) const { connections_.fetch(id); }
    /// Of a client's connection that was answered.
    [[nodiscard]] std::optional<Introduction> introduction(ConnectionId id) const;
    [[nodiscard]] std::optional<SecureRefusal> refusal() const { return refusal_; }
    [[nodiscard]] const PublicKey& identity() const { return admission_.identity(); }
    [[nodiscard]] const LinkStats& stats() const { return stats_; }

private:
    void fetch_upcoming() const;
    Arrival admit_next(std::span<std::uint8_t> buffer);
    std::size_t
    open(Bytes datagram, const Address& from, std::span<std::uint8_t> buffer, Member& sender);
    void take_hello(Bytes datagram, const Address& from);
    void take_challenge(Bytes datagram);
    void take_refusal(Bytes datagram);
    void take_request(Bytes datagram, const Address& from);
    Bytes take_answer(Bytes datagram);
    std::size_t open_sealed(Bytes datagram,
                            const Address& from,
                            std::span<std::uint8_t> buffer,
                            Member& sender);
    bool is_within_share(SecureConnection& connection);
    void note_path(SecureConnection& connection, const Address& from, std::size_t bytes);
    void take_path_answer(SecureConnection& connection, const Address& from, Bytes token);
    void agree(SecureConnection& connection,
               Cipher cipher,
               const SecretBytes& sealing,
               const SecretBytes& opening);
    void
    send_sealed(SecureConnection& connection, DatagramType type, const Address& to, Bytes text);
    void begin_sealed(SecureConnection& connection, DatagramType type);
    void send_plain(const Address& to, Bytes datagram);
    bool has_room();
    void repeat_attempts();
    void count(std::span<const DatagramSocket::Outgoing> sent);
    void remove(ConnectionId id);
    void remove_closed();

    SecureConfig config_;
    DatagramSocket& socket_;
    Admission admission_;
    ConnectionTable connections_;
    std::vector<ConnectionId> closing_;
    OutgoingDatagrams outgoing_;
    Time now_{};

    std::uint64_t receive_ = 0;     ///< the number of this one
    std::size_t receives_left_ = 0; ///< of this tick's bounds
    std::size_t handshakes_left_ = 0;
    bool is_socket_empty_ = false;
    std::array<std::uint8_t, 4096> wire_{}; ///< what came, longer than any that we send
    std::vector<std::uint8_t> handshake_;   ///< reused
    std::optional<SecureRefusal> refusal_;
    LinkStats stats_;
};

} // namespace engine_net
