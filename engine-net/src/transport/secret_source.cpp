#include "transport/secret_source.hpp"

#include "core/assert.hpp"

#include <sodium.h>

#include <array>
#include <cstring>

namespace engine_net {

SecretSource::SecretSource(std::optional<std::uint64_t> seed) : seed_(seed) {
    [[maybe_unused]] const int ready = sodium_init();
    ENGINE_NET_ASSERT(ready >= 0);
}

void SecretSource::fill(std::span<std::uint8_t> out) {
    if (out.empty()) return;
    if (!seed_) {
        randombytes_buf(out.data(), out.size());
        return;
    }
    std::array<std::uint8_t, randombytes_SEEDBYTES> key{};
    std::memcpy(key.data(), &*seed_, sizeof *seed_);
    std::memcpy(key.data() + sizeof *seed_, &drawn_, sizeof drawn_);
    ++drawn_;
    randombytes_buf_deterministic(out.data(), out.size(), key.data());
}

std::uint64_t SecretSource::next() {
    std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
    fill(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

} // namespace engine_net
