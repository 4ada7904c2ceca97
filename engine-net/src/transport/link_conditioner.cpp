#include "transport/link_conditioner.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

LinkConditioner::LinkConditioner(std::unique_ptr<DatagramSocket> inner,
                                 const LinkSimulation& conditions)
    : inner_(std::move(inner))
    , out_{.all = {conditions.out, LinkFate(conditions.seed)}}
    , in_{.all = {conditions.in, LinkFate(~conditions.seed)}} {}

void LinkConditioner::set_conditions(const LinkConditions& out, const LinkConditions& in) {
    out_.all.conditions = out;
    in_.all.conditions = in;
}

void LinkConditioner::Direction::set_own(const Address& address,
                                         const LinkConditions& conditions,
                                         std::uint64_t seed) {
    of.try_emplace(address, Way{{}, LinkFate(seed)}).first->second.conditions = conditions;
}

void LinkConditioner::set_conditions_of(const Address& address, const LinkSimulation& conditions) {
    const std::uint64_t seed = conditions.seed ^ hash_of(address);
    out_.set_own(address, conditions.out, seed);
    in_.set_own(address, conditions.in, ~seed);
}

void LinkConditioner::forget(const Address& address) {
    out_.of.erase(address);
    in_.of.erase(address);
}

void LinkConditioner::advance_to(Time now) {
    now_ = now;
    inner_->advance_to(now);
    send_due();
}

DatagramSocket::Status LinkConditioner::send(const Address& to, Bytes datagram) {
    if (out_.is_clear()) return inner_->send(to, datagram);
    queue(out_, out_.way_of(to), now_, {}, to, datagram);
    send_due();
    return Status::ok; // lost on the way is sent all the same
}

void LinkConditioner::send_all(std::span<Outgoing> datagrams) {
    if (out_.is_clear()) return inner_->send_all(datagrams);
    DatagramSocket::send_all(datagrams);
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
        queue(in_,
              in_.way_of(received.from),
              now_,
              received.from,
              {},
              Bytes(received_).first(received.bytes));
    }
}

void LinkConditioner::wait_until(Time deadline) {
    for (const Direction* direction : {&out_, &in_}) {
        deadline = std::min(deadline, direction->queue.next_due().value_or(deadline));
    }
    inner_->wait_until(deadline);
}

void LinkConditioner::queue(Direction& direction,
                            Way& way,
                            Time now,
                            const Address& from,
                            const Address& to,
                            Bytes datagram) {
    const Fate fate = way.fate.decide(way.conditions, now, datagram.size());
    for (const Fate::Copy& copy : fate.copies()) direction.queue.push(copy, from, to, datagram);
}

void LinkConditioner::send_due() {
    while (const auto* datagram = out_.queue.find_due(now_)) {
        inner_->send(datagram->to, datagram->bytes);
        out_.queue.pop();
    }
}

} // namespace engine_net
