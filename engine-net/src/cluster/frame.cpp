#include "cluster/frame.hpp"

#include <sodium.h>

#include <cstring>
#include <vector>

namespace engine_net::cluster {

namespace {

Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace

std::string FrameSeal::seal(const FramePurpose& purpose, NodeStay from, Bytes bytes) {
    std::vector<std::uint8_t> frame(sizeof(Mac));
    frame.reserve(head_bytes + bytes.size());
    ByteWriter writer(frame);
    writer.write(from.node.value);
    writer.write(from.epoch);
    writer.write(++last_sequence_);
    writer.write_bytes(bytes);
    const Mac mac = mac_of(purpose, Bytes(frame).subspan(sizeof(Mac)));
    std::memcpy(frame.data(), mac.data(), mac.size());
    return {frame.begin(), frame.end()};
}

std::optional<Frame>
FrameSeal::open(const FramePurpose& purpose, std::string_view frame, std::size_t max_bytes) const {
    if (frame.size() < head_bytes || frame.size() - head_bytes > max_bytes) return std::nullopt;
    ByteReader reader(bytes_of(frame));
    const auto given = reader.read<Mac>();
    const Mac mac = mac_of(purpose, reader.rest());
    if (sodium_memcmp(mac.data(), given.data(), mac.size()) != 0) return std::nullopt;
    Frame opened;
    opened.from.node.value = reader.read<std::uint16_t>();
    opened.from.epoch = reader.read<std::uint64_t>();
    opened.sequence = reader.read<std::uint64_t>();
    opened.bytes = reader.rest();
    return opened;
}

/// Lengths before names, so that no two purposes are the same bytes.
FrameSeal::Mac FrameSeal::mac_of(const FramePurpose& purpose, Bytes head_and_bytes) const {
    std::vector<std::uint8_t> before;
    ByteWriter writer(before);
    writer.write(purpose.kind);
    for (const std::string_view name : {purpose.name, purpose.user}) {
        writer.write(static_cast<std::uint32_t>(name.size()));
        writer.write_bytes(bytes_of(name));
    }
    crypto_generichash_state state;
    crypto_generichash_init(&state, key_.data(), key_.size(), sizeof(Mac));
    crypto_generichash_update(&state, before.data(), before.size());
    crypto_generichash_update(&state, head_and_bytes.data(), head_and_bytes.size());
    Mac mac{};
    crypto_generichash_final(&state, mac.data(), mac.size());
    return mac;
}

} // namespace engine_net::cluster
