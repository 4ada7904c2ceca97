#include "lobby-watch/model/action_dialogue.hpp"

#include <engine_net/limits.hpp>

namespace watch {

using engine_net::AdminAction;
using engine_net::AdminVerb;

namespace {

bool can_be_taken_back(AdminVerb verb) {
    switch (verb) {
    case AdminVerb::kick:
    case AdminVerb::ban:
    case AdminVerb::close_room:
    case AdminVerb::drain:
    case AdminVerb::drop_link: return false;
    case AdminVerb::mute:
    case AdminVerb::unmute:
    case AdminVerb::lock:
    case AdminVerb::unlock:
    case AdminVerb::say:
    case AdminVerb::pause:
    case AdminVerb::step:
    case AdminVerb::run:
    case AdminVerb::worsen_link:
    case AdminVerb::add_bot:
    case AdminVerb::start_recording:
    case AdminVerb::stop_recording: return true;
    }
    return false;
}

const char* words_of(AdminVerb verb) {
    switch (verb) {
    case AdminVerb::kick: return "kick";
    case AdminVerb::ban: return "ban";
    case AdminVerb::mute: return "mute";
    case AdminVerb::unmute: return "unmute";
    case AdminVerb::lock: return "lock";
    case AdminVerb::unlock: return "unlock";
    case AdminVerb::close_room: return "close";
    case AdminVerb::say: return "say in";
    case AdminVerb::pause: return "pause";
    case AdminVerb::step: return "step";
    case AdminVerb::run: return "run";
    case AdminVerb::drop_link: return "drop the link of";
    case AdminVerb::worsen_link: return "worsen the link of";
    case AdminVerb::add_bot: return "add a bot to";
    case AdminVerb::start_recording: return "start the recording of";
    case AdminVerb::stop_recording: return "stop the recording of";
    case AdminVerb::drain: return "drain";
    }
    return "";
}

bool has_reason(AdminVerb verb) {
    return verb == AdminVerb::kick || verb == AdminVerb::ban || verb == AdminVerb::close_room ||
           verb == AdminVerb::drain;
}

} // namespace

std::string phrase(AdminVerb verb, const Target& target) {
    std::string phrase = words_of(verb);
    if (target.who.is_set()) return phrase.append(" ").append(target.name);
    if (verb == AdminVerb::worsen_link) return phrase.append(" all players");
    if (verb == AdminVerb::drain) return phrase.append(" the server");
    if (!target.room.is_set()) return phrase.append(" the lobby");
    phrase.append(" room ").append(std::to_string(target.room.value));
    if (!target.room_name.empty()) phrase.append(" (").append(target.room_name).append(")");
    return phrase;
}

std::optional<AdminAction> ActionDialogue::begin(AdminVerb verb, const Target& target) {
    verb_ = verb;
    target_ = target;
    text_.clear();
    is_open_ = !can_be_taken_back(verb) || verb == AdminVerb::say;
    if (is_open_) return std::nullopt;
    return AdminAction{verb, target.room, target.who, ""};
}

std::string ActionDialogue::question() const {
    std::string question = phrase(verb_, target_);
    question.front() = static_cast<char>(question.front() - 'a' + 'A');
    return verb_ == AdminVerb::say ? question : question + '?';
}

std::string ActionDialogue::consequence() const {
    switch (verb_) {
    case AdminVerb::kick: return "It leaves the room at once, and may come back.";
    case AdminVerb::ban: return "It leaves the room at once, and does not get in again.";
    case AdminVerb::close_room: return "All who are in it leave, and the match is over.";
    case AdminVerb::drop_link: return "Its seat is held, and its client resumes.";
    case AdminVerb::drain:
        return "Nobody gets in any more, and when its rooms have ended, the server ends.";
    default: return "";
    }
}

std::string ActionDialogue::text_label() const {
    if (verb_ == AdminVerb::say) return "Words";
    return has_reason(verb_) ? "Reason" : "";
}

std::size_t ActionDialogue::most_text_bytes() const {
    return verb_ == AdminVerb::say ? engine_net::max_chat_bytes : engine_net::max_reason_bytes;
}

bool ActionDialogue::can_confirm() const {
    return is_open_ && text_.size() <= most_text_bytes() &&
           (verb_ != AdminVerb::say || !text_.empty());
}

std::optional<AdminAction> ActionDialogue::confirm() {
    if (!can_confirm()) return std::nullopt;
    is_open_ = false;
    return AdminAction{verb_, target_.room, target_.who, text_};
}

} // namespace watch
