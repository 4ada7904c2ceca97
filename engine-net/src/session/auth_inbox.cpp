#include "session/auth_inbox.hpp"

namespace engine_net {

void AuthReply::accept(std::string user, std::string name) const {
    if (const auto inbox = inbox_.lock())
        inbox->give({ticket_, true, std::move(user), std::move(name), {}});
}

void AuthReply::refuse(std::string reason) const {
    if (const auto inbox = inbox_.lock()) inbox->give({ticket_, false, {}, {}, std::move(reason)});
}

} // namespace engine_net
