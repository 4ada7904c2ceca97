#include "server/loop.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>

namespace engine_net {

// What admins do to the server.

/// "" when it is done.
std::string Server::Loop::act(const Session& session,
                              const AdminGate::Admin& admin,
                              const wire::AdminAct& act) {
    const auto verb = static_cast<AdminVerb>(act.verb());
    const std::string text(wire::view_of(act.text()));
    // A line of the log is to be one line, and what players are told is to be shown as it is.
    if (!text.empty() && !wire::is_display_text(text, max_chat_bytes)) return "that can't be said";
    const RoomId id{act.room()};
    const PresenceId who{act.presence()};
    std::string what = "admin: " + std::string(name_of(verb));
    if (id.is_set()) what += ", room " + std::to_string(id.value);
    if (who.is_set()) what += ", presence " + std::to_string(who.value);
    if (!text.empty()) what += ", \"" + text + "\"";
    if (const auto link = host_->link_of(session.peer()))
        what += ", by " + shortened(link->address);
    if (admin.rights != AdminRights::full) {
        log(LogLevel::warning, what + ": refused, it may only look");
        return "this key is for looking alone";
    }
    std::string problem;
    switch (verb) {
    case AdminVerb::say: problem = say_as_admin(id, text); break;
    case AdminVerb::drain: drain_as_admin(text); break;
    case AdminVerb::worsen_link: problem = worsen_link(session.id(), id, who, text); break;
    default: problem = act_on_room(verb, id, who, text); break;
    }
    if (!problem.empty()) what += ": " + problem;
    log(LogLevel::info, what);
    if (id.is_set()) note_act(id, what);
    return problem;
}

/// For those who look at the room.
void Server::Loop::note_act(RoomId room, const std::string& text) {
    auto& acts = admins_.acts;
    acts.push_back({room, text});
    const auto is_of_room = [&](const AdminGate::Act& act) {
        return act.room == room;
    };
    if (std::ranges::count_if(acts, is_of_room) > AdminGate::kept_acts)
        acts.erase(std::ranges::find_if(acts, is_of_room));
}

std::string Server::Loop::say_as_admin(RoomId room, const std::string& text) {
    if (room.is_set() && !directory_.find(room)) return "there is no such room";
    if (text.empty()) return "there is nothing to say";
    const std::string channel = room.is_set() ? room_channel(room) : "lobby";
    const Player admin{.name = "admin"};
    const Bytes payload(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    const Saying saying{.channel = channel, .kind = ChannelKind::chat, .payload = payload};
    return say({.player = &admin}, saying, {}) ? "" : "there are too many channels";
}

void Server::Loop::drain_as_admin(const std::string& text) {
    drain(config_.drain_time, text.empty() ? closing_reason() : text.substr(0, max_reason_bytes));
}

std::string
Server::Loop::act_on_room(AdminVerb verb, RoomId id, PresenceId who, const std::string& text) {
    RoomInstance* const room = directory_.find(id);
    if (!room) return "there is no such room";
    const std::string reason = text.substr(0, max_reason_bytes);
    const auto about = [](bool is_done) {
        return is_done ? std::string() : "nobody of that number is in the room";
    };
    switch (verb) {
    case AdminVerb::kick: return about(room->remove(who, reason, false));
    case AdminVerb::ban: return about(room->remove(who, reason, true));
    case AdminVerb::mute: return about(room->set_muted(who, true));
    case AdminVerb::unmute: return about(room->set_muted(who, false));
    case AdminVerb::lock: room->set_locked(true); break;
    case AdminVerb::unlock: room->set_locked(false); break;
    case AdminVerb::close_room: room->close(reason); break;
    case AdminVerb::pause: room->pause(0); break;
    case AdminVerb::step:
        if (!room->is_paused()) return "the room is not paused";
        room->pause(1);
        break;
    case AdminVerb::run: room->run_on(); break;
    case AdminVerb::drop_link: return about(drop_link(*room, who));
    case AdminVerb::add_bot: return add_bot(*room);
    case AdminVerb::start_recording: return start_recording(*room);
    case AdminVerb::stop_recording: return stop_recording(*room);
    case AdminVerb::say:
    case AdminVerb::drain:
    case AdminVerb::worsen_link: break;
    }
    return {};
}

std::string Server::Loop::add_bot(RoomInstance& room) {
    if (!room.takes_bots()) return "this game has no bots";
    if (room.is_full()) return "the room is full";
    const Admission admission = room.add_bot();
    return admission.is_accepted() ? "" : admission.reason();
}

bool Server::Loop::drop_link(const RoomInstance& room, PresenceId who) {
    const std::optional<SessionId> id = room.session_of(who);
    Session* const session = id ? sessions_.find(*id) : nullptr;
    if (!session || !session->peer().is_set()) return false;
    host_->disconnect_now(session->peer());
    lose_peer(*session);
    return true;
}

std::string
Server::Loop::worsen_link(SessionId admin, RoomId id, PresenceId who, const std::string& text) {
    if (text.size() > max_reason_bytes) return "that is too long for a link";
    const auto simulation = parse_link_simulation(text);
    if (!simulation) return simulation.error();
    if (!id.is_set()) {
        if (text.empty()) {
            admins_.links.take_back_all();
        } else {
            admins_.links.set(admin, {}, *simulation);
        }
        return {};
    }
    const RoomInstance* const room = directory_.find(id);
    if (!room) return "there is no such room";
    const std::optional<SessionId> of = room->session_of(who);
    if (!of) return "nobody of that number is in the room";
    admins_.links.set(admin, *of, *simulation);
    return {};
}

/// An admin is gone, and can't take back itself what it did.
void Server::Loop::take_back_links(const Session& session) {
    if (admins_.links.take_back(session.id()))
        log(LogLevel::info, "admin: who worsened links is gone: they are as they were");
}

} // namespace engine_net
