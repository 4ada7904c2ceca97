#pragma once

#include "core/bytes.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/lobby.hpp>

#include <cstdint>
#include <map>
#include <optional>

namespace engine_net {

/// The lobby list as a client knows it.
class RoomList {
public:
    /// What answers this request is taken from now on.
    void watch(std::uint32_t request);
    void stop() { *this = {}; }
    [[nodiscard]] bool is_watching() const { return request_.has_value(); }

    /// False: not RoomNews. What answers a request before the newest is dropped.
    bool receive(Bytes message);
    /// True once after each news.
    [[nodiscard]] bool take_news();
    /// By id. Those of the time before stay until the list has begun anew.
    [[nodiscard]] const std::map<RoomId, RoomSummary>& rooms() const { return rooms_; }
    /// Every room has been told of.
    [[nodiscard]] bool is_whole() const { return is_whole_; }

private:
    std::optional<std::uint32_t> request_;
    std::map<RoomId, RoomSummary> rooms_;
    bool is_whole_ = false;
    bool has_news_ = false;
};

} // namespace engine_net
