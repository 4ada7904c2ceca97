#pragma once

#include "transport/datagram_queue.hpp"
#include "transport/datagram_socket.hpp"
#include "transport/link_fate.hpp"

#include <engine_net/link_conditions.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>

namespace engine_net {

/// Puts a bad link before a socket, in both directions: the same for all, or one for an address of
/// its own. A direction that nothing worsens costs next to nothing.
class LinkConditioner final : public DatagramSocket {
public:
    LinkConditioner(std::unique_ptr<DatagramSocket> inner, const LinkSimulation& conditions);

    /// From now on; what is on its way keeps its fate. The seed is not set anew.
    void set_conditions(const LinkConditions& out, const LinkConditions& in);
    /// The same for what goes to one address and comes from it, in place of those for all.
    void set_conditions_of(const Address& address, const LinkSimulation& conditions);
    /// Those for all hold for it again.
    void forget(const Address& address);

    void advance_to(Time now) override;
    Status send(const Address& to, Bytes datagram) override;
    /// At once while nothing worsens the way out, else one by one.
    void send_all(std::span<Outgoing> datagrams) override;
    [[nodiscard]] bool sends_from_any_thread() const override {
        return out_.is_clear() && inner_->sends_from_any_thread();
    }
    Received receive(std::span<std::uint8_t> buffer) override;
    void wait_until(Time deadline) override;
    [[nodiscard]] Address local_address() const override { return inner_->local_address(); }

private:
    struct Way {
        LinkConditions conditions;
        LinkFate fate;
    };
    struct Direction {
        Way all;
        std::map<Address, Way> of{}; ///< those that have one of their own
        DatagramQueue queue{};

        /// What comes now neither changes nor waits.
        [[nodiscard]] bool is_clear() const {
            return of.empty() && !worsens(all.conditions) && !queue.next_due().has_value();
        }
        [[nodiscard]] Way& way_of(const Address& address) {
            const auto own = of.find(address);
            return own == of.end() ? all : own->second;
        }
        void set_own(const Address& address, const LinkConditions& conditions, std::uint64_t seed);
    };

    static void queue(Direction& direction,
                      Way& way,
                      Time now,
                      const Address& from,
                      const Address& to,
                      Bytes datagram);
    void send_due();

    std::unique_ptr<DatagramSocket> inner_;
    Direction out_;
    Direction in_;
    Time now_{};
    std::array<std::uint8_t, 4096> received_{}; ///< as much as ENet takes; we send less
};

} // namespace engine_net
