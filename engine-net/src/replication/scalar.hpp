#pragma once

#include "replication/field_table.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace engine_net {

constexpr std::size_t size_of(Scalar scalar) {
    switch (scalar) {
    case Scalar::boolean:
    case Scalar::i8:
    case Scalar::u8: return 1;
    case Scalar::i16:
    case Scalar::u16: return 2;
    case Scalar::i32:
    case Scalar::u32:
    case Scalar::f32: return 4;
    case Scalar::i64:
    case Scalar::u64:
    case Scalar::f64: return 8;
    }
    return 0;
}

/// As a schema calls it.
constexpr const char* name_of(Scalar scalar) {
    switch (scalar) {
    case Scalar::boolean: return "bool";
    case Scalar::i8: return "byte";
    case Scalar::u8: return "ubyte";
    case Scalar::i16: return "short";
    case Scalar::u16: return "ushort";
    case Scalar::i32: return "int";
    case Scalar::u32: return "uint";
    case Scalar::i64: return "long";
    case Scalar::u64: return "ulong";
    case Scalar::f32: return "float";
    case Scalar::f64: return "double";
    }
    return "?";
}

constexpr bool is_floating(Scalar scalar) {
    return scalar == Scalar::f32 || scalar == Scalar::f64;
}

template <class T>
T load(const std::uint8_t* from) {
    T value{};
    std::memcpy(&value, from, sizeof value);
    return value;
}
template <class T>
void store(std::uint8_t* to, T value) {
    std::memcpy(to, &value, sizeof value);
}

/// A whole number, sign-extended to 64 bits; `u64` modulo 2^64. A bool is 0 or 1 whatever its byte.
inline std::int64_t load_whole(Scalar scalar, const std::uint8_t* from) {
    switch (scalar) {
    case Scalar::boolean: return *from != 0;
    case Scalar::i8: return load<std::int8_t>(from);
    case Scalar::u8: return *from;
    case Scalar::i16: return load<std::int16_t>(from);
    case Scalar::u16: return load<std::uint16_t>(from);
    case Scalar::i32: return load<std::int32_t>(from);
    case Scalar::u32: return load<std::uint32_t>(from);
    case Scalar::i64:
    case Scalar::u64: return load<std::int64_t>(from);
    case Scalar::f32:
    case Scalar::f64: break;
    }
    return 0;
}

/// The lowest bytes of `value`, as many as the scalar has.
inline void store_whole(Scalar scalar, std::int64_t value, std::uint8_t* to) {
    std::memcpy(to, &value, size_of(scalar));
}

inline double load_real(Scalar scalar, const std::uint8_t* from) {
    if (scalar == Scalar::f32) return static_cast<double>(load<float>(from));
    if (scalar == Scalar::f64) return load<double>(from);
    return static_cast<double>(load_whole(scalar, from));
}

inline void store_real(Scalar scalar, double value, std::uint8_t* to) {
    if (scalar == Scalar::f32) {
        store(to, static_cast<float>(value));
    } else {
        store(to, value);
    }
}

} // namespace engine_net
