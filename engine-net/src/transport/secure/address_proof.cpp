#include "transport/secure/address_proof.hpp"

#include <sodium.h>

#include <cstring>
#include <utility>

namespace engine_net {
namespace {

using namespace std::chrono_literals;

/// A client on a bad link asks once more after half a second, then after one, two, ...
constexpr Duration cookie_lifetime = 15s;
constexpr Duration ticket_lifetime = 24h;
constexpr std::size_t most_spent = 1 << 18;

Duration lifetime_of(ProofKind kind) {
    return kind == ProofKind::cookie ? cookie_lifetime : ticket_lifetime;
}

std::uint32_t to_s(Time now) {
    return static_cast<std::uint32_t>(
        std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count());
}

} // namespace

bool SpentNumbers::spend(std::uint64_t number, Time now) {
    if (now - turn_ > lifetime_) {
        older_ = std::exchange(newer_, {});
        if (now - turn_ > 2 * lifetime_) older_.clear();
        turn_ = now;
    }
    if (newer_.size() >= most_ || is_spent(number)) return false;
    return newer_.insert(number).second;
}

AddressProofs::AddressProofs(FillRandom fill_random)
    : fill_random_(std::move(fill_random))
    , spent_cookies_(cookie_lifetime + 1s, most_spent)
    , spent_tickets_(ticket_lifetime + 1s, most_spent) {
    fill_random_(key_.view());
}

AddressProof AddressProofs::cookie(const Address& address, const PublicKey& ephemeral, Time now) {
    return make(ProofKind::cookie, address, ephemeral, now);
}

AddressProof AddressProofs::ticket(const Address& address, Time now) {
    return make(ProofKind::ticket, address, {}, now);
}

AddressProof
AddressProofs::make(ProofKind kind, const Address& address, Bytes ephemeral, Time now) {
    AddressProof proof;
    proof.until_s = to_s(now + lifetime_of(kind));
    std::array<std::uint8_t, sizeof proof.number> number{};
    fill_random_(number);
    std::memcpy(&proof.number, number.data(), number.size());
    proof.mac = mac_of(kind, proof, address, ephemeral);
    return proof;
}

bool AddressProofs::is_good(ProofKind kind,
                            const AddressProof& proof,
                            const Address& address,
                            const PublicKey& ephemeral,
                            Time now) const {
    if (to_s(now) > proof.until_s) return false;
    const Bytes attempt = kind == ProofKind::cookie ? Bytes(ephemeral) : Bytes();
    const auto mac = mac_of(kind, proof, address, attempt);
    return sodium_memcmp(mac.data(), proof.mac.data(), mac.size()) == 0;
}

bool AddressProofs::is_spent(ProofKind kind, const AddressProof& proof) const {
    return (kind == ProofKind::cookie ? spent_cookies_ : spent_tickets_).is_spent(proof.number);
}

bool AddressProofs::spend(ProofKind kind, const AddressProof& proof, Time now) {
    SpentNumbers& spent = kind == ProofKind::cookie ? spent_cookies_ : spent_tickets_;
    return spent.spend(proof.number, now);
}

std::array<std::uint8_t, 16> AddressProofs::mac_of(ProofKind kind,
                                                   const AddressProof& proof,
                                                   const Address& address,
                                                   Bytes attempt) const {
    const std::uint16_t port = kind == ProofKind::cookie ? address.port : std::uint16_t{0};
    std::vector<std::uint8_t> text;
    text.reserve(80);
    ByteWriter writer(text);
    writer.write(kind);
    writer.write(proof.until_s);
    writer.write(proof.number);
    writer.write_bytes(address.host.bytes);
    writer.write(address.host.scope);
    writer.write(port);
    writer.write_bytes(attempt);

    std::array<std::uint8_t, 16> mac{};
    crypto_generichash(mac.data(), mac.size(), text.data(), text.size(), key_.data(), key_.size());
    return mac;
}

} // namespace engine_net
