#include "bridge/room_pages.hpp"

#include "bridge/json_text.hpp"

#include <algorithm>
#include <charconv>

namespace engine_net::bridge {
namespace {

std::string_view name_of(RoomPhase phase) {
    switch (phase) {
    case RoomPhase::waiting: return "waiting";
    case RoomPhase::countdown: return "countdown";
    case RoomPhase::playing: return "playing";
    case RoomPhase::ended: return "ended";
    }
    return "playing";
}

bool parse_number(std::string_view text, std::size_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

bool contains(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(), [](char a, char b) {
               return is_same_word({&a, 1}, {&b, 1});
           }) != text.end();
}

bool matches(const RoomSummary& room, const HttpRequest& request) {
    const std::string_view kind = request.parameter("kind");
    const std::string_view name = request.parameter("name");
    const std::string_view open = request.parameter("open");
    if (!kind.empty() && room.kind != kind) return false;
    if (!name.empty() && !contains(room.name, name)) return false;
    if (open.empty()) return true;
    const bool is_open = !room.is_locked && room.players < room.capacity;
    return is_open == (open == "1" || open == "true");
}

/// Whether `a` comes before `b`, by one of the words that `sort` may have.
using Order = bool (*)(const RoomSummary& a, const RoomSummary& b);

/// By one member of a room.
template <auto member>
bool comes_before(const RoomSummary& a, const RoomSummary& b) {
    return a.*member < b.*member;
}

Order order_of(std::string_view word) {
    if (word == "players") return comes_before<&RoomSummary::players>;
    if (word == "name") return comes_before<&RoomSummary::name>;
    if (word == "age") return comes_before<&RoomSummary::age>;
    if (word == "capacity") return comes_before<&RoomSummary::capacity>;
    if (word == "id") return comes_before<&RoomSummary::id>;
    return nullptr;
}

/// False: there is no such order.
bool sort(std::vector<const RoomSummary*>& rooms, std::string_view word) {
    if (word.empty()) return true;
    const bool is_descending = word.starts_with('-');
    if (is_descending) word.remove_prefix(1);
    const Order order = order_of(word);
    if (!order) return false;
    std::stable_sort(rooms.begin(), rooms.end(), [&](const auto* a, const auto* b) {
        return is_descending ? order(*b, *a) : order(*a, *b);
    });
    return true;
}

} // namespace

void RoomPages::on_told(const tell::RoomList& list) {
    list_ = list.rooms;
    forget();
}

const RoomSummary* RoomPages::find(RoomId room) const {
    if (!list_) return nullptr;
    const auto found =
        std::lower_bound(list_->begin(), list_->end(), room, [](const RoomSummary& one, RoomId id) {
            return one.id < id;
        });
    return found != list_->end() && found->id == room ? &*found : nullptr;
}

std::string RoomPages::json_of(const RoomSummary& room) const {
    const double age = std::chrono::duration<double>(room.age).count();
    return to_text({{"id", room.id.value},
                    {"kind", room.kind},
                    {"name", room.name},
                    {"players", room.players},
                    {"capacity", room.capacity},
                    {"spectators", room.spectators},
                    {"viewers", viewers_(room.id)},
                    {"phase", name_of(room.phase)},
                    {"locked", room.is_locked},
                    {"password", room.has_password},
                    {"age", age},
                    {"node", room.node},
                    {"uncertain", room.is_uncertain},
                    {"metadata", base64(room.metadata)}});
}

HttpResponse RoomPages::page(const HttpRequest& request) {
    std::string key;
    for (const auto& [name, value] : request.query) key.append(name + '\n').append(value + '\n');
    if (const auto found = cached_.find(key); found != cached_.end()) return found->second;
    HttpResponse response = make_page(request);
    if (response.status == 200) response.headers.emplace_back("ETag", etag_of(response.body));
    if (cached_.size() < max_cached) cached_[key] = response;
    return response;
}

HttpResponse RoomPages::make_page(const HttpRequest& request) const {
    if (!list_) return refusal_response(503);
    std::size_t page = 1;
    std::size_t per_page = 50;
    const auto read = [&](std::string_view name, std::size_t& number) {
        const std::string_view text = request.parameter(name);
        return text.empty() || (parse_number(text, number) && number > 0);
    };
    if (!read("page", page) || !read("per_page", per_page)) {
        return error_response(400, "bad_request", "page and per_page are numbers from 1 on.");
    }
    per_page = std::min(per_page, max_per_page);

    std::vector<const RoomSummary*> rooms;
    for (const RoomSummary& room : *list_) {
        if (matches(room, request)) rooms.push_back(&room);
    }
    if (!sort(rooms, request.parameter("sort"))) {
        return error_response(
            400, "bad_request", "sort is id, name, players, capacity or age, after - descending.");
    }
    const std::size_t first =
        page - 1 > rooms.size() / per_page ? rooms.size() : (page - 1) * per_page;
    const std::size_t end = std::min(rooms.size(), first + per_page);
    std::string body = "{\"rooms\":[";
    for (std::size_t i = first; i < end; ++i) {
        if (i > first) body += ",";
        body += json_of(*rooms[i]);
    }
    body +=
        "],\"total\":" + std::to_string(rooms.size()) + ",\"page\":" + std::to_string(page) + "}";
    return json_response(std::move(body));
}

HttpResponse RoomPages::one(std::string_view id) const {
    std::size_t number = 0;
    const bool is_number = parse_number(id, number) && number <= 0xFFFF'FFFF;
    const RoomSummary* room =
        is_number ? find(RoomId{static_cast<std::uint32_t>(number)}) : nullptr;
    if (!room) return error_response(404, "not_found", "There is no public room with this id.");
    HttpResponse response = json_response(json_of(*room));
    response.headers.emplace_back("ETag", etag_of(response.body));
    return response;
}

std::string RoomPages::list() const {
    std::string text = "{\"rooms\":[";
    const std::size_t count = list_ ? std::min(list_->size(), max_listed) : 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) text += ",";
        text += json_of((*list_)[i]);
    }
    return text + "],\"total\":" + std::to_string(list_ ? list_->size() : 0) + "}";
}

} // namespace engine_net::bridge
