#include "server/loop.hpp"

#include <engine_net/server_view.hpp>

namespace engine_net {

std::shared_ptr<const ServerView> Server::Loop::view() const {
    auto view = std::make_shared<ServerView>();
    view->stats = stats();
    view->rooms.reserve(directory_.size());
    for (const auto& [id, room] : directory_.rooms()) {
        RoomDetails details{.summary = room->summary(now_),
                            .is_private = room->settings().is_private,
                            .is_by_invitation = room->settings().is_by_invitation,
                            .reserved = room->reserved(),
                            .host = room->roster().host()};
        details.members.reserve(room->roster().members().size());
        details.inputs.reserve(room->roster().members().size());
        for (const auto& [who, member] : room->roster().members()) {
            details.members.push_back(member);
            details.inputs.push_back(room->input_stats(who));
        }
        view->rooms.push_back(std::move(details));
    }
    view->users = users_.all();
    view->queues = matches_.details();
    view->channels = channels_.details();
    return view;
}

} // namespace engine_net
