#pragma once

#include "bridge/exchange.hpp"
#include "core/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

/// The frames of RFC 6455:
///
///     bit  fin, 3 bits of extensions (none here), 4 bits opcode
///     bit  is masked (all from browsers are), 7 bits length; 126: u16 follows; 127: u64 follows
///     u32  mask, if masked; lengths are big endian
///     ...  payload
namespace engine_net::bridge {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10,
};

/// Why a connection ends. From 4000 on they are ours: see `BRIDGE.md`.
enum class CloseCode : std::uint16_t {
    none = 0,
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    unsupported = 1003,
    not_text = 1007,
    too_big = 1009,
    not_allowed = 4001,
    late_hello = 4002,
    too_fast = 4003,
    too_slow = 4004,
    resumed_elsewhere = 4005,
};

/// A whole frame, as a server sends it: header and payload, without a mask.
SharedBytes make_frame(Opcode opcode, Bytes payload);
SharedBytes make_text(std::string_view text);
/// A reason longer than a control frame has room for is cut.
SharedBytes make_close(CloseCode code, std::string_view reason);

/// Checks a text that comes in pieces.
class Utf8Check {
public:
    /// False: it can't become UTF-8 any more.
    bool take(Bytes piece);
    [[nodiscard]] bool is_complete() const { return missing_ == 0; }

private:
    bool take_first(std::uint8_t byte);
    bool take_next(std::uint8_t byte);

    std::uint32_t missing_ = 0;  ///< bytes of the character that has begun
    std::uint8_t lowest_ = 0x80; ///< that the next byte may be
    std::uint8_t highest_ = 0xBF;
};

/// Puts a browser's messages together. Bytes may come in pieces of any length.
class FrameReader {
public:
    /// The payload lives until the next `read`.
    struct Message {
        Opcode opcode = Opcode::text; ///< never `continuation`
        Bytes payload{};
    };

    /// More pieces in a message than that are nobody's honest message.
    static constexpr std::uint32_t max_fragments = 4096;

    explicit FrameReader(std::size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}

    /// Takes what belongs to the next message or control frame off `input`. Nothing: it needs more,
    /// or `error` says why there will be none.
    std::optional<Message> read(Bytes& input);
    /// What the connection is to be closed with.
    [[nodiscard]] CloseCode error() const { return error_; }

private:
    bool read_header(Bytes& input);
    [[nodiscard]] std::optional<std::uint64_t> told_length() const;
    bool begin_frame();
    bool begin_message(Opcode opcode);
    void unmask_into(std::vector<std::uint8_t>& out, Bytes masked);
    bool take_payload(Bytes& input);
    bool check_close();
    std::optional<Message> end_frame();
    bool fail(CloseCode code);
    [[nodiscard]] std::size_t header_bytes() const;
    [[nodiscard]] bool is_control() const;

    std::size_t max_message_bytes_;
    std::array<std::uint8_t, 14> header_{};
    std::size_t header_has_ = 0;
    bool is_in_frame_ = false;
    std::size_t payload_left_ = 0;
    std::size_t mask_at_ = 0;
    Opcode opcode_ = Opcode::text; ///< of this frame
    bool is_final_ = false;
    std::optional<Opcode> message_opcode_; ///< of the message that has begun
    std::uint32_t fragments_ = 0;
    Utf8Check utf8_;
    std::vector<std::uint8_t> message_;
    std::vector<std::uint8_t> control_;
    bool is_handed_out_ = false; ///< `message_` was, and begins anew with the next
    CloseCode error_ = CloseCode::none;
};

} // namespace engine_net::bridge
