#include "transport/link_conditioner.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

LinkConditioner::LinkConditioner(std::unique_ptr<DatagramSocket> inner,
                                 const LinkSimulation& conditions)
    : inner_(std::move(inner))
    , out_{conditions.out, LinkFate(conditions.seed), {}}
    , in_{conditions.in, LinkFate(~conditions.seed), {}} {}

void LinkConditioner::set_conditions(const LinkConditions& out, const LinkConditions& in) {
    out_.conditions = out;
    in_.conditions = in;
}

void LinkConditioner::advance_to(Time now) {
    now_ = now;
    inner_->advance_to(now);
    send_due();
}

DatagramSocket::Status LinkConditioner::send(const Address& to, Bytes datagram) {
    if (out_.is_clear()) return inner_->send(to, datagram);
    queue(out_, now_, {}, to, datagram);
    send_due();
    return Status::ok; // lost on the way is sent all the same
}

DatagramSocket::Received LinkConditioner::receive(std::span<std::uint8_t> buffer) {
    for (;;) {
        if (in_.is_clear()) return inner_->receive(buffer);
        if (const auto* datagram = in_.queue.find_due(now_)) {
            const std::size_t bytes = std::min(datagram->bytes.size(), buffer.size());
            std::copy_n(datagram->bytes.begin(), bytes, buffer.begin());
            const Address from = datagram->from;
            in_.queue.pop();
            return {.status = Status::ok, .bytes = bytes, .from = from};
        }
        const Received received = inner_->receive(received_);
        if (received.status != Status::ok) return {.status = received.status};
        queue(in_, now_, received.from, {}, Bytes(received_).first(received.bytes));
    }
}

void LinkConditioner::wait_until(Time deadline) {
    for (const Direction* direction : {&out_, &in_}) {
        deadline = std::min(deadline, direction->queue.next_due().value_or(deadline));
    }
    inner_->wait_until(deadline);
}

void LinkConditioner::queue(
    Direction& direction, Time now, const Address& from, const Address& to, Bytes datagram) {
    const Fate fate = direction.fate.decide(direction.conditions, now, datagram.size());
    for (const Fate::Copy& copy : fate.copies()) direction.queue.push(copy, from, to, datagram);
}

void LinkConditioner::send_due() {
    while (const auto* datagram = out_.queue.find_due(now_)) {
        inner_->send(datagram->to, datagram->bytes);
        out_.queue.pop();
    }
}

} // namespace engine_net
