#include "bridge/channel_log.hpp"

#include "bridge/json_text.hpp"
#include "bridge/ws_frame.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace engine_net::bridge {
namespace {

std::string_view name_of(ChannelKind kind) {
    switch (kind) {
    case ChannelKind::message: return "message";
    case ChannelKind::chat: return "chat";
    case ChannelKind::member: return "member";
    case ChannelKind::joined: return "joined";
    case ChannelKind::left: return "left";
    }
    return "message";
}

bool parse_number(std::string_view text, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

} // namespace

std::string to_text(Position position) {
    return std::to_string(position.epoch) + "-" + std::to_string(position.number);
}

std::optional<Position> parse_position(std::string_view text) {
    const std::size_t dash = text.find('-');
    Position position;
    if (dash == std::string_view::npos || !parse_number(text.substr(0, dash), position.epoch) ||
        !parse_number(text.substr(dash + 1), position.number)) {
        return std::nullopt;
    }
    return position;
}

SharedBytes make_stream_event(std::string_view event, std::string_view id, std::string_view json) {
    auto bytes = std::make_shared<std::vector<std::uint8_t>>();
    const auto add = [&](std::string_view text) {
        bytes->insert(bytes->end(), text.begin(), text.end());
    };
    if (!id.empty()) {
        add("id: ");
        add(id);
        add("\n");
    }
    add("event: ");
    add(event);
    add("\ndata: ");
    add(json);
    add("\n\n");
    return bytes;
}

Said::Said(std::string_view channel, Position at, tell::ChannelItem item)
    : channel_(channel), at_(to_text(at)), item_(std::move(item)) {}

const std::string& Said::json() const {
    if (!json_.empty()) return json_;
    json_ = bridge::to_text(Json{{"channel", channel_},
                                 {"at", at_},
                                 {"kind", name_of(item_.kind)},
                                 {"user", item_.user},
                                 {"name", item_.name},
                                 {"event", item_.event},
                                 {"data", payload_json(item_.kind, item_.payload)}});
    return json_;
}

const SharedBytes& Said::on_websocket() const {
    return as(Form::websocket, [this] {
        return make_text(R"({"op":"message",)" + json().substr(1));
    });
}

const SharedBytes& Said::on_stream() const {
    return as(Form::stream, [this] {
        const bool is_member = item_.kind == ChannelKind::member;
        return make_stream_event("message", is_member ? "" : at_, json());
    });
}

Said ChannelLog::make(tell::ChannelItem item, std::uint64_t number) const {
    const bool is_member = item.kind == ChannelKind::member;
    item.number = number;
    return {name_, {epoch_, is_member ? next_ - 1 : number}, std::move(item)};
}

void ChannelLog::open(const tell::ChannelOpened& opened) {
    said_.clear();
    members_.clear();
    epoch_ = opened.epoch;
    next_ = std::max<std::uint64_t>(opened.next, 1);
    const auto kept = std::min<std::uint64_t>(opened.items.size(), next_ - 1);
    next_ -= kept;
    for (std::size_t i = opened.items.size() - static_cast<std::size_t>(kept);
         i < opened.items.size();
         ++i) {
        said_.push_back(make(opened.items[i], next_));
        ++next_;
    }
    for (const tell::ChannelItem& member : opened.members) note_member(member);
}

void ChannelLog::add(const tell::ChannelItem& item) {
    // Numbers follow each other; should one ever be left out, what lies before it is gone.
    if (item.number > next_) {
        said_.clear();
        next_ = item.number;
    }
    note_member(item);
    said_.push_back(make(item, next_));
    ++next_;
    if (said_.size() > max_kept) said_.pop_front();
}

void ChannelLog::note_member(const tell::ChannelItem& item) {
    if (item.kind == ChannelKind::left) {
        members_.erase(item.user);
    } else if (item.kind == ChannelKind::member || item.kind == ChannelKind::joined) {
        tell::ChannelItem member = item;
        member.kind = ChannelKind::member;
        member.not_to = {};
        members_.insert_or_assign(item.user, make(std::move(member), 0));
    }
}

void ChannelLog::open_newest_only(std::uint64_t epoch) {
    epoch_ = epoch;
    has_only_newest_ = true;
}

void ChannelLog::set_newest(std::string_view event, const std::string& data) {
    said_.clear();
    const tell::ChannelItem item{
        next_, ChannelKind::message, {}, {}, std::string(event), {data.begin(), data.end()}};
    said_.push_back(make(item, next_));
    ++next_;
}

ChannelLog::Start ChannelLog::start_after(Position position) const {
    const bool is_known =
        position.epoch == epoch_ && position.number + 1 >= begin() && position.number < next_;
    if (is_known) return {position.number + 1, false};
    if (has_only_newest_) return {begin(), false};
    // A server that is cut off from its cluster lacks what others have told already.
    const bool is_ahead = position.epoch == epoch_ && position.number >= next_ &&
                          position.number < std::numeric_limits<std::uint64_t>::max();
    return is_ahead ? Start{position.number + 1, false} : Start{begin(), true};
}

ChannelLog::Start ChannelLog::start_with_newest(std::size_t count) const {
    if (has_only_newest_) return {begin(), false};
    return {next_ - std::min<std::uint64_t>(count, said_.size()), false};
}

} // namespace engine_net::bridge
