#include "game.hpp"

#include "rules/schema.hpp"

#include <chrono>
#include <utility>

using engine_net::ClientState;
using engine_net::CloseReason;
using engine_net::JoinResult;

Game::Game(engine_net::ClientConfig config, Entrance entrance, const std::string& session_file)
    : config_(std::move(config))
    , entrance_(std::move(entrance))
    , address_(config_.host + ":" + std::to_string(config_.port))
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
    client_->on_room_state<arena::Names>([this](const arena::Names& names) {
        roster_.note(names);
    });
    client_->on_room_left([this](engine_net::LeaveReason reason, const std::string& detail) {
        no_seat_ = std::string(message(reason)) + (detail.empty() ? "" : ": " + detail);
    });
    client_->on_resumed([this](std::uint32_t) {
        if (config_.resume_token.empty() || std::exchange(is_back_, true)) return;
        client_->room().is_set() ? listen() : enter();
    });
    client_->on_room_change([this] {
        note_people();
    });
    if (config_.resume_token.empty()) enter();
}

void Game::enter() {
    const auto done = [this](const JoinResult& result) {
        note_join(result);
    };
    const Entrance& to = entrance_;
    if (to.room.is_set() && to.watches) return client_->watch_room(to.room, to.password, done);
    if (to.room.is_set()) return client_->join_room(to.room, to.password, done);
    if (!to.invite.empty()) return client_->join_by_invite(to.invite, to.password, done);
    if (!to.create.empty()) {
        return client_->create_room(
            arena::match_kind,
            {.name = to.create, .is_private = to.is_private, .password = to.password},
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

/// The session of the process before is over: a new one takes its place.
void Game::start_over() {
    config_.resume_token.clear();
    no_seat_.reset();
    connect();
}

void Game::note_join(const JoinResult& result) {
    waiting_.clear();
    if (!result) {
        no_seat_ = std::string(message(result.error)) +
                   (result.detail.empty() ? "" : ": " + result.detail);
        return;
    }
    tell("the room's invite code is " + result.invite);
    listen();
    if (entrance_.words.empty()) return;
    client_->channels().say(
        room_channel(), entrance_.words, [this](const engine_net::RequestResult& said) {
            if (!said) tell("that was not said: " + std::string(message(said.error)));
        });
}

std::string Game::room_channel() const {
    return "room/" + std::to_string(client_->room().value);
}

/// To what is said in the room.
void Game::listen() {
    constexpr std::uint32_t last_lines = 10;
    client_->channels().subscribe(room_channel(),
                                  [this](const engine_net::ChannelMessage& message) {
                                      if (message.kind != engine_net::ChannelKind::chat) return;
                                      tell(std::string(message.name) + ": " +
                                           std::string(message.text()));
                                  },
                                  {.recent = last_lines});
}

/// Tells what is new of the people and the match, and is ready for the next one.
void Game::note_people() {
    std::map<engine_net::PresenceId, std::string> people;
    for (const auto& [id, member] : client_->members()) {
        people.emplace(id, member.name);
        if (!people_.contains(id) && id != client_->presence()) tell(member.name + " is here");
    }
    for (const auto& [id, name] : people_) {
        if (!people.contains(id)) tell(name + " is gone");
    }
    people_ = std::move(people);

    const engine_net::RoomPhase phase = client_->phase();
    if (std::exchange(phase_, phase) != phase) {
        switch (phase) {
        case engine_net::RoomPhase::waiting: tell("waiting until all are ready"); break;
        case engine_net::RoomPhase::countdown: tell("the match is about to begin"); break;
        case engine_net::RoomPhase::playing: tell("the match has begun"); break;
        case engine_net::RoomPhase::ended: tell("the match is over"); break;
        }
    }
    const auto self = client_->members().find(client_->presence());
    const bool may_be_ready = entrance_.gets_ready && phase != engine_net::RoomPhase::playing &&
                              self != client_->members().end() && !self->second.is_spectator;
    if (may_be_ready && !self->second.is_ready) client_->set_ready(true);
}

void Game::tell(const std::string& line) {
    if (line_) line_(line);
}

void Game::poll(engine_net::Time now, float seconds) {
    client_->poll(now);
    const bool is_stale = !config_.resume_token.empty() && !is_back_ && has_ended() &&
                          client_->close_reason() != CloseReason::unreachable;
    if (is_stale) return start_over();
    if (client_->state() == ClientState::online) session_file_.keep(client_->resume_token());
    if (is_playing()) roster_.update(*client_, now, seconds);
}

void Game::say(arena::Emote emote) {
    if (!is_playing()) return;
    flatbuffers::FlatBufferBuilder builder(64);
    builder.Finish(CreateEvent(builder, arena::EventKind::emote, 0, 0, nullptr, 0, emote));
    client_->send_event(engine_net::bytes_of(builder));
}

void Game::leave() {
    session_file_.keep("");
    client_->leave();
    const engine_net::Time deadline = engine_net::Clock::now() + std::chrono::seconds(1);
    while (!has_ended() && engine_net::Clock::now() < deadline) {
        client_->wait_until(std::min(deadline, client_->next_poll()));
        client_->poll(engine_net::Clock::now());
    }
}

bool Game::is_playing() const {
    return client_->room().is_set() && !has_ended();
}

bool Game::is_match_on() const {
    return is_playing() && client_->phase() == engine_net::RoomPhase::playing;
}

bool Game::has_ended() const {
    return client_->state() == ClientState::closed;
}

std::string Game::notice() const {
    switch (client_->state()) {
    case ClientState::connecting: return "connecting to " + address_ + " ...";
    case ClientState::suspended: return "connection lost, reconnecting ...";
    case ClientState::closed: return std::string(message(client_->close_reason()));
    case ClientState::online: break;
    }
    if (no_seat_) return *no_seat_;
    if (!waiting_.empty()) return waiting_;
    if (is_playing() && !is_match_on()) return "waiting for the match to begin";
    return is_playing() ? "" : "joining a room ...";
}

std::optional<std::string> Game::failure() const {
    if (no_seat_ && !has_ended()) return "no seat: " + *no_seat_;
    if (!has_ended()) return std::nullopt;
    const CloseReason reason = client_->close_reason();
    if (reason == CloseReason::left || reason == CloseReason::server_closing) return std::nullopt;

    const std::string& detail = client_->close_detail();
    const std::string why = std::string(message(reason)) + (detail.empty() ? "" : ": " + detail);
    if (reason != CloseReason::unreachable) return why;
    return "can't reach a server at " + address_ + ": " + why;
}
