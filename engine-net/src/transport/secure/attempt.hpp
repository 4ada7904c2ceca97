#pragma once

#include "core/bytes.hpp"
#include "transport/secure/datagrams.hpp"
#include "transport/secure/keys.hpp"
#include "transport/secure/noise.hpp"

#include <engine_net/clock.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// What a client keeps of a server that it was connected to, and shows at its next attempt, which
/// is then a round trip shorter. Good for once.
struct Introduction {
    PublicKey server{};
    AddressProof ticket{};
};

/// 120 hexadecimal digits, and nothing else.
std::string to_text(const Introduction& introduction);
std::optional<Introduction> parse_introduction(std::string_view text);

/// A client on its way to a connection, from the first datagram that ENet wants to send.
class Attempt {
public:
    struct Config {
        FillRandom fill_random;
        std::optional<PublicKey> pinned; ///< no other server will do
        bool has_fast_aes = false;
    };
    Attempt(Config config, ConnectionId id, const std::optional<Introduction>& introduction);

    /// ENet sends `datagram`, the same each time. Appends what is to be sent now: nothing but the
    /// first time.
    void send(Bytes datagram, Time now, std::vector<std::uint8_t>& out);
    /// Appends what is to be sent again by now, if anything is.
    void repeat(Time now, std::vector<std::uint8_t>& out);

    enum class Outcome : std::uint8_t {
        ignored,       ///< not an answer to what was sent
        goes_on,       ///< what is to be sent now was appended
        other_server,  ///< it is not the one that was pinned
        other_version, ///< it speaks another version of this handshake
    };
    Outcome take(const Challenge& challenge, Time now, std::vector<std::uint8_t>& out);
    /// Whether it is the answer to what was sent.
    [[nodiscard]] bool is_about(const Refusal& refusal) const;

    struct Agreed {
        AgreedKeys keys;
        AnswerPayload answer;
    };
    /// Nothing: forged, or not an answer to this.
    [[nodiscard]] std::optional<Agreed> take_answer(Bytes noise) const;
    /// Of an attempt that was answered.
    [[nodiscard]] const PublicKey& server() const { return server_; }

private:
    void start_over();
    void seal_request();
    void ask(std::vector<std::uint8_t>& out);
    [[nodiscard]] Duration somewhat_like(Duration pause) const;
    void send_now(Time now, std::vector<std::uint8_t>& out);

    Config config_;
    ConnectionId id_;
    KeyPair ephemeral_;
    std::vector<std::uint8_t> first_; ///< ENet's
    PublicKey server_{};
    std::optional<AddressProof> proof_;
    ProofKind proof_kind_ = ProofKind::cookie;
    std::optional<NoiseInitiator> noise_; ///< its message is `request_`
    std::vector<std::uint8_t> request_;   ///< never another one for the same key
    Time next_{};
    Duration pause_{};
    int requests_ = 0;              ///< sent since the last challenge
    bool awaits_challenge_ = false; ///< one for each that was sent
};

} // namespace engine_net
