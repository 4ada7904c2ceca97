#pragma once

#include "bridge/http_request.hpp"
#include "bridge/http_response.hpp"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace engine_net::bridge {

/// The public rooms, as JSON.
class RoomPages {
public:
    static constexpr std::size_t max_per_page = 200;
    /// Rooms of the channel `lobby/rooms`: more are only counted.
    static constexpr std::size_t max_listed = 200;
    /// Answers that are kept until the rooms change.
    static constexpr std::size_t max_cached = 64;

    using Viewers = std::function<std::size_t(RoomId)>;

    explicit RoomPages(Viewers viewers) : viewers_(std::move(viewers)) {}

    void on_told(const tell::RoomList& list);
    /// The same rooms, but other viewers.
    void forget() { cached_.clear(); }

    [[nodiscard]] bool is_known() const { return list_ != nullptr; }
    [[nodiscard]] const RoomSummary* find(RoomId room) const;
    /// Of `/api/rooms`, by its query.
    HttpResponse page(const HttpRequest& request);
    [[nodiscard]] HttpResponse one(std::string_view id) const;
    /// {"rooms":[...],"total":N}
    [[nodiscard]] std::string list() const;
    [[nodiscard]] std::string json_of(const RoomSummary& room) const;
    /// By id.
    [[nodiscard]] std::span<const RoomSummary> all() const {
        return list_ ? std::span<const RoomSummary>(*list_) : std::span<const RoomSummary>();
    }

private:
    [[nodiscard]] HttpResponse make_page(const HttpRequest& request) const;

    Viewers viewers_;
    std::shared_ptr<const std::vector<RoomSummary>> list_;
    std::map<std::string, HttpResponse> cached_;
};

} // namespace engine_net::bridge
