#include "model/game.hpp"

#include "program/address_option.hpp"
#include "rules/schema.hpp"
#include "rules/ship_prediction.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

using engine_net::ChannelMessage;
using engine_net::ClientState;
using engine_net::CloseReason;
using engine_net::JoinResult;
using engine_net::RequestResult;
using engine_net::RoomPhase;

namespace {

std::string joined(std::string_view sentence, const std::string& detail) {
    return std::string(sentence) + (detail.empty() ? "" : ": " + detail);
}

} // namespace

Game::Game(engine_net::ClientConfig config,
           const std::optional<Entrance>& entrance,
           const std::string& session_file)
    : config_(std::move(config))
    , entrance_(entrance.value_or(Entrance{}))
    , wants_seat_(entrance.has_value())
    , address_(program::address_text(config_.host, config_.port))
    , session_file_(session_file) {
    config_.resume_token = session_file_.token();
    connect();
}

void Game::connect() {
    client_ = std::make_unique<engine_net::Client>(config_);
    client_->on_event<arena::Event>([this](const arena::Event& event) {
        roster_.note(event);
        if (handler_) handler_(event);
    });
    // Who watches has no ship that this could move.
    client_->predict(arena::ship_prediction(*client_, [this](const arena::ShipBody& ship) {
        if (shot_) shot_(ship);
    }));
    client_->on_room_state<arena::Names>([this](const arena::Names& names) {
        roster_.note(names);
    });
    client_->on_room_left([this](engine_net::LeaveReason reason, const std::string& detail) {
        if (reason == engine_net::LeaveReason::left) return; // as it wanted itself
        no_seat_ = joined(message(reason), detail);
        refusal_ = {.error = engine_net::RequestError::not_in_room, .text = *no_seat_};
    });
    client_->on_suspended([this] {
        is_suspended_ = true;
    });
    client_->on_resumed([this](std::uint32_t) {
        is_suspended_ = false;
        if (config_.resume_token.empty() || std::exchange(is_back_, true)) return;
        if (!client_->room().is_set() && wants_seat_) ask_for_seat();
    });
    client_->on_room_change([this] {
        note_people();
        note_phase();
    });
    if (config_.resume_token.empty() && wants_seat_) ask_for_seat();
}

/// The session of the process before is over: a new one takes its place.
void Game::start_over() {
    config_.resume_token.clear();
    no_seat_.reset();
    is_suspended_ = false;
    connect();
}

void Game::enter(const Entrance& entrance) {
    entrance_ = entrance;
    wants_seat_ = true;
    ask_for_seat();
}

void Game::ask_for_seat() {
    no_seat_.reset();
    refusal_.reset();
    is_joining_ = true;
    const auto done = [this](const JoinResult& result) {
        note_join(result);
    };
    const Entrance& to = entrance_;
    if (to.room.is_set() && to.watches) return client_->watch_room(to.room, to.password, done);
    if (to.room.is_set()) return client_->join_room(to.room, to.password, done);
    if (!to.invite.empty()) return client_->join_by_invite(to.invite, to.password, done);
    if (!to.create.empty()) {
        return client_->create_room(arena::match_kind,
                                    {.name = to.create,
                                     .capacity = to.capacity,
                                     .is_private = to.is_private,
                                     .password = to.password},
                                    done);
    }
    if (!to.queues) return client_->join_or_create(arena::room_kind, done);
    client_->queue({.kind = arena::match_kind, .rank = to.rank},
                   done,
                   [this](const engine_net::QueueProgress& progress) {
                       waiting_ = "waiting for a match: " + std::to_string(progress.waiting) +
                                  " of " + std::to_string(progress.needed) + " players";
                       tell(waiting_);
                   });
}

void Game::note_join(const JoinResult& result) {
    is_joining_ = false;
    waiting_.clear();
    if (!result) {
        no_seat_ = joined(message(result.error), result.detail);
        if (result.error != engine_net::RequestError::cancelled) {
            refusal_ = {.error = result.error, .text = *no_seat_};
        }
        return;
    }
    invite_ = result.invite;
    go_where_it_belongs();
    if (line_) line_("the room's invite code is " + result.invite);
    if (!entrance_.words.empty()) say(entrance_.words);
}

void Game::note_request(const RequestResult& result) {
    if (!result)
        refusal_ = {.error = result.error, .text = joined(message(result.error), result.detail)};
}

void Game::leave_room() {
    client_->leave_room();
    wants_seat_ = false;
    refusal_.reset();
    go_where_it_belongs();
}

void Game::set_ready(bool is_ready) {
    client_->set_ready(is_ready, [this](const RequestResult& result) {
        note_request(result);
    });
}

void Game::command(engine_net::RoomVerb verb, engine_net::PresenceId whom) {
    refusal_.reset();
    client_->command(verb, whom, "", [this](const RequestResult& result) {
        note_request(result);
    });
}

void Game::set_net_sim(const engine_net::LinkSimulation& simulation) {
    config_.net_sim = simulation;
    client_->set_net_sim(simulation);
}

void Game::ask_server_timing(engine_net::Time now) {
    if (client_->state() == ClientState::online && !is_suspended_)
        server_timing_.ask(*client_, now);
}

/// The channel of the room one is in, or the lobby's.
std::string Game::place() const {
    const engine_net::RoomId room = client_->room();
    return room.is_set() ? "room/" + std::to_string(room.value) : "lobby";
}

/// Listens to the room it is in; in the lobby to that, and to what rooms there are.
void Game::go_where_it_belongs() {
    const bool is_in_room = client_->room().is_set();
    if (!is_in_room && stage() != Stage::lobby) return;
    const std::string channel = place();
    if (channel == channel_) return;
    if (channel_ == "lobby") {
        client_->channels().unsubscribe(channel_);
        client_->unwatch_rooms();
    }
    roster_.clear();
    people_.clear();
    listen(channel);
    is_in_room ? note_people() : client_->watch_rooms();
}

void Game::listen(const std::string& channel) {
    constexpr std::uint32_t last_lines = 10;
    channel_ = channel;
    chat_.clear();
    const auto note = [this](const ChannelMessage& message) {
        if (message.kind != engine_net::ChannelKind::chat) return;
        const auto& members = client_->members();
        const auto by = std::ranges::find_if(members, [&](const auto& entry) {
            return entry.second.user == message.user;
        });
        const std::string name(message.name);
        const std::string text(message.text());
        chat_.add(name, text, by == members.end() ? pale : colour_of(by->second.colour));
        if (line_) line_(name + ": " + text);
    };
    client_->channels().subscribe(channel, note, {.recent = last_lines});
}

/// Tells who has come and gone since one is here oneself.
void Game::note_people() {
    std::map<engine_net::PresenceId, std::string> people;
    for (const auto& [id, member] : client_->members()) {
        people.emplace(id, member.name);
        const bool is_new = !people_.empty() && !people_.contains(id);
        if (is_new && id != client_->presence()) tell(member.name + " is here");
    }
    for (const auto& [id, name] : people_) {
        if (!people.contains(id)) tell(name + " is gone");
    }
    people_ = std::move(people);
}

/// Tells how far the match is, and is ready for the next one if it is to be.
void Game::note_phase() {
    const RoomPhase phase = client_->phase();
    if (std::exchange(phase_, phase) != phase) {
        switch (phase) {
        case RoomPhase::waiting: tell("waiting until all are ready"); break;
        case RoomPhase::countdown: tell("the match is about to begin"); break;
        case RoomPhase::playing: tell("the match has begun"); break;
        case RoomPhase::ended: tell("the match is over"); break;
        }
    }
    const engine_net::RoomMember* me = self();
    const bool may_be_ready =
        entrance_.gets_ready && phase != RoomPhase::playing && me && !me->is_spectator;
    if (may_be_ready && !me->is_ready) client_->set_ready(true);
}

void Game::tell(const std::string& line) {
    if (stage() == Stage::ready || stage() == Stage::match) chat_.note(line);
    if (line_) line_(line);
}

void Game::poll(engine_net::Time now, float seconds) {
    client_->poll(now);
    const bool is_stale = !config_.resume_token.empty() && !is_back_ && stage() == Stage::closed &&
                          client_->close_reason() != CloseReason::unreachable;
    if (is_stale) return start_over();
    if (client_->state() == ClientState::online) session_file_.keep(client_->resume_token());
    if (client_->state() == ClientState::online) go_where_it_belongs();
    chat_.grow_older(seconds);
    const bool has_scores = client_->room().is_set() && stage() != Stage::closed;
    if (has_scores && !is_suspended_) roster_.update(*client_, now, seconds);
}

void Game::say(arena::Emote emote) {
    if (stage() != Stage::match) return;
    flatbuffers::FlatBufferBuilder builder(64);
    builder.Finish(CreateEvent(builder, arena::EventKind::emote, 0, 0, nullptr, 0, emote));
    client_->send_event(engine_net::bytes_of(builder));
}

void Game::say(const std::string& text) {
    client_->channels().say(channel_, text, [this](const RequestResult& said) {
        if (said) return;
        const std::string why = "that was not said: " + joined(message(said.error), said.detail);
        chat_.note(why);
        if (line_) line_(why);
    });
}

void Game::leave() {
    session_file_.keep("");
    client_->leave();
    const engine_net::Time deadline = engine_net::Clock::now() + std::chrono::seconds(1);
    while (stage() != Stage::closed && engine_net::Clock::now() < deadline) {
        client_->wait_until(std::min(deadline, client_->next_poll()));
        client_->poll(engine_net::Clock::now());
    }
}

Stage Game::stage() const {
    return stage_of(client_->state(), is_joining_, client_->room().is_set(), client_->phase());
}

const engine_net::RoomMember* Game::self() const {
    const auto found = client_->members().find(client_->presence());
    return found == client_->members().end() ? nullptr : &found->second;
}

bool Game::is_spectator() const {
    const engine_net::RoomMember* me = self();
    return me && me->is_spectator;
}

std::string Game::notice() const {
    switch (stage()) {
    case Stage::connecting: return "connecting to " + address_ + " ...";
    case Stage::joining: return waiting_.empty() ? "joining a room ..." : waiting_;
    case Stage::closed: return std::string(message(client_->close_reason()));
    case Stage::lobby:
    case Stage::ready:
    case Stage::match: break;
    }
    return "";
}

std::optional<std::string> Game::failure() const {
    if (stage() != Stage::closed) {
        return no_seat_ ? std::optional("no seat: " + *no_seat_) : std::nullopt;
    }
    const CloseReason reason = client_->close_reason();
    if (reason == CloseReason::left || reason == CloseReason::server_closing) return std::nullopt;

    const std::string why = joined(message(reason), client_->close_detail());
    if (reason != CloseReason::unreachable) return why;
    return "can't reach a server at " + address_ + ": " + why;
}
