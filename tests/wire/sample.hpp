#pragma once

#include "wire/control.hpp"
#include "wire/control_encoder.hpp"

#include <engine_net/limits.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace engine_net::testing {

/// A valid message, in memory of exactly its size, so that a sanitizer sees any read beyond it.
struct ControlSample {
    std::string name;
    wire::Message kind;
    std::vector<std::uint8_t> bytes;
};

/// Collects samples: what they share, whichever encoder makes them.
class SampleList {
public:
    [[nodiscard]] const std::vector<ControlSample>& all() const { return samples_; }

protected:
    void add(std::string name, wire::Message kind, Bytes bytes) {
        samples_.push_back({std::move(name), kind, {bytes.begin(), bytes.end()}});
    }

private:
    std::vector<ControlSample> samples_;
};

inline constexpr std::array<std::uint8_t, wire::secret_bytes> sample_secret{
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255};

/// As many characters of four bytes as fit.
inline std::string longest_text(std::size_t max_bytes) {
    std::string text;
    while (text.size() + 4 <= max_bytes) text += "\xF0\x9F\x9A\x80"; // a rocket
    return text;
}

inline std::string longest_name() {
    return longest_text(max_name_bytes);
}

inline std::vector<std::uint8_t> sample_bytes(std::size_t count) {
    std::vector<std::uint8_t> bytes(count, 0xA5);
    return bytes;
}

/// A request to join somehow, without what is not every such request's.
inline wire::ControlEncoder::JoinRoom asking_to(wire::JoinMode mode) {
    return {6, mode, {}, "arena", {}, 0, 0};
}

} // namespace engine_net::testing
