#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace engine_net {

static_assert(std::endian::native == std::endian::little,
              "the wire is little-endian, as FlatBuffers is");

using Bytes = std::span<const std::uint8_t>;

/// Reads fixed-size values off the wire. The first read past the end sets a sticky error; that read
/// and all later ones give zeros. Check `ok` once at the end.
class ByteReader {
public:
    explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

    template <class T>
    requires std::is_trivially_copyable_v<T> T read() {
        T value{};
        if (const Bytes bytes = read_bytes(sizeof(T)); !bytes.empty()) {
            std::memcpy(static_cast<void*>(&value), bytes.data(), sizeof(T));
        }
        return value;
    }
    /// The next `count` bytes, or none with the error set.
    Bytes read_bytes(std::size_t count) {
        if (count > bytes_.size()) {
            ok_ = false;
            bytes_ = {};
            return {};
        }
        const Bytes taken = bytes_.first(count);
        bytes_ = bytes_.subspan(count);
        return taken;
    }
    [[nodiscard]] Bytes rest() const { return bytes_; }
    [[nodiscard]] bool ok() const { return ok_; }
    /// Everything was read, and nothing past the end.
    [[nodiscard]] bool finished() const { return ok_ && bytes_.empty(); }

private:
    Bytes bytes_;
    bool ok_ = true;
};

/// Appends fixed-size values to a vector that the caller keeps for reuse.
class ByteWriter {
public:
    explicit ByteWriter(std::vector<std::uint8_t>& out) : out_(out) {}

    template <class T>
    requires std::is_trivially_copyable_v<T>
    void write(const T& value) {
        const std::size_t at = out_.size();
        out_.resize(at + sizeof(T));
        std::memcpy(out_.data() + at, &value, sizeof(T));
    }
    void write_bytes(Bytes bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

private:
    std::vector<std::uint8_t>& out_;
};

} // namespace engine_net
