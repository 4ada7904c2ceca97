#include "transport/secure/admission.hpp"

#include <utility>

namespace engine_net {
namespace {

using namespace std::chrono_literals;

/// All of one address's are a household's; more than this wait nowhere, their clients ask again.
constexpr std::size_t most_waiting = 512;
/// Its client has asked again, with another request, or has gone.
constexpr Duration longest_wait = 5s;

} // namespace

Admission::Admission(FillRandom fill_random, KeyPair identity, const Config& config)
    : fill_random_(std::move(fill_random))
    , identity_(std::move(identity))
    , challenges_(fill_random_, config.max_challenges)
    , limiter_(config.limits)
    , has_fast_aes_(config.has_fast_aes)
    , proofs_(fill_random_) {}

void Admission::begin_tick(Time now, bool is_full) {
    is_full_ = is_full;
    challenges_.renew();
    while (!waiting_.empty() && now - waiting_.front().since > longest_wait) {
        limiter_.close(waiting_.front().from);
        waiting_.pop_front();
    }
}

void Admission::take(const Hello& hello,
                     const Address& from,
                     Time now,
                     SecureStats& stats,
                     std::vector<std::uint8_t>& out) {
    if (!challenges_.take(from)) {
        ++stats.unchallenged;
        return;
    }
    Challenge challenge;
    challenge.version = secure_version;
    challenge.attempt = attempt_of(hello.ephemeral);
    challenge.proof = proofs_.cookie(from, hello.ephemeral, now);
    challenge.server = identity_.open;
    write(challenge, out);
}

void Admission::take(const Request& request,
                     const Address& from,
                     Time now,
                     SecureStats& stats,
                     std::vector<std::uint8_t>& out) {
    if (waiting_.size() >= most_waiting) {
        ++stats.too_many;
        return;
    }
    const bool is_ours = request.version == secure_version &&
                         proofs_.is_good(request.kind, request.proof, from, request.ephemeral, now);
    // Looked at first: whoever sends another's request again must not use up that one's share.
    const bool is_spent = is_ours && proofs_.is_spent(request.kind, request.proof);
    if (is_ours && !is_spent) {
        if (is_welcome(request, from, now, stats, out)) let_wait(request, from, now, stats);
        return;
    }
    ++(is_spent ? stats.replayed : stats.unproved);
    // A cookie that was shown twice is a datagram that came twice.
    if (is_spent && request.kind == ProofKind::cookie) return;
    take(Hello{.version = request.version, .ephemeral = request.ephemeral}, from, now, stats, out);
}

bool Admission::is_welcome(const Request& request,
                           const Address& from,
                           Time now,
                           SecureStats& stats,
                           std::vector<std::uint8_t>& out) {
    const auto verdict = is_full_ ? AddressLimiter::Verdict::welcome : limiter_.open(from, now);
    if (!is_full_ && verdict == AddressLimiter::Verdict::welcome) return true;
    std::uint64_t& refused = is_full_ ? stats.server_full : stats.over_limit;
    ++refused;
    if (verdict == AddressLimiter::Verdict::too_fast) return false;
    write(Refusal{.version = secure_version,
                  .attempt = attempt_of(request.ephemeral),
                  .reason =
                      is_full_ ? RefusalReason::server_full : RefusalReason::too_many_from_address},
          out);
    return false;
}

void Admission::let_wait(const Request& request,
                         const Address& from,
                         Time now,
                         SecureStats& stats) {
    if (!proofs_.spend(request.kind, request.proof, now)) {
        limiter_.close(from);
        ++stats.too_many;
        return;
    }
    waiting_.push_back({from, now, {request.noise.begin(), request.noise.end()}});
}

std::optional<Admission::Admitted> Admission::next(ConnectionId id, Time now, SecureStats& stats) {
    const Waiting waiting = std::move(waiting_.front());
    waiting_.pop_front();

    NoiseResponder noise(handshake_prologue(), identity_);
    std::vector<std::uint8_t> text;
    std::optional<RequestPayload> payload;
    if (noise.read(waiting.noise, text)) payload = read_request_payload(text);
    if (!payload) {
        limiter_.close(waiting.from);
        ++stats.forged;
        return std::nullopt;
    }

    Admitted admitted;
    admitted.address = waiting.from;
    admitted.client = payload->client;
    admitted.cipher =
        payload->has_fast_aes && has_fast_aes_ ? Cipher::aes_256_gcm : Cipher::chacha20_poly1305;
    admitted.first.assign(payload->datagram.begin(), payload->datagram.end());

    std::vector<std::uint8_t> answer;
    write(AnswerPayload{.server = id,
                        .cipher = static_cast<std::uint8_t>(admitted.cipher),
                        .ticket = proofs_.ticket(waiting.from, now)},
          answer);
    ByteWriter writer(admitted.answer);
    writer.write(DatagramType::answer);
    writer.write(payload->client);
    const std::optional<AgreedKeys> keys =
        noise.write(make_key_pair(fill_random_), answer, admitted.answer);
    if (!keys) {
        limiter_.close(waiting.from);
        return std::nullopt;
    }
    admitted.keys = *keys;
    return admitted;
}

} // namespace engine_net
