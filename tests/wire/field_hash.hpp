#pragma once

#include <bit>
#include <cstdint>

namespace engine_net::testing {

/// A hash of the fields of a message, which reads each to its last byte: two messages with the same
/// fields have the same one, however they lie in memory.
class FieldHash {
public:
    [[nodiscard]] std::uint64_t hash() const { return hash_; }

protected:
    void number(std::uint64_t value) { hash_ = (hash_ ^ value) * 0x100000001B3u + 1; }
    void flag(bool value) { number(value ? 1 : 0); }
    void real(double value) { number(std::bit_cast<std::uint64_t>(value)); }
    template <class Enum>
    void choice(Enum value) {
        number(static_cast<std::uint64_t>(value));
    }
    /// A text, or a vector of bytes or numbers.
    template <class Sequence>
    void sequence(const Sequence* values) {
        flag(values != nullptr);
        if (!values) return;
        number(values->size());
        for (const auto value : *values) number(static_cast<std::uint64_t>(value));
    }
    /// A vector of tables or texts, each of which goes to `each`.
    template <class Vector, class Each>
    void list(const Vector* values, Each&& each) {
        flag(values != nullptr);
        if (!values) return;
        number(values->size());
        for (const auto* value : *values) each(*value);
    }

private:
    std::uint64_t hash_ = 0xCBF29CE484222325u;
};

} // namespace engine_net::testing
