#pragma once

#include "core/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine_net {

/// Appends numbers of 0 to 32 bits to a vector, lowest bit first.
class BitWriter {
public:
    explicit BitWriter(std::vector<std::uint8_t>& out) : out_(out) {}

    /// Only the lowest `bits` bits of `value` are taken.
    void write(std::uint32_t value, unsigned bits) {
        pending_ |= (value & mask(bits)) << pending_bits_;
        pending_bits_ += bits;
        while (pending_bits_ >= 8) put_byte();
    }
    /// Fills up the last byte with zeros. Call once, at the end.
    void finish() {
        if (pending_bits_ > 0) {
            out_.push_back(static_cast<std::uint8_t>(pending_));
            pending_ = 0;
            pending_bits_ = 0;
        }
    }
    static constexpr std::uint64_t mask(unsigned bits) { return (std::uint64_t{1} << bits) - 1; }

private:
    void put_byte() {
        out_.push_back(static_cast<std::uint8_t>(pending_));
        pending_ >>= 8;
        pending_bits_ -= 8;
    }

    std::vector<std::uint8_t>& out_;
    std::uint64_t pending_ = 0;
    unsigned pending_bits_ = 0;
};

/// Reads what `BitWriter` wrote. The first read past the end sets a sticky error; that read and all
/// later ones give zeros.
class BitReader {
public:
    explicit BitReader(Bytes bytes) : bytes_(bytes) {}

    std::uint32_t read(unsigned bits) {
        while (pending_bits_ < bits) {
            if (at_ == bytes_.size()) {
                ok_ = false;
                pending_ = 0;
                pending_bits_ = 0;
                return 0;
            }
            pending_ |= std::uint64_t{bytes_[at_++]} << pending_bits_;
            pending_bits_ += 8;
        }
        const auto value = static_cast<std::uint32_t>(pending_ & BitWriter::mask(bits));
        pending_ >>= bits;
        pending_bits_ -= bits;
        return value;
    }
    void fail() { ok_ = false; }
    /// Bits that were read.
    [[nodiscard]] std::size_t at_bits() const { return 8 * at_ - pending_bits_; }
    [[nodiscard]] bool ok() const { return ok_; }
    /// Everything was read, nothing past the end, and the last byte's spare bits are zero.
    [[nodiscard]] bool finished() const {
        return ok_ && at_ == bytes_.size() && pending_bits_ < 8 && pending_ == 0;
    }

private:
    Bytes bytes_;
    std::size_t at_ = 0;
    std::uint64_t pending_ = 0;
    unsigned pending_bits_ = 0;
    bool ok_ = true;
};

} // namespace engine_net
