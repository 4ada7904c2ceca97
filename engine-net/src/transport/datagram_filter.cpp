#include "transport/datagram_filter.hpp"

#include "transport/host.hpp"

#include <engine_net/limits.hpp>

#include <enet/enet.h>

#include <algorithm>

namespace engine_net {
namespace {

constexpr std::uint8_t acknowledged = ENET_PROTOCOL_COMMAND_FLAG_ACKNOWLEDGE;
constexpr std::uint8_t unsequenced = ENET_PROTOCOL_COMMAND_FLAG_UNSEQUENCED;
constexpr std::uint8_t no_channel = 0xFF;

bool carries_reliable(std::uint8_t channel) {
    return is_reliable(Channel{channel});
}

bool carries_unreliable(std::uint8_t channel) {
    return channel < channel_count && !is_reliable(Channel{channel});
}

/// A number of two bits, or none yet.
bool is_session(std::uint8_t number) {
    return number <= 3 || number == 0xFF;
}

template <class Connect>
bool is_good_connect(const Connect& command) {
    return command.header.channelID == no_channel &&
           ntohs(command.outgoingPeerID) < ENET_PROTOCOL_MAXIMUM_PEER_ID &&
           is_session(command.incomingSessionID) && is_session(command.outgoingSessionID) &&
           ntohl(command.mtu) == enet_mtu_bytes && ntohl(command.channelCount) == channel_count &&
           command.incomingBandwidth == 0 && command.outgoingBandwidth == 0;
}

/// All fragments but the last are of one length, so the length of the whole fixes the rest.
bool is_good_fragment(const ENetProtocolSendFragment& command) {
    const std::size_t total = ntohl(command.totalLength);
    const std::size_t number = ntohl(command.fragmentNumber);
    const std::size_t count = (total + max_message_bytes - 1) / max_message_bytes;
    if (count < 2 || ntohl(command.fragmentCount) != count || number >= count) return false;
    const std::size_t offset = number * max_message_bytes;
    return ntohl(command.fragmentOffset) == offset &&
           ntohs(command.dataLength) == std::min(max_message_bytes, total - offset);
}

bool skip_data(ByteReader& reader, std::size_t bytes) {
    return bytes > 0 && reader.read_bytes(bytes).size() == bytes;
}

DatagramVerdict inspect_fragment(ByteReader& reader) {
    const auto command = reader.read<ENetProtocolSendFragment>();
    if (ntohl(command.totalLength) > max_reliable_message_bytes) {
        return DatagramVerdict::oversize_message;
    }
    const bool good = carries_reliable(command.header.channelID) && is_good_fragment(command) &&
                      skip_data(reader, ntohs(command.dataLength));
    return good ? DatagramVerdict::good : DatagramVerdict::malformed;
}

bool is_good_command(ByteReader& reader, std::uint8_t command, std::uint8_t channel) {
    switch (command) {
    case ENET_PROTOCOL_COMMAND_ACKNOWLEDGE:
        reader.read<ENetProtocolAcknowledge>();
        return reader.ok();
    case ENET_PROTOCOL_COMMAND_VERIFY_CONNECT | acknowledged:
        return is_good_connect(reader.read<ENetProtocolVerifyConnect>());
    case ENET_PROTOCOL_COMMAND_DISCONNECT | acknowledged:
    case ENET_PROTOCOL_COMMAND_DISCONNECT | unsequenced:
        reader.read<ENetProtocolDisconnect>();
        return reader.ok() && channel == no_channel;
    case ENET_PROTOCOL_COMMAND_PING | acknowledged:
        reader.read<ENetProtocolPing>();
        return reader.ok() && channel == no_channel;
    case ENET_PROTOCOL_COMMAND_SEND_RELIABLE | acknowledged: {
        const auto send = reader.read<ENetProtocolSendReliable>();
        return carries_reliable(channel) && skip_data(reader, ntohs(send.dataLength));
    }
    case ENET_PROTOCOL_COMMAND_SEND_UNSEQUENCED | unsequenced: {
        const auto send = reader.read<ENetProtocolSendUnsequenced>();
        return carries_unreliable(channel) && skip_data(reader, ntohs(send.dataLength));
    }
    default: return false;
    }
}

DatagramVerdict inspect_command(ByteReader& reader) {
    const Bytes rest = reader.rest();
    if (rest.size() < sizeof(ENetProtocolCommandHeader)) return DatagramVerdict::malformed;
    const std::uint8_t command = rest[0];
    if (command == (ENET_PROTOCOL_COMMAND_SEND_FRAGMENT | acknowledged)) {
        return inspect_fragment(reader);
    }
    return is_good_command(reader, command, rest[1]) ? DatagramVerdict::good
                                                     : DatagramVerdict::malformed;
}

/// To a peer number that stands for "none yet": exactly one CONNECT.
bool is_good_request_to_connect(ByteReader& reader) {
    const auto connect = reader.read<ENetProtocolConnect>();
    return reader.finished() && is_good_connect(connect) &&
           connect.header.command == (ENET_PROTOCOL_COMMAND_CONNECT | acknowledged);
}

} // namespace

DatagramVerdict inspect_datagram(Bytes datagram, bool accepts_connections) {
    if (datagram.size() > enet_mtu_bytes) return DatagramVerdict::oversize_message;
    ByteReader reader(datagram);
    const std::uint16_t receiver = ntohs(reader.read<std::uint16_t>());
    if ((receiver & ENET_PROTOCOL_HEADER_FLAG_COMPRESSED) != 0) return DatagramVerdict::malformed;
    if ((receiver & ENET_PROTOCOL_HEADER_FLAG_SENT_TIME) != 0) reader.read<std::uint16_t>();
    if (reader.rest().empty()) return DatagramVerdict::malformed;

    if ((receiver & ENET_PROTOCOL_MAXIMUM_PEER_ID) == ENET_PROTOCOL_MAXIMUM_PEER_ID) {
        return accepts_connections && is_good_request_to_connect(reader)
                   ? DatagramVerdict::good
                   : DatagramVerdict::malformed;
    }
    while (!reader.rest().empty()) {
        const DatagramVerdict verdict = inspect_command(reader);
        if (verdict != DatagramVerdict::good) return verdict;
    }
    return reader.ok() ? DatagramVerdict::good : DatagramVerdict::malformed;
}

} // namespace engine_net
