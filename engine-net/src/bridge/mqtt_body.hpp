#pragma once

#include "bridge/mqtt_packet.hpp"

#include <string>

namespace engine_net::bridge::mqtt {

/// Reads what stands in a packet. The first thing that can't be sets a sticky error; that read and
/// all later ones give zeros.
class BodyReader {
public:
    explicit BodyReader(Bytes bytes) : bytes_(bytes) {}

    std::uint8_t byte();
    std::uint16_t number_16();
    std::uint32_t number_32();
    /// Of 7 bits each; longer than it need be is malformed.
    std::uint32_t short_number();
    std::string text();
    std::string binary();
    Bytes take(std::size_t count);

    void fail(Reason error);
    [[nodiscard]] Reason error() const { return error_; }
    [[nodiscard]] bool ok() const { return error_ == Reason::success; }
    [[nodiscard]] Bytes rest() const { return bytes_; }

private:
    Bytes bytes_;
    Reason error_ = Reason::success;
};

/// Which packet's properties: those of a will have rules of their own.
enum class PropertyOwner : std::uint16_t {
    connect = 1,
    will = 2,
    publish = 4,
    puback = 8,
    subscribe = 16,
    unsubscribe = 32,
    disconnect = 64,
};

/// Takes them off `reader`, with their length. One that is unknown, or not of this packet, is
/// malformed; one that comes twice, or has a value that it can't have, is a protocol error.
Properties read_properties(BodyReader& reader, PropertyOwner owner);

} // namespace engine_net::bridge::mqtt
