#include "transport/datagram_queue.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {
namespace {

constexpr std::size_t max_datagrams = 65'536;
constexpr std::size_t max_bytes = 64 * 1024 * 1024;
/// As many as a full server sends in a tick or two; more is given back.
constexpr std::size_t max_spare = 4096;

bool is_later(const DatagramQueue::Datagram& a, const DatagramQueue::Datagram& b) {
    return a.due != b.due ? a.due > b.due : a.order > b.order;
}

} // namespace

bool DatagramQueue::push(const Fate::Copy& copy,
                         const Address& from,
                         const Address& to,
                         Bytes bytes) {
    if (heap_.size() >= max_datagrams || bytes_ + bytes.size() > max_bytes) return false;
    bytes_ += bytes.size();
    std::vector<std::uint8_t> memory;
    if (!spare_.empty()) {
        memory = std::move(spare_.back());
        spare_.pop_back();
    }
    memory.assign(bytes.begin(), bytes.end());
    if (copy.flipped_bit) {
        memory[*copy.flipped_bit / 8] ^= static_cast<std::uint8_t>(1u << (*copy.flipped_bit % 8));
    }
    heap_.push_back({copy.due, pushed_++, from, to, std::move(memory)});
    std::push_heap(heap_.begin(), heap_.end(), is_later);
    return true;
}

const DatagramQueue::Datagram* DatagramQueue::find_due(Time now) const {
    return !heap_.empty() && heap_.front().due <= now ? &heap_.front() : nullptr;
}

void DatagramQueue::pop() {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    bytes_ -= heap_.back().bytes.size();
    if (spare_.size() < max_spare) spare_.push_back(std::move(heap_.back().bytes));
    heap_.pop_back();
}

std::optional<Time> DatagramQueue::next_due() const {
    return heap_.empty() ? std::nullopt : std::optional(heap_.front().due);
}

} // namespace engine_net
