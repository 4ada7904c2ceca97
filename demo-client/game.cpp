#include "game.hpp"

#include "rules/schema.hpp"

#include <chrono>
#include <utility>

using engine_net::ClientState;
using engine_net::CloseReason;
using engine_net::JoinResult;

Game::Game(engine_net::ClientConfig config,
           engine_net::RoomId room,
           const std::string& session_file)
    : config_(std::move(config))
    , room_(room)
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
        is_back_ = is_back_ || !config_.resume_token.empty();
    });
    // Whoever is back in a room gets the seat that it has.
    const auto done = [this](const JoinResult& result) {
        note_join(result);
    };
    room_.is_set() ? client_->join_room(room_, done)
                   : client_->join_or_create(arena::room_kind, done);
}

/// The session of the process before is over: a new one takes its place.
void Game::start_over() {
    config_.resume_token.clear();
    no_seat_.reset();
    connect();
}

void Game::note_join(const JoinResult& result) {
    if (result) return;
    no_seat_ =
        std::string(message(result.error)) + (result.detail.empty() ? "" : ": " + result.detail);
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
