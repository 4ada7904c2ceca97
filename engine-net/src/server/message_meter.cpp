#include "server/message_meter.hpp"

#include "control_generated.h"

#include <flatbuffers/flatbuffers.h>

namespace engine_net {

void MessageMeter::note_out(Channel channel, Bytes message) {
    static_assert(static_cast<std::size_t>(wire::Message::MAX) < kinds);
    std::uint8_t kind = 0;
    switch (channel) {
    case Channel::control:
    case Channel::events:
        kind = static_cast<std::uint8_t>(
            flatbuffers::GetRoot<wire::Envelope>(message.data())->message_type());
        break;
    case Channel::bulk:
    case Channel::inputs: kind = message[0]; break;
    case Channel::snapshots: break;
    }
    Count& count = at(channel, kind);
    ++count.messages_out;
    count.bytes_out += message.size();
}

std::vector<wire::AdminMessageLine> MessageMeter::lines() const {
    std::vector<wire::AdminMessageLine> lines;
    for (std::size_t channel = 0; channel < channel_count; ++channel) {
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            const Count& count = counts_[channel][kind];
            if (count.messages_in + count.messages_out == 0) continue;
            lines.emplace_back(static_cast<std::uint8_t>(channel),
                               static_cast<std::uint8_t>(kind),
                               count.messages_in,
                               count.bytes_in,
                               count.messages_out,
                               count.bytes_out);
        }
    }
    return lines;
}

} // namespace engine_net
