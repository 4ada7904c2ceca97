#include "transport/secure/secure_layer.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net {
namespace {

using namespace std::chrono_literals;

/// In one flush; the rest is lost and counted. Some 50,000 full datagrams.
constexpr std::size_t max_outgoing_bytes = 64 * 1024 * 1024;
/// Waking threads takes as long as sending some tens. Of 1,000 datagrams over loopback, one thread
/// sends all in 3.2 ms, two in 2.0 ms.
constexpr std::size_t least_for_threads = 100;
/// Between two questions to an address that a client may have moved to.
constexpr Duration path_patience = 50ms;

KeyPair identity_of(const SecureConfig& config) {
    if (!config.accepts) return {};
    return config.identity ? key_pair_of(*config.identity) : make_key_pair(config.fill_random);
}

} // namespace

std::string_view message(SecureRefusal refusal) {
    switch (refusal) {
    case SecureRefusal::other_server:
        return "the server's key is not the expected one: it is another server, or somebody "
               "stands between";
    case SecureRefusal::other_version: return "the server speaks another version of the handshake";
    case SecureRefusal::server_full: return "the server is full: try again later";
    case SecureRefusal::too_many_from_address:
        return "too many connections from this address: close one, or ask the server's operator "
               "for more";
    }
    return "unknown";
}

SecureLayer::SecureLayer(SecureConfig config, DatagramSocket& socket)
    : config_(std::move(config))
    , socket_(socket)
    , admission_(config_.fill_random,
                 identity_of(config_),
                 {.max_challenges = config_.max_challenges_per_receive,
                  .limits = config_.address_limits,
                  .has_fast_aes = config_.has_fast_aes})
    , connections_(config_.max_connections, config_.groups, config_.fill_random) {}

std::optional<SecureLayer::Member> SecureLayer::connect(const Address& to, Time now) {
    now_ = now;
    SecureConnection* const connection = connections_.add();
    if (connection == nullptr) return std::nullopt;
    connection->address = to;
    connection->attempt =
        std::make_unique<Attempt>(Attempt::Config{.fill_random = config_.fill_random,
                                                  .pinned = config_.server_key,
                                                  .has_fast_aes = config_.has_fast_aes},
                                  connection->id,
                                  config_.introduction);
    config_.introduction.reset();
    return Member{connection->id, connection->group};
}

void SecureLayer::begin_receive(Time now, bool is_full) {
    now_ = now;
    ++receive_;
    admission_.begin_tick(now, is_full);
    receives_left_ = config_.max_datagrams_per_receive;
    handshakes_left_ = config_.max_handshakes_per_receive;
    is_socket_empty_ = false;
    socket_.advance_to(now);
}

SecureLayer::Arrival SecureLayer::receive(std::span<std::uint8_t> buffer) {
    for (;;) {
        if (const Arrival first = admit_next(buffer); first.bytes > 0) return first;
        if (receives_left_ == 0) {
            ++stats_.receive_bound_reached;
            return {};
        }
        --receives_left_;
        const DatagramSocket::Received received = socket_.receive(wire_);
        if (received.status == DatagramSocket::Status::empty) {
            is_socket_empty_ = true;
            return {};
        }
        if (received.status == DatagramSocket::Status::error) {
            ++stats_.receive_errors;
            continue;
        }
        if (config_.banned.contains(received.from.host)) {
            ++stats_.secure.banned;
            continue;
        }
        ++stats_.datagrams_in;
        stats_.bytes_in += received.bytes;
        fetch_upcoming();
        Arrival arrival;
        arrival.bytes =
            open(Bytes(wire_).first(received.bytes), received.from, buffer, arrival.from);
        if (arrival.bytes > 0) return arrival;
    }
}

/// Of many connections none is in the cache when a datagram of it is opened.
void SecureLayer::fetch_upcoming() const {
    constexpr std::size_t connection_ahead = 4;
    constexpr std::size_t key_ahead = 1;
    if (const auto header = read_sealed_header(socket_.upcoming(connection_ahead)))
        connections_.fetch(header->to);
    if (const auto header = read_sealed_header(socket_.upcoming(key_ahead))) {
        const SecureConnection* const connection = connections_.find(header->to);
        if (connection != nullptr && connection->opening) connection->opening->fetch();
    }
}

SecureLayer::Arrival SecureLayer::admit_next(std::span<std::uint8_t> buffer) {
    while (handshakes_left_ > 0 && admission_.has_waiting()) {
        SecureConnection* const connection = connections_.add();
        if (connection == nullptr) return {};
        --handshakes_left_;
        auto admitted = admission_.next(connection->id, now_, stats_.secure);
        if (!admitted) {
            connections_.remove(connection->id);
            continue;
        }
        ++stats_.secure.handshakes;
        connection->theirs = admitted->client;
        connection->address = admitted->address;
        connection->admitted_from = admitted->address;
        connection->answer = std::move(admitted->answer);
        agree(*connection, admitted->cipher, admitted->keys.to_client, admitted->keys.to_server);
        if (admitted->first.empty() || admitted->first.size() > buffer.size()) continue;
        std::copy(admitted->first.begin(), admitted->first.end(), buffer.begin());
        return {{connection->id, connection->group}, admitted->first.size()};
    }
    return {};
}

std::size_t SecureLayer::open(Bytes datagram,
                              const Address& from,
                              std::span<std::uint8_t> buffer,
                              Member& sender) {
    if (datagram.empty() || datagram.size() > max_datagram_bytes) {
        ++stats_.secure.malformed;
        return 0;
    }
    switch (static_cast<DatagramType>(datagram[0])) {
    case DatagramType::hello: take_hello(datagram, from); return 0;
    case DatagramType::challenge: take_challenge(datagram); return 0;
    case DatagramType::request: take_request(datagram, from); return 0;
    case DatagramType::refusal: take_refusal(datagram); return 0;
    case DatagramType::answer: datagram = take_answer(datagram); break;
    case DatagramType::data:
    case DatagramType::path_question:
    case DatagramType::path_answer: break;
    default: ++stats_.secure.malformed; return 0;
    }
    return datagram.empty() ? 0 : open_sealed(datagram, from, buffer, sender);
}

std::size_t SecureLayer::open_sealed(Bytes datagram,
                                     const Address& from,
                                     std::span<std::uint8_t> buffer,
                                     Member& sender) {
    const std::optional<SealedHeader> header = read_sealed_header(datagram);
    if (!header) {
        ++stats_.secure.malformed;
        return 0;
    }
    SecureConnection* const connection = connections_.find(header->to);
    if (connection == nullptr || !connection->opening) {
        ++stats_.secure.unknown;
        return 0;
    }
    const std::uint64_t sequence = connection->came.whole(header->sequence);
    if (!connection->came.is_new(sequence)) {
        ++stats_.secure.replayed;
        return 0;
    }
    const Bytes sealed = datagram.subspan(sealed_header_bytes);
    const std::span text = buffer.first(sealed.size() - tag_bytes);
    if (!connection->opening->open(sequence, datagram.first(sealed_header_bytes), sealed, text)) {
        ++stats_.secure.forged;
        return 0;
    }
    const bool is_newest = connection->came.take(sequence);
    connection->answer.clear();
    if (is_newest && config_.accepts) note_path(*connection, from, datagram.size());

    sender = {connection->id, connection->group};
    switch (header->type) {
    case DatagramType::path_question:
        if (text.size() == path_token_bytes) {
            send_sealed(*connection, DatagramType::path_answer, connection->address, text);
        }
        return 0;
    case DatagramType::path_answer: take_path_answer(*connection, from, text); return 0;
    default: return is_within_share(*connection) ? text.size() : 0;
    }
}

/// Of what the connection's other end has sealed, and nobody else.
bool SecureLayer::is_within_share(SecureConnection& connection) {
    if (std::exchange(connection.counted_receive, receive_) != receive_) connection.received = 0;
    if (++connection.received <= config_.max_datagrams_per_peer) return true;
    ++stats_.secure.over_share;
    return false;
}

/// A client's address counts as changed once it has answered there: until then an old datagram of
/// its own that somebody sent on would be enough to turn its stream against a third.
void SecureLayer::note_path(SecureConnection& connection, const Address& from, std::size_t bytes) {
    if (from == connection.address) return;
    // The question is not longer than what it follows.
    if (bytes < path_token_bytes + secure_layer_bytes) return;
    if (!connection.path || connection.path->address != from) {
        connection.path.emplace();
        connection.path->address = from;
        config_.fill_random(connection.path->token);
    }
    PathCheck& path = *connection.path;
    if (path.asked && now_ - *path.asked < path_patience) return;
    path.asked = now_;
    send_sealed(connection, DatagramType::path_question, from, path.token);
}

void SecureLayer::take_path_answer(SecureConnection& connection, const Address& from, Bytes token) {
    if (!connection.path || connection.path->address != from ||
        !std::ranges::equal(token, connection.path->token)) {
        return;
    }
    connection.address = from;
    connection.path.reset();
    ++stats_.secure.migrations;
}

bool SecureLayer::has_room() {
    if (outgoing_.bytes() <= max_outgoing_bytes) return true;
    ++stats_.send_errors;
    return false;
}

void SecureLayer::send_plain(const Address& to, Bytes datagram) {
    if (!has_room()) return;
    outgoing_.begin(to);
    outgoing_.append(datagram);
    outgoing_.end();
}

void SecureLayer::send_sealed(SecureConnection& connection,
                              DatagramType type,
                              const Address& to,
                              Bytes text) {
    if (!has_room()) return;
    outgoing_.begin(to);
    begin_sealed(connection, type);
    outgoing_.append(text);
    outgoing_.end_sealed();
    outgoing_.end();
}

void SecureLayer::begin_sealed(SecureConnection& connection, DatagramType type) {
    const std::uint64_t sequence = connection.next_sequence++;
    outgoing_.begin_sealed(
        {.type = type, .to = connection.theirs, .sequence = static_cast<std::uint32_t>(sequence)},
        *connection.sealing,
        sequence);
}

void SecureLayer::send(ConnectionId to, std::span<const Bytes> parts) {
    SecureConnection* const connection = connections_.find(to);
    if (connection == nullptr) {
        ++stats_.send_errors;
        return;
    }
    if (!has_room()) return;
    if (connection->attempt) {
        std::vector<std::uint8_t> first;
        for (const Bytes part : parts) first.insert(first.end(), part.begin(), part.end());
        handshake_.clear();
        connection->attempt->send(first, now_, handshake_);
        if (!handshake_.empty()) send_plain(connection->address, handshake_);
        return;
    }
    std::size_t bytes = secure_layer_bytes;
    for (const Bytes part : parts) bytes += part.size();

    outgoing_.begin(connection->address, connection->outgoing);
    if (bytes + connection->answer.size() <= max_datagram_bytes) {
        outgoing_.append(connection->answer);
    }
    begin_sealed(*connection, DatagramType::data);
    for (const Bytes part : parts) outgoing_.append(part);
    outgoing_.end_sealed();
    outgoing_.end();
}

void SecureLayer::flush(WorkerThreads* threads) {
    socket_.advance_to(now_);
    if (!config_.accepts) repeat_attempts();
    const bool is_alone = threads == nullptr || threads->count() == 1 ||
                          outgoing_.count() < least_for_threads || !socket_.sends_from_any_thread();
    const std::span lanes = outgoing_.lanes(is_alone ? 1 : threads->count());
    const auto send_lane = [&](std::size_t lane) {
        lanes[lane].seal(outgoing_.buffer());
        socket_.send_all(lanes[lane].outgoing);
    };
    if (is_alone) {
        send_lane(0);
    } else {
        threads->run(send_lane);
    }
    for (const OutgoingDatagrams::Lane& lane : lanes) count(lane.outgoing);
    outgoing_.clear();
    remove_closed();
}

void SecureLayer::count(std::span<const DatagramSocket::Outgoing> sent) {
    for (const DatagramSocket::Outgoing& one : sent) {
        if (one.status != DatagramSocket::Status::ok) {
            ++stats_.send_errors;
            continue;
        }
        ++stats_.datagrams_out;
        stats_.bytes_out += one.bytes.size();
        stats_.largest_datagram_bytes =
            std::max<std::uint64_t>(stats_.largest_datagram_bytes, one.bytes.size());
    }
}

void SecureLayer::remove(ConnectionId id) {
    const SecureConnection* const connection = connections_.find(id);
    if (connection == nullptr) return;
    if (connection->admitted_from) admission_.close(*connection->admitted_from);
    connections_.remove(id);
}

void SecureLayer::remove_closed() {
    for (const ConnectionId id : std::exchange(closing_, {})) remove(id);
}

std::optional<Address> SecureLayer::address_of(ConnectionId id) const {
    const SecureConnection* const connection = connections_.find(id);
    return connection != nullptr ? std::optional(connection->address) : std::nullopt;
}

std::optional<Introduction> SecureLayer::introduction(ConnectionId id) const {
    const SecureConnection* const connection = connections_.find(id);
    if (connection == nullptr || connection->attempt) return std::nullopt;
    return connection->introduction;
}

} // namespace engine_net
