#include "admin_source.hpp"

#include "program/key_file.hpp"

#include <chrono>
#include <utility>

using namespace std::chrono_literals;
using engine_net::AdminClient;
using engine_net::AdminState;
using engine_net::Time;

namespace {

constexpr engine_net::Duration time_between_reads = 1s;

} // namespace

AdminSource::AdminSource(engine_net::AdminClientConfig config, std::string key_file)
    : config_(std::move(config)), key_file_(std::move(key_file)) {
    if (!key_file_.empty()) read_key();
    client_ = std::make_unique<AdminClient>(config_);
}

/// The key that is in the file by now; whether it is another one than before.
bool AdminSource::read_key() {
    auto key = program::read_key(key_file_, "admin key");
    key_problem_ = key ? "" : key.error();
    if (!key || *key == config_.key) return false;
    config_.key = std::move(*key);
    return true;
}

/// A server that is started for the first time has just written it.
void AdminSource::try_again(Time now) {
    if (key_file_.empty() || now < next_read_) return;
    next_read_ = now + time_between_reads;
    if (!read_key()) return;
    client_ = std::make_unique<AdminClient>(config_);
    client_->look_at(room_);
    client_->inspect(is_inspecting_, viewer_);
    client_->watch_bytes(is_watching_bytes_, viewer_);
}

void AdminSource::poll(Time now) {
    if (client_->state() == AdminState::refused) try_again(now);
    client_->poll(now);
}

void AdminSource::leave() {
    client_->leave();
}

AdminState AdminSource::state() const {
    // Without a key none has been refused.
    return key_problem_.empty() ? client_->state() : AdminState::connecting;
}

std::string AdminSource::problem() const {
    return key_problem_.empty() ? client_->problem() : key_problem_;
}

void AdminSource::look_at(engine_net::RoomId room) {
    room_ = room;
    client_->look_at(room);
}

void AdminSource::inspect(bool is_wanted, engine_net::PresenceId viewer) {
    is_inspecting_ = is_wanted;
    viewer_ = viewer;
    client_->inspect(is_wanted, viewer);
}

void AdminSource::watch_bytes(bool is_wanted, engine_net::PresenceId viewer) {
    is_watching_bytes_ = is_wanted;
    viewer_ = viewer;
    client_->watch_bytes(is_wanted, viewer);
}
