#include "transport/secure/attempt.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace engine_net {
namespace {

using namespace std::chrono_literals;

/// After so many without an answer the server may have forgotten its cookie.
constexpr int most_requests = 3;
/// Before the first repetition; then twice as long each time.
constexpr Duration first_pause = 250ms;
constexpr Duration longest_pause = 1s;

constexpr std::size_t introduction_bytes = key_bytes + proof_bytes;

} // namespace

std::string to_text(const Introduction& introduction) {
    std::vector<std::uint8_t> bytes(introduction.server.begin(), introduction.server.end());
    write(introduction.ticket, bytes);
    return to_text(Bytes(bytes));
}

std::optional<Introduction> parse_introduction(std::string_view text) {
    std::array<std::uint8_t, introduction_bytes> bytes{};
    if (!parse_hex(text, bytes)) return std::nullopt;
    ByteReader reader(bytes);
    Introduction introduction;
    introduction.server = reader.read<PublicKey>();
    introduction.ticket = read_proof(reader);
    return introduction;
}

Attempt::Attempt(Config config, ConnectionId id, const std::optional<Introduction>& introduction)
    : config_(std::move(config)), id_(id) {
    start_over();
    if (introduction && (!config_.pinned || *config_.pinned == introduction->server)) {
        server_ = introduction->server;
        proof_ = introduction->ticket;
        proof_kind_ = ProofKind::ticket;
    }
}

void Attempt::start_over() {
    ephemeral_ = make_key_pair(config_.fill_random);
    proof_.reset();
    noise_.reset();
    requests_ = 0;
}

void Attempt::send(Bytes datagram, Time now, std::vector<std::uint8_t>& out) {
    if (!first_.empty()) return;
    first_.assign(datagram.begin(), datagram.end());
    pause_ = first_pause;
    send_now(now, out);
}

void Attempt::repeat(Time now, std::vector<std::uint8_t>& out) {
    if (first_.empty() || now < next_) return;
    pause_ = std::min(2 * pause_, longest_pause);
    if (requests_ >= most_requests) start_over();
    send_now(now, out);
}

/// Clients that were all cut off at once do not all ask at once again.
Duration Attempt::somewhat_like(Duration pause) const {
    std::array<std::uint8_t, 1> random{};
    config_.fill_random(random);
    return pause * (192 + random[0] / 2) / 256; // three quarters to five quarters
}

void Attempt::send_now(Time now, std::vector<std::uint8_t>& out) {
    next_ = now + somewhat_like(pause_);
    awaits_challenge_ = true;
    if (proof_) return ask(out);
    write(Hello{.version = secure_version, .ephemeral = ephemeral_.open}, out);
}

Attempt::Outcome
Attempt::take(const Challenge& challenge, Time now, std::vector<std::uint8_t>& out) {
    if (!awaits_challenge_ || challenge.attempt != attempt_of(ephemeral_.open)) {
        return Outcome::ignored;
    }
    if (challenge.version != secure_version) return Outcome::other_version;
    if (config_.pinned && *config_.pinned != challenge.server) return Outcome::other_server;
    awaits_challenge_ = false;
    if (challenge.server != server_) noise_.reset();
    server_ = challenge.server;
    proof_ = challenge.proof;
    proof_kind_ = ProofKind::cookie;
    requests_ = 0;
    pause_ = first_pause;
    next_ = now + somewhat_like(pause_);
    ask(out);
    return Outcome::goes_on;
}

bool Attempt::is_about(const Refusal& refusal) const {
    return requests_ > 0 && refusal.attempt == attempt_of(ephemeral_.open);
}

void Attempt::ask(std::vector<std::uint8_t>& out) {
    if (!noise_) seal_request();
    write_request(proof_kind_, *proof_, request_, out);
    ++requests_;
}

void Attempt::seal_request() {
    noise_.emplace(handshake_prologue(), server_, ephemeral_);
    std::vector<std::uint8_t> payload;
    write(RequestPayload{.client = id_, .has_fast_aes = config_.has_fast_aes, .datagram = first_},
          payload);
    request_.clear();
    // For a key that is none: the server challenges what it can't open, and tells its own.
    if (!noise_->write(payload, request_)) request_.resize(noise_message_bytes);
}

std::optional<Attempt::Agreed> Attempt::take_answer(Bytes noise) const {
    if (!noise_) return std::nullopt;
    std::vector<std::uint8_t> payload;
    const std::optional<AgreedKeys> keys = noise_->read(noise, payload);
    if (!keys) return std::nullopt;
    const std::optional<AnswerPayload> answer = read_answer_payload(payload);
    if (!answer) return std::nullopt;
    return Agreed{*keys, *answer};
}

} // namespace engine_net
