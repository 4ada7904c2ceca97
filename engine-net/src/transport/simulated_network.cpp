#include "transport/simulated_network_impl.hpp"

#include <algorithm>

namespace engine_net {
namespace {

constexpr IpAddress simulated_v4_host(0x0A00'0001); // 10.0.0.1

/// Where everybody is, by the family that is spoken: 10.0.0.1 and fd00::1.
IpAddress simulated_host(const IpAddress& spoken) {
    if (spoken.is_v4()) return simulated_v4_host;
    IpAddress host;
    host.bytes.front() = 0xFD;
    host.bytes.back() = 1;
    return host;
}

/// One step of a hash that is good enough to tell two runs apart.
std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    return Random(hash ^ value).next();
}

} // namespace

class SimulatedNetwork::Impl::Socket final : public DatagramSocket {
public:
    Socket(Impl& network, std::uint16_t port) : network_(network), port_(port) {}
    ~Socket() override { network_.close(port_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    void advance_to(Time) override {} // the network's own time counts
    Status send(const Address& to, Bytes datagram) override {
        network_.send(port_, to, datagram);
        return Status::ok;
    }
    Received receive(std::span<std::uint8_t> buffer) override {
        return network_.receive(port_, buffer);
    }
    void wait_until(Time) override {} // time passes by `SimulatedNetwork::advance_to` alone
    [[nodiscard]] Address local_address() const override {
        const IpAddress& host = network_.endpoints_[port_].host;
        return {host == IpAddress() ? simulated_v4_host : simulated_host(host), port_};
    }

private:
    Impl& network_;
    std::uint16_t port_;
};

Result<std::unique_ptr<DatagramSocket>, SocketError>
SimulatedNetwork::Impl::open(std::uint16_t port, const IpAddress& host) {
    if (port != 0 && is_taken(port)) return Unexpected(SocketError::port_in_use);
    if (port == 0) port = find_free_port();
    if (port == 0) return Unexpected(SocketError::no_resources);
    endpoints_[port].public_port = port;
    endpoints_[port].host = host;
    return std::unique_ptr<DatagramSocket>(std::make_unique<Socket>(*this, port));
}

bool SimulatedNetwork::Impl::is_taken(std::uint16_t port) const {
    return endpoints_.contains(port) || find_bound_port(port) != 0;
}

std::uint16_t SimulatedNetwork::Impl::find_free_port() {
    constexpr std::uint16_t last = 65'535;
    for (int tries = first_free_port; tries <= last; ++tries) {
        const std::uint16_t port = next_free_port_;
        next_free_port_ = port == last ? first_free_port : static_cast<std::uint16_t>(port + 1);
        if (!is_taken(port)) return port;
    }
    return 0;
}

std::uint16_t SimulatedNetwork::Impl::find_bound_port(std::uint16_t public_port) const {
    const auto same = endpoints_.find(public_port);
    if (same != endpoints_.end() && same->second.public_port == public_port) return public_port;
    const auto rebound = rebound_.find(public_port);
    return rebound != rebound_.end() ? rebound->second : 0;
}

void SimulatedNetwork::Impl::close(std::uint16_t port) {
    rebound_.erase(endpoints_[port].public_port);
    endpoints_.erase(port);
}

void SimulatedNetwork::Impl::set_conditions_of(std::uint16_t port,
                                               const LinkConditions& out,
                                               const LinkConditions& in) {
    own_conditions_[port] = {out, in};
}

void SimulatedNetwork::Impl::rebind(std::uint16_t from, std::uint16_t to) {
    const std::uint16_t bound = find_bound_port(from);
    if (bound == 0) return;
    rebound_.erase(from);
    rebound_[to] = bound;
    endpoints_[bound].public_port = to;
}

void SimulatedNetwork::Impl::send(std::uint16_t port, const Address& to, Bytes datagram) {
    ++sent_;
    largest_bytes_ = std::max(largest_bytes_, datagram.size());
    const std::uint16_t receiver = find_bound_port(to.port);
    const bool has_family = endpoints_[port].has_family_of(to.host) && receiver != 0 &&
                            endpoints_[receiver].has_family_of(to.host);
    if (!has_family || datagram.size() > path_mtu_) {
        ++dropped_;
        return;
    }
    const IpAddress host = simulated_host(to.host);
    travel({port, receiver}, {host, endpoints_[port].public_port}, {host, to.port}, datagram);
}

/// Past the sender's own conditions and the receiver's, or past those for all.
void SimulatedNetwork::Impl::travel(Link link,
                                    const Address& from,
                                    const Address& to,
                                    Bytes datagram) {
    const auto sender = own_conditions_.find(link.first);
    const auto receiver = own_conditions_.find(link.second);
    const bool has_sender = sender != own_conditions_.end();
    const bool has_receiver = receiver != own_conditions_.end();

    const LinkConditions none;
    const LinkConditions& first = has_sender     ? sender->second.out
                                  : has_receiver ? none
                                                 : config_.link;
    const LinkConditions& second = has_receiver ? receiver->second.in : none;
    const Link first_link = has_sender ? Link{link.first, 0} : link;
    const Link second_link = {0, link.second};

    DatagramQueue& inbox = endpoints_[link.second].inbox;
    std::size_t arrivals = 0;
    const Fate halfway = decide(first_link, first, now_, datagram.size());
    for (const Fate::Copy& half : halfway.copies()) {
        const Fate rest = decide(second_link, second, half.due, datagram.size());
        for (Fate::Copy copy : rest.copies()) {
            if (!copy.flipped_bit) copy.flipped_bit = half.flipped_bit;
            if (inbox.push(copy, from, to, datagram)) ++arrivals;
        }
    }
    if (arrivals == 0) ++dropped_;
}

Fate SimulatedNetwork::Impl::decide(Link link,
                                    const LinkConditions& conditions,
                                    Time now,
                                    std::size_t bytes) {
    const std::uint64_t seed = mix(config_.seed, std::uint64_t{link.first} << 16 | link.second);
    return fates_.try_emplace(link, seed).first->second.decide(conditions, now, bytes);
}

DatagramSocket::Received SimulatedNetwork::Impl::receive(std::uint16_t port,
                                                         std::span<std::uint8_t> buffer) {
    Endpoint& endpoint = endpoints_[port];
    while (const DatagramQueue::Datagram* datagram = endpoint.inbox.find_due(now_)) {
        if (datagram->to.port != endpoint.public_port) { // sent before a rebind
            endpoint.inbox.pop();
            ++dropped_;
            continue;
        }
        const std::size_t bytes = std::min(datagram->bytes.size(), buffer.size());
        std::copy_n(datagram->bytes.begin(), bytes, buffer.begin());
        const Address from = datagram->from;
        add_to_digest(*datagram);
        endpoint.inbox.pop();
        return {.status = DatagramSocket::Status::ok, .bytes = bytes, .from = from};
    }
    return {};
}

void SimulatedNetwork::Impl::add_to_digest(const DatagramQueue::Datagram& datagram) {
    digest_ = mix(digest_, static_cast<std::uint64_t>(now_.time_since_epoch().count()));
    digest_ = mix(digest_, std::uint64_t{datagram.from.port} << 16 | datagram.to.port);
    digest_ = mix(digest_, datagram.bytes.size());
    ByteReader reader(datagram.bytes);
    while (reader.rest().size() >= sizeof(std::uint64_t)) {
        digest_ = mix(digest_, reader.read<std::uint64_t>());
    }
    for (const std::uint8_t byte : reader.rest()) digest_ = mix(digest_, byte);
}

SimulatedNetwork::SimulatedNetwork(Config config) : impl_(std::make_unique<Impl>(config)) {}

SimulatedNetwork::~SimulatedNetwork() = default;

void SimulatedNetwork::advance_to(Time now) {
    impl_->advance_to(now);
}

void SimulatedNetwork::set_conditions(const LinkConditions& link) {
    impl_->set_conditions(link);
}

void SimulatedNetwork::set_conditions_of(std::uint16_t port,
                                         const LinkConditions& out,
                                         const LinkConditions& in) {
    impl_->set_conditions_of(port, out, in);
}

void SimulatedNetwork::rebind(std::uint16_t from, std::uint16_t to) {
    impl_->rebind(from, to);
}

void SimulatedNetwork::set_path_mtu(std::size_t bytes) {
    impl_->set_path_mtu(bytes);
}

std::uint64_t SimulatedNetwork::datagrams_sent() const {
    return impl_->sent();
}

std::uint64_t SimulatedNetwork::datagrams_dropped() const {
    return impl_->dropped();
}

std::size_t SimulatedNetwork::largest_datagram_bytes() const {
    return impl_->largest_bytes();
}

std::uint64_t SimulatedNetwork::digest() const {
    return impl_->digest();
}

} // namespace engine_net
