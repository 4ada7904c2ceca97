#pragma once

#include "bridge/exchange.hpp"

#include <deque>
#include <functional>
#include <unordered_map>

namespace engine_net::bridge {

/// What was asked of the server, and who waits for the answer.
class Asks {
public:
    using OnAnswer = std::function<void(const tell::Answer&)>;

    explicit Asks(Exchange& exchange) : exchange_(&exchange) {}

    GuestId new_guest() { return GuestId{++guests_}; }

    /// `on_answer` is called once: at once, with `not_now`, when the server has too much to do.
    template <class What>
    void ask(What what, OnAnswer on_answer) {
        const std::uint64_t ticket = ++tickets_;
        waiting_[ticket] = std::move(on_answer);
        what.ticket = ticket;
        if (has_room_for(std::move(what))) return;
        tell::Answer refused;
        refused.ticket = ticket;
        refused.error = tell::Error::not_now;
        refused.detail = "The server has too much to do.";
        on_told(refused);
    }
    /// What has no answer and must arrive: kept until there is room.
    void tell(Ask what);

    void on_told(const tell::Answer& answer);
    void on_time();

private:
    bool has_room_for(Ask what);

    Exchange* exchange_;
    std::uint64_t tickets_ = 0;
    std::uint64_t guests_ = 0;
    std::unordered_map<std::uint64_t, OnAnswer> waiting_;
    std::deque<Ask> kept_;
};

} // namespace engine_net::bridge
