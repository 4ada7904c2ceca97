#include <engine_net/admin.hpp>

namespace engine_net {

std::string_view name_of(AdminVerb verb) {
    switch (verb) {
    case AdminVerb::kick: return "kick";
    case AdminVerb::ban: return "ban";
    case AdminVerb::mute: return "mute";
    case AdminVerb::unmute: return "unmute";
    case AdminVerb::lock: return "lock";
    case AdminVerb::unlock: return "unlock";
    case AdminVerb::close_room: return "close";
    case AdminVerb::say: return "say";
    case AdminVerb::pause: return "pause";
    case AdminVerb::step: return "step";
    case AdminVerb::run: return "run";
    case AdminVerb::drop_link: return "drop link";
    case AdminVerb::worsen_link: return "worsen link";
    case AdminVerb::add_bot: return "add bot";
    case AdminVerb::start_recording: return "start recording";
    case AdminVerb::stop_recording: return "stop recording";
    case AdminVerb::drain: return "drain";
    }
    return "";
}

double real_of(const AdminValue& value) {
    return std::visit(
        [](auto number) {
            return static_cast<double>(number);
        },
        value);
}

std::string_view name_of(Stage stage) {
    switch (stage) {
    case Stage::receive: return "receive";
    case Stage::decode: return "decode";
    case Stage::queue: return "queue";
    case Stage::simulate: return "simulate";
    case Stage::snapshot: return "snapshot";
    case Stage::encode: return "encode";
    case Stage::send: return "send";
    case Stage::web: return "web";
    }
    return "";
}

} // namespace engine_net
