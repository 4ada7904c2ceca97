#include "client/user_list.hpp"

#include "wire/bulk.hpp"
#include "wire/control.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net {

void UserList::watch(std::vector<std::string> users, ChangeHandler on_change) {
    watched_ = std::move(users);
    if (watched_.size() > max_watched_users) watched_.resize(max_watched_users);
    on_change_ = std::move(on_change);
    request_ = 0;
    std::erase_if(users_, [&](const auto& known) {
        return std::ranges::find(watched_, known.first) == watched_.end();
    });
}

bool UserList::receive(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<wire::UserNewsHeader>();
    if (!reader.ok()) return false;
    // Aligned as a FlatBuffer must be, wherever the message lies.
    const std::vector<std::uint8_t> copy(reader.rest().begin(), reader.rest().end());
    const wire::UserNews* const news = wire::decode_user_news(copy);
    if (!news) return false;
    for (const wire::UserLine* line : *news->users()) {
        if (request_ == 0 || header.request() != request_) break; // also when a handler ends it
        const UserSummary user = wire::summary_of(*line);
        if (std::ranges::find(watched_, user.user) == watched_.end()) continue;
        users_.insert_or_assign(user.user, user);
        const ChangeHandler on_change = on_change_;
        if (on_change) on_change(user);
    }
    return true;
}

} // namespace engine_net
