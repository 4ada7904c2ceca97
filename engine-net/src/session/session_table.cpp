#include "session/session_table.hpp"

#include "core/assert.hpp"

#include <utility>

namespace engine_net {

namespace {

template <class Map, class Key>
Session* find_in(Map& map, Key key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &*found->second;
}

} // namespace

SessionTable::SessionTable(SecretSource& secrets) : secrets_(secrets), issuer_(secrets.next()) {}

Session& SessionTable::open(PeerId peer, Time now) {
    const auto place = sessions_.emplace(sessions_.end(), peer, now);
    by_peer_[peer] = place;
    return *place;
}

SessionId SessionTable::new_id() {
    constexpr int bits_kept = 12;
    const std::uint64_t random = secrets_.next();
    return SessionId{id_bits_ == 0 ? random : id_bits_ | (random >> bits_kept)};
}

SessionTable::Admitted SessionTable::admit(Session& session, Player player, Time now) {
    SessionId id = new_id();
    while (!id.is_set() || by_id_.contains(id)) id = new_id();
    Secret secret{};
    secrets_.fill(secret);
    session.admit(id, std::move(player), hash_of(secret, issuer_), now);
    by_id_[id] = by_peer_.at(session.peer());
    return {&session, secret, {}};
}

std::optional<SessionTable::Admitted>
SessionTable::resume(Session& incoming, SessionId id, Bytes secret, Time now) {
    const SecretHash used = hash_of(secret, issuer_);
    Session* const session = find(id);
    if (!session || !session->accepts(used)) return std::nullopt;

    const PeerId peer = incoming.peer();
    const PeerId replaced = session->peer();
    close(incoming, now);
    if (replaced.is_set()) by_peer_.erase(replaced);
    by_peer_[peer] = by_id_.at(id);

    Secret fresh{};
    secrets_.fill(fresh);
    session->resume(peer, used, hash_of(fresh, issuer_), now);
    ++session->resumes;
    return Admitted{session, fresh, replaced};
}

void SessionTable::linger(Session& session, Time now) {
    by_peer_.erase(session.peer());
    session.linger(now);
}

void SessionTable::close(Session& session, Time now) {
    const bool has_peer = session.peer().is_set();
    const Place place = has_peer ? by_peer_.at(session.peer()) : by_id_.at(session.id());
    if (has_peer) by_peer_.erase(session.peer());
    if (session.id().is_set()) by_id_.erase(session.id());
    session.close(now);
    sessions_.erase(place);
}

Session* SessionTable::find(SessionId id) {
    return find_in(by_id_, id);
}

Session* SessionTable::find(PeerId peer) {
    return find_in(by_peer_, peer);
}

} // namespace engine_net
