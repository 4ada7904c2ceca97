#include "bridge/tell_errors.hpp"

namespace engine_net::bridge {

std::string_view name_of(tell::Error error) {
    switch (error) {
    case tell::Error::none: return "none";
    case tell::Error::bad_request: return "bad_request";
    case tell::Error::not_allowed: return "not_allowed";
    case tell::Error::not_now: return "not_now";
    case tell::Error::too_fast: return "too_fast";
    case tell::Error::muted: return "muted";
    case tell::Error::not_found: return "not_found";
    }
    return "not_now";
}

int status_of(tell::Error error) {
    switch (error) {
    case tell::Error::none: return 200;
    case tell::Error::bad_request: return 400;
    case tell::Error::not_allowed:
    case tell::Error::muted: return 403;
    case tell::Error::not_now: return 503;
    case tell::Error::too_fast: return 429;
    case tell::Error::not_found: return 404;
    }
    return 503;
}

std::string detail_of(const tell::Answer& answer) {
    if (!answer.detail.empty()) return answer.detail;
    switch (answer.error) {
    case tell::Error::none: return {};
    case tell::Error::bad_request: return "That can't be.";
    case tell::Error::not_allowed: return "That is not allowed.";
    case tell::Error::not_now: return "That is not possible at present.";
    case tell::Error::too_fast: return "That was too often.";
    case tell::Error::muted: return "You are muted.";
    case tell::Error::not_found: return "There is none.";
    }
    return {};
}

} // namespace engine_net::bridge
