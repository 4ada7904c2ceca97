#include "bridge/ws_frame.hpp"

#include "wire/text.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::bridge {
namespace {

constexpr std::size_t max_control_bytes = 125;
constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t extension_bits = 0x70;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_of_16_bits = 126;
constexpr std::uint8_t length_of_64_bits = 127;

std::uint8_t byte_of(std::size_t value, unsigned place) {
    return static_cast<std::uint8_t>(value >> (8 * place));
}

/// Those that may be sent, by RFC 6455 and its registry.
bool is_close_code(unsigned code) {
    if (code >= 3000) return code < 5000;
    return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

} // namespace

SharedBytes make_frame(Opcode opcode, Bytes payload) {
    auto frame = std::make_shared<std::vector<std::uint8_t>>();
    const std::size_t size = payload.size();
    frame->reserve(size + 10);
    frame->push_back(static_cast<std::uint8_t>(final_bit | static_cast<unsigned>(opcode)));
    if (size < length_of_16_bits) {
        frame->push_back(byte_of(size, 0));
    } else if (size <= 0xFFFF) {
        frame->push_back(length_of_16_bits);
        for (unsigned place = 2; place-- > 0;) frame->push_back(byte_of(size, place));
    } else {
        frame->push_back(length_of_64_bits);
        for (unsigned place = 8; place-- > 0;) frame->push_back(byte_of(size, place));
    }
    frame->insert(frame->end(), payload.begin(), payload.end());
    return frame;
}

SharedBytes make_text(std::string_view text) {
    return make_frame(Opcode::text,
                      {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

SharedBytes make_close(CloseCode code, std::string_view reason) {
    if (code == CloseCode::none) return make_frame(Opcode::close, {});
    const std::string cut = wire::to_utf8(reason, max_control_bytes - 2);
    const auto number = static_cast<std::size_t>(code);
    std::vector<std::uint8_t> payload{byte_of(number, 1), byte_of(number, 0)};
    payload.insert(payload.end(), cut.begin(), cut.end());
    return make_frame(Opcode::close, payload);
}

bool Utf8Check::take(Bytes piece) {
    return std::ranges::all_of(piece, [this](std::uint8_t byte) {
        return missing_ > 0 ? take_next(byte) : take_first(byte);
    });
}

bool Utf8Check::take_next(std::uint8_t byte) {
    if (byte < lowest_ || byte > highest_) return false;
    --missing_;
    lowest_ = 0x80;
    highest_ = 0xBF;
    return true;
}

bool Utf8Check::take_first(std::uint8_t byte) {
    if (byte < 0x80) return true;
    if (byte < 0xC2 || byte > 0xF4) return false; // a stray, overlong or too high one
    missing_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    if (byte == 0xE0) lowest_ = 0xA0;  // no overlong forms
    if (byte == 0xED) highest_ = 0x9F; // no surrogates
    if (byte == 0xF0) lowest_ = 0x90;
    if (byte == 0xF4) highest_ = 0x8F; // nothing above U+10FFFF
    return true;
}

bool FrameReader::fail(CloseCode code) {
    error_ = code;
    return false;
}

bool FrameReader::is_control() const {
    return static_cast<std::uint8_t>(opcode_) >= 8;
}

std::size_t FrameReader::header_bytes() const {
    if (header_has_ < 2) return 2;
    const std::uint8_t length = header_[1] & static_cast<std::uint8_t>(~mask_bit);
    const std::size_t of_mask = (header_[1] & mask_bit) != 0 ? 4 : 0;
    if (length == length_of_16_bits) return 4 + of_mask;
    if (length == length_of_64_bits) return 10 + of_mask;
    return 2 + of_mask;
}

bool FrameReader::read_header(Bytes& input) {
    while (header_has_ < header_bytes()) {
        if (input.empty()) return false;
        header_[header_has_++] = input.front();
        input = input.subspan(1);
        // Told at once, before the rest has come.
        if (header_has_ == 1 && (header_[0] & extension_bits) != 0) {
            return fail(CloseCode::protocol_error);
        }
        if (header_has_ == 2 && (header_[1] & mask_bit) == 0) {
            return fail(CloseCode::protocol_error);
        }
    }
    return begin_frame();
}

/// Of the payload; nothing for a length that is told with more bytes than it needs, or above all.
std::optional<std::uint64_t> FrameReader::told_length() const {
    const std::uint8_t short_length = header_[1] & static_cast<std::uint8_t>(~mask_bit);
    const std::size_t of_length = short_length == length_of_16_bits   ? 2
                                  : short_length == length_of_64_bits ? 8
                                                                      : 0;
    if (of_length == 0) return short_length;
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < of_length; ++i) length = length << 8 | header_[2 + i];
    const std::uint64_t least = of_length == 2 ? length_of_16_bits : 0x1'0000;
    return length >= least && length >> 63 == 0 ? std::optional(length) : std::nullopt;
}

bool FrameReader::begin_frame() {
    const auto length = told_length();
    if (!length) return fail(CloseCode::protocol_error);
    is_final_ = (header_[0] & final_bit) != 0;
    opcode_ = static_cast<Opcode>(header_[0] & 0x0F);
    switch (opcode_) {
    case Opcode::close:
    case Opcode::ping:
    case Opcode::pong:
        if (!is_final_ || *length > max_control_bytes) return fail(CloseCode::protocol_error);
        control_.clear();
        break;
    case Opcode::continuation:
        if (!message_opcode_) return fail(CloseCode::protocol_error);
        if (++fragments_ > max_fragments) return fail(CloseCode::too_big);
        break;
    case Opcode::text:
    case Opcode::binary:
        if (!begin_message(opcode_)) return false;
        break;
    default: return fail(CloseCode::protocol_error);
    }
    if (!is_control() && *length > max_message_bytes_ - message_.size()) {
        return fail(CloseCode::too_big);
    }
    payload_left_ = static_cast<std::size_t>(*length);
    mask_at_ = 0;
    is_in_frame_ = true;
    return true;
}

bool FrameReader::begin_message(Opcode opcode) {
    if (message_opcode_) return fail(CloseCode::protocol_error);
    message_opcode_ = opcode;
    fragments_ = 1;
    utf8_ = {};
    message_.clear();
    return true;
}

void FrameReader::unmask_into(std::vector<std::uint8_t>& out, Bytes masked) {
    const std::uint8_t* mask = header_.data() + header_bytes() - 4;
    const std::size_t at = out.size();
    out.resize(at + masked.size());
    for (std::size_t i = 0; i < masked.size(); ++i) {
        out[at + i] = masked[i] ^ mask[(mask_at_ + i) % 4];
    }
    mask_at_ += masked.size();
}

bool FrameReader::take_payload(Bytes& input) {
    const Bytes piece = input.first(std::min(input.size(), payload_left_));
    input = input.subspan(piece.size());
    payload_left_ -= piece.size();
    std::vector<std::uint8_t>& out = is_control() ? control_ : message_;
    const std::size_t at = out.size();
    unmask_into(out, piece);
    const bool is_text = !is_control() && message_opcode_ == Opcode::text;
    if (is_text && !utf8_.take(Bytes(out).subspan(at))) return fail(CloseCode::not_text);
    return payload_left_ == 0;
}

bool FrameReader::check_close() {
    if (control_.empty()) return true;
    if (control_.size() == 1) return fail(CloseCode::protocol_error);
    if (!is_close_code(static_cast<unsigned>(control_[0]) << 8 | control_[1])) {
        return fail(CloseCode::protocol_error);
    }
    Utf8Check reason;
    if (!reason.take(Bytes(control_).subspan(2)) || !reason.is_complete()) {
        return fail(CloseCode::not_text);
    }
    return true;
}

std::optional<FrameReader::Message> FrameReader::end_frame() {
    is_in_frame_ = false;
    header_has_ = 0;
    if (is_control()) {
        if (opcode_ == Opcode::close && !check_close()) return std::nullopt;
        return Message{opcode_, control_};
    }
    if (!is_final_) return std::nullopt;
    if (message_opcode_ == Opcode::text && !utf8_.is_complete()) {
        fail(CloseCode::not_text);
        return std::nullopt;
    }
    const Opcode opcode = *message_opcode_;
    message_opcode_.reset();
    is_handed_out_ = true;
    return Message{opcode, message_};
}

std::optional<FrameReader::Message> FrameReader::read(Bytes& input) {
    if (std::exchange(is_handed_out_, false)) message_.clear();
    while (error_ == CloseCode::none) {
        if (!is_in_frame_ && !read_header(input)) return std::nullopt;
        if (!take_payload(input)) return std::nullopt;
        if (const auto message = end_frame()) return message;
    }
    return std::nullopt;
}

} // namespace engine_net::bridge
