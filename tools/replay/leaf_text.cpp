#include "leaf_text.hpp"

#include "replication/scalar.hpp"

#include <array>
#include <charconv>

using namespace engine_net;

namespace {

template <class Number>
std::string shortest(Number number) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
    return {text.data(), end.ptr};
}

} // namespace

std::string text_of(const StructLeaf& leaf, const std::uint8_t* state) {
    const std::uint8_t* const at = state + leaf.offset;
    switch (leaf.scalar) {
    case Scalar::f32: return shortest(load<float>(at));
    case Scalar::f64: return shortest(load<double>(at));
    case Scalar::u64: return shortest(load<std::uint64_t>(at));
    case Scalar::boolean:
    case Scalar::i8:
    case Scalar::u8:
    case Scalar::i16:
    case Scalar::u16:
    case Scalar::i32:
    case Scalar::u32:
    case Scalar::i64: break;
    }
    return shortest(load_whole(leaf.scalar, at));
}
