#include "server/worsened_links.hpp"

#include "transport/link_fate.hpp"

#include <utility>

namespace engine_net {

void WorsenedLinks::set(SessionId admin, SessionId of, const LinkSimulation& simulation) {
    has_changed_ = true;
    if (worsens(simulation.out) || worsens(simulation.in)) {
        links_.insert_or_assign(of, Link{admin, simulation});
    } else {
        links_.erase(of);
    }
}

bool WorsenedLinks::take_back(SessionId admin) {
    const std::size_t taken = std::erase_if(links_, [&](const auto& one) {
        return one.second.admin == admin;
    });
    has_changed_ |= taken > 0;
    return taken > 0;
}

void WorsenedLinks::take_back_all() {
    has_changed_ = true;
    links_.clear();
}

void WorsenedLinks::forget(SessionId of) {
    if (links_.erase(of) > 0) has_changed_ = true;
}

const LinkSimulation* WorsenedLinks::find(SessionId of) const {
    const auto found = links_.find(of);
    return found == links_.end() ? nullptr : &found->second.simulation;
}

bool WorsenedLinks::is_cut(SessionId of) const {
    const LinkSimulation* const own = find(of);
    const LinkSimulation* const link = own ? own : find(SessionId{});
    return link && (link->in.blackout || link->out.blackout);
}

void WorsenedLinks::apply(SessionTable& sessions, const Host& host, LinkConditioner& conditioner) {
    if (links_.empty() && applied_.empty()) return;
    std::map<Address, SessionId> wanted;
    sessions.each([&](const Session& session) {
        if (!session.id().is_set() || session.player().is_admin) return;
        const SessionId link = links_.contains(session.id()) ? session.id() : SessionId{};
        const auto peer = host.link_of(session.peer());
        if (peer && links_.contains(link)) wanted.emplace(peer->address, link);
    });
    if (!std::exchange(has_changed_, false) && wanted == applied_) return;
    for (const auto& [address, link] : applied_) {
        if (!wanted.contains(address)) conditioner.forget(address);
    }
    for (const auto& [address, link] : wanted)
        conditioner.set_conditions_of(address, links_.at(link).simulation);
    applied_ = std::move(wanted);
}

} // namespace engine_net
