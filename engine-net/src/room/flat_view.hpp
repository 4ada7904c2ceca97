#pragma once

#include "core/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace engine_net {

/// Reads a FlatBuffer by positions in it. Each read is checked against the end and copies what it
/// reads, so any bytes at any address will do, and nothing is to be verified before.
///
///     table  | i32 way back to its vtable | fields ...
///     vtable | u16 its bytes | u16 table's bytes | u16 place of a field in the table, or 0 | ...
///     text   | u32 bytes | bytes | 0
class FlatView {
public:
    explicit FlatView(Bytes bytes) : bytes_(bytes) {}

    [[nodiscard]] bool has(std::size_t at, std::size_t count) const {
        return count <= bytes_.size() && at <= bytes_.size() - count;
    }
    template <class T>
    [[nodiscard]] std::optional<T> read(std::size_t at) const {
        if (!has(at, sizeof(T))) return std::nullopt;
        T value{};
        std::memcpy(&value, bytes_.data() + at, sizeof(T));
        return value;
    }
    /// `count` bytes that are there; for what is checked by `has`.
    [[nodiscard]] const std::uint8_t* at(std::size_t at) const { return bytes_.data() + at; }

    /// Where the offset that stands at `at` leads to.
    [[nodiscard]] std::optional<std::size_t> follow(std::size_t at) const {
        const std::optional<std::uint32_t> offset = read<std::uint32_t>(at);
        if (!offset || *offset == 0 || !has(at + *offset, 1)) return std::nullopt;
        return at + *offset;
    }
    /// Where the vtable of the table at `table` is.
    [[nodiscard]] std::optional<std::size_t> find_vtable(std::size_t table) const {
        const std::optional<std::int32_t> back = read<std::int32_t>(table);
        if (!back) return std::nullopt;
        const std::int64_t place = static_cast<std::int64_t>(table) - *back;
        if (place < 0) return std::nullopt;
        return static_cast<std::size_t>(place);
    }
    /// Where a table's field is, by its place in the vtable; nothing when it was not set.
    [[nodiscard]] std::optional<std::size_t> find_field(std::size_t table,
                                                        std::uint16_t place) const {
        const std::optional<std::size_t> vtable = find_vtable(table);
        const std::optional<std::uint16_t> size =
            vtable ? read<std::uint16_t>(*vtable) : std::nullopt;
        if (!size || std::size_t{place} + sizeof(place) > *size) return std::nullopt;
        const std::optional<std::uint16_t> offset = read<std::uint16_t>(*vtable + place);
        if (!offset || *offset == 0) return std::nullopt;
        return table + *offset;
    }
    [[nodiscard]] std::optional<std::string_view> text(std::size_t at) const {
        const std::optional<std::uint32_t> size = read<std::uint32_t>(at);
        if (!size || !has(at + sizeof(*size), *size)) return std::nullopt;
        return std::string_view(reinterpret_cast<const char*>(this->at(at + sizeof(*size))), *size);
    }

private:
    Bytes bytes_;
};

} // namespace engine_net
