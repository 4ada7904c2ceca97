#pragma once

#include "transport/datagram_queue.hpp"
#include "transport/datagram_socket.hpp"
#include "transport/link_fate.hpp"

#include <engine_net/link_conditions.hpp>

#include <array>
#include <memory>

namespace engine_net {

/// Puts a bad link before a socket, in both directions. A direction that nothing worsens costs next
/// to nothing.
class LinkConditioner final : public DatagramSocket {
public:
    LinkConditioner(std::unique_ptr<DatagramSocket> inner, const LinkSimulation& conditions);

    /// From now on; what is on its way keeps its fate. The seed is not set anew.
    void set_conditions(const LinkConditions& out, const LinkConditions& in);

    void advance_to(Time now) override;
    Status send(const Address& to, Bytes datagram) override;
    Received receive(std::span<std::uint8_t> buffer) override;
    void wait_until(Time deadline) override;
    [[nodiscard]] Address local_address() const override { return inner_->local_address(); }

private:
    struct Direction {
        LinkConditions conditions;
        LinkFate fate;
        DatagramQueue queue;

        /// What comes now neither changes nor waits.
        [[nodiscard]] bool is_clear() const {
            return !worsens(conditions) && !queue.next_due().has_value();
        }
    };

    static void
    queue(Direction& direction, Time now, const Address& from, const Address& to, Bytes datagram);
    void send_due();

    std::unique_ptr<DatagramSocket> inner_;
    Direction out_;
    Direction in_;
    Time now_{};
    std::array<std::uint8_t, 4096> received_{}; ///< as much as ENet takes; we send less
};

} // namespace engine_net
