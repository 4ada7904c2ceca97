#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace engine_net {

/// Unpredictable bytes: the system's randomness, or, for tests, a ChaCha20 stream of a seed
/// (libsodium's randombytes_buf_deterministic), the same each time.
class SecretSource {
public:
    explicit SecretSource(std::optional<std::uint64_t> seed);

    void fill(std::span<std::uint8_t> out);
    std::uint64_t next();

private:
    std::optional<std::uint64_t> seed_;
    std::uint64_t drawn_ = 0;
};

} // namespace engine_net
