#include "transport/secure/connection_table.hpp"

#include "core/assert.hpp"
#include "core/fetch.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace engine_net {
namespace {

std::size_t place_of(ConnectionId id) {
    return id & 0xFFFFu;
}

} // namespace

ConnectionTable::ConnectionTable(std::size_t most, std::size_t groups, FillRandom fill_random)
    : fill_random_(std::move(fill_random)), places_(most), in_group_(groups) {
    // ENet takes the highest address for any; place 65,535 is the only one that could come to it.
    ENGINE_NET_ASSERT(most >= 1 && most <= 0xFFFF);
    ENGINE_NET_ASSERT(groups >= 1 && groups <= 0xFF);
    for (std::size_t i = 0; i < most; ++i) free_.push_back(static_cast<std::uint16_t>(i));
}

SecureConnection* ConnectionTable::add() {
    if (free_.empty()) return nullptr;
    const std::uint16_t place = free_.front();
    free_.pop_front();

    std::array<std::uint8_t, 2> random{};
    fill_random_(random);
    auto connection = std::make_unique<SecureConnection>();
    // Never 0, which is no host for ENet.
    const ConnectionId upper = random[0] | random[1] << 8;
    connection->id = (upper == 0 ? 1 : upper) << 16 | place;
    const auto fewest = std::ranges::min_element(in_group_);
    ++*fewest;
    connection->group = static_cast<std::uint8_t>(fewest - in_group_.begin());
    places_[place] = std::move(connection);
    return places_[place].get();
}

void ConnectionTable::remove(ConnectionId id) {
    const SecureConnection* const connection = find(id);
    if (connection == nullptr) return;
    --in_group_[connection->group];
    places_[place_of(id)].reset();
    free_.push_back(static_cast<std::uint16_t>(place_of(id)));
}

SecureConnection* ConnectionTable::find(ConnectionId id) const {
    const std::size_t place = place_of(id);
    if (place >= places_.size() || !places_[place]) return nullptr;
    SecureConnection& connection = *places_[place];
    return connection.id == id ? &connection : nullptr;
}

void ConnectionTable::fetch(ConnectionId id) const {
    const std::size_t place = place_of(id);
    if (place < places_.size() && places_[place]) engine_net::fetch(*places_[place]);
}

} // namespace engine_net
