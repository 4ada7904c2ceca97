#pragma once

#include "core/bytes.hpp"
#include "replication/codec/size_meter.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace engine_net {

/// Probabilities of the coder are in 1/65536ths, and never 0 or 1.
inline constexpr std::uint32_t probability_one = 65536;

/// A binary range coder of 32 bits that carries back into the bytes already written (G. N. N.
/// Martin, "Range encoding", 1979; the carry as in Schindler's and Bocharova's variants). The last
/// zero bytes, up to four, are not written: the decoder reads zeros past the end.
class RangeEncoder {
public:
    static constexpr bool is_encoder = true;

    /// Writes into `out`, which must have room for all that is coded; see `bytes`.
    explicit RangeEncoder(std::span<std::uint8_t> out) : out_(out) {}

    bool bit(bool value, std::uint32_t probability_of_one) {
        const std::uint32_t bound = (range_ >> 16) * probability_of_one;
        // Without a branch, which would be missed as often as the answer is a surprise.
        const std::uint32_t no = std::uint32_t{value} - 1; // all ones for a no
        low_ += bound & no;
        range_ = bound + ((range_ - 2 * bound) & no);
        normalise();
        return value;
    }
    /// Up to 16 bits that are as likely as not, at once.
    std::uint32_t bits(std::uint32_t value, unsigned count) {
        range_ >>= count;
        low_ += std::uint64_t{range_} * value;
        normalise();
        return value;
    }
    /// Bytes so far, of which the last four are not written yet.
    [[nodiscard]] std::size_t bytes() const { return at_ + 4; }
    /// The bytes written, the shortest that say it.
    std::size_t finish();

private:
    static constexpr std::uint32_t least_range = 1u << 24;

    void normalise() {
        while (range_ < least_range) {
            put_byte();
            range_ <<= 8;
        }
    }
    /// The highest byte of `low_`, and what it carries into those before.
    void put_byte() {
        if (low_ >> 32 != 0) carry();
        if (at_ < out_.size()) out_[at_] = static_cast<std::uint8_t>(low_ >> 24);
        ++at_;
        low_ = low_ << 8 & 0xFFFFFFFF;
    }
    void carry() {
        for (std::size_t i = at_; i-- > 0;) {
            if (i < out_.size() && ++out_[i] != 0) return;
        }
    }

    std::span<std::uint8_t> out_;
    std::size_t at_ = 0;
    std::uint64_t low_ = 0; ///< of 32 bits, and one that is yet to be carried
    std::uint32_t range_ = 0xFFFFFFFF;
};

/// The other end. Any bytes decode to something, and never past the end of them.
class RangeDecoder {
public:
    static constexpr bool is_encoder = false;

    /// `meter`, if any, is told whose the bits are, and outlives it.
    explicit RangeDecoder(Bytes bytes, SizeMeter* meter = nullptr) : bytes_(bytes), meter_(meter) {
        for (int i = 0; i < 4; ++i) code_ = code_ << 8 | take();
        if (meter_) meter_->begin();
    }

    /// What was read since the last of these three belongs to the type before, to a field of the
    /// type at hand, or to the rest of that.
    void enter_type(std::size_t number) {
        if (meter_) meter_->enter_type(number, at_bits());
    }
    void end_field(std::size_t field) {
        if (meter_) meter_->end_field(field, at_bits());
    }
    void end_rest() {
        if (meter_) meter_->end_rest(at_bits());
    }

    /// The value is ignored: it stands there so that both coders are called alike.
    bool bit(bool, std::uint32_t probability_of_one) {
        const std::uint32_t bound = (range_ >> 16) * probability_of_one;
        const bool value = code_ < bound;
        const std::uint32_t no = std::uint32_t{value} - 1; // all ones for a no
        code_ -= bound & no;
        range_ = bound + ((range_ - 2 * bound) & no);
        normalise();
        return value;
    }
    std::uint32_t bits(std::uint32_t, unsigned count) {
        range_ >>= count;
        const std::uint32_t value = std::min(code_ / range_, (1u << count) - 1);
        code_ -= value * range_;
        normalise();
        return value;
    }
    /// False: more was read than an encoder can have left out.
    [[nodiscard]] bool is_sound() const { return at_ <= bytes_.size() + 4; }

private:
    static constexpr std::uint32_t least_range = 1u << 24;

    void normalise() {
        while (range_ < least_range) {
            code_ = code_ << 8 | take();
            range_ <<= 8;
        }
    }
    std::uint32_t take() {
        const std::uint32_t byte = at_ < bytes_.size() ? bytes_[at_] : 0;
        ++at_;
        return byte;
    }

    /// What has been read says this much: the range is as small as that is unlikely.
    [[nodiscard]] double at_bits() const {
        return 8 * static_cast<double>(at_) - std::log2(static_cast<double>(range_));
    }

    Bytes bytes_;
    SizeMeter* meter_;
    std::size_t at_ = 0;
    std::uint32_t range_ = 0xFFFFFFFF;
    std::uint32_t code_ = 0;
};

/// The lowest `bits` of a value, up to 32, that are as likely as not.
template <class Coder>
std::uint32_t code_raw(Coder& coder, std::uint32_t value, unsigned bits) {
    constexpr unsigned most = 16;
    std::uint32_t told = 0;
    if (bits > most) {
        bits -= most;
        told = coder.bits(value >> bits & 0xFFFF, most) << bits;
    }
    return told | coder.bits(value & ((1u << bits) - 1), bits);
}

} // namespace engine_net
