#pragma once

#include "transport/host.hpp"

#include <engine_net/limits.hpp>

#include <cstdlib>

namespace engine_net::testing {

/// Aborts on a message that its channel does not allow.
class MessageChecker final : public HostListener {
    void on_connect(PeerId) override {}
    void on_disconnect(PeerId) override {}
    void on_message(PeerId, Channel channel, Bytes message) override {
        const std::size_t limit =
            is_reliable(channel) ? max_reliable_message_bytes : max_message_bytes;
        if (message.empty() || message.size() > limit) std::abort();
    }
};

} // namespace engine_net::testing
