#include "lobby-watch/model/watched_server.hpp"

#include <chrono>
#include <utility>

using namespace std::chrono_literals;

namespace watch {

using engine_net::AdminAction;
using engine_net::AdminRights;
using engine_net::AdminRoom;
using engine_net::AdminState;
using engine_net::AdminVerb;
using engine_net::RoomId;
using engine_net::Time;

namespace {

/// Nobody reads faster, and a thousand rooms need not be sorted in each frame.
constexpr engine_net::Duration table_time = 250ms;
constexpr engine_net::Duration notice_time = 8s;

} // namespace

WatchedServer::WatchedServer(std::string address, std::unique_ptr<LobbySource> source)
    : address_(std::move(address)), source_(std::move(source)) {}

bool WatchedServer::is_watched() const {
    return source_->state() == AdminState::watching;
}

void WatchedServer::update(Time now) {
    now_ = now;
    source_->poll(now);
    if (!is_watched()) return;
    was_watched_ = true;
    const std::uint32_t tick_rate = source_->tick_rate();
    history_.note(source_->ticks(), tick_rate);
    entities_.update(now, source_->entities(), source_->seen());
    if (is_watching_bytes_) bytes_.note(now, source_->bytes());
    if (tables_at_ && now - *tables_at_ < table_time) return;
    tables_at_ = now;
    rooms_.update(now, source_->rooms(), tick_rate);
    members_.update(now, source_->room_view(), tick_rate);
    room_history_.note(source_->room_view(), tick_rate);
    if (is_watching_bytes_) messages_.update(now, source_->messages());
}

void WatchedServer::watch_bytes(bool is_wanted) {
    is_watching_bytes_ = is_wanted;
    source_->watch_bytes(is_wanted, viewer_);
}

void WatchedServer::hold(bool is_held) {
    history_.pause(is_held);
    bytes_.pause(is_held);
    room_history_.pause(is_held);
}

void WatchedServer::look_at(RoomId room) {
    if (room == room_) return;
    room_ = room;
    viewer_ = {};
    source_->look_at(room);
    tables_at_.reset();
}

const AdminRoom* WatchedServer::listed_room() const {
    const auto& rooms = source_->rooms();
    const auto found = rooms.find(room_);
    return found == rooms.end() ? nullptr : &found->second;
}

std::string WatchedServer::why_not() const {
    if (!is_watched()) return "There is no link to the server.";
    if (source_->rights() != AdminRights::full)
        return "This key may only look; the server's full key may act.";
    return "";
}

void WatchedServer::begin(AdminVerb verb, const Target& target) {
    if (const std::string why = why_not(); !why.empty()) return notify(why, true);
    const auto action = dialogue_.begin(verb, target);
    if (action) act(*action, phrase(verb, target));
}

void WatchedServer::confirm() {
    const auto action = dialogue_.confirm();
    if (action) act(*action, phrase(action->verb, dialogue_.target()));
}

void WatchedServer::begin_link(const Target& target) {
    if (const std::string why = why_not(); !why.empty()) return notify(why, true);
    const MemberRow* const row = members_.find(target.who);
    link_dialogue_.begin(target, row ? row->member.worsened_link : source_->links().of_all);
}

void WatchedServer::worsen_link() {
    act(link_dialogue_.confirm(), phrase(AdminVerb::worsen_link, link_dialogue_.target()));
}

void WatchedServer::take_back_link() {
    act(link_dialogue_.take_back(), "the link as it is by itself");
}

void WatchedServer::take_back_links() {
    act({AdminVerb::worsen_link}, "all links as they are by themselves");
}

std::string WatchedServer::worsened_links() const {
    const engine_net::AdminLinks& links = source_->links();
    std::string words;
    if (!links.of_all.empty()) words = "The links of all players are worsened: " + links.of_all;
    if (links.worsened > 0) {
        words.append(words.empty() ? "Worsened links: " : "; others: ")
            .append(std::to_string(links.worsened));
    }
    return words;
}

void WatchedServer::act(const AdminAction& action, const std::string& phrase) {
    source_->act(action, [this, phrase](const std::string& problem) {
        notify(phrase + ": " + (problem.empty() ? "done" : problem), !problem.empty());
    });
}

void WatchedServer::notify(std::string text, bool is_problem) {
    notice_ = Notice{now_, std::move(text), is_problem};
}

const WatchedServer::Notice* WatchedServer::notice() const {
    return notice_ && now_ - notice_->at < notice_time ? &*notice_ : nullptr;
}

} // namespace watch
