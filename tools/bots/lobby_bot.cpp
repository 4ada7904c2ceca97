#include "lobby_bot.hpp"

#include "rules/schema.hpp"

#include <chrono>
#include <utility>

using engine_net::Client;
using engine_net::ClientState;
using engine_net::JoinResult;
using engine_net::RequestError;
using engine_net::RoomPhase;
using engine_net::RoomVerb;
using engine_net::Time;
using namespace std::chrono_literals;

namespace {

/// A seat that someone else got, or a room that was gone before.
bool is_lost_race(RequestError error) {
    return error == RequestError::room_full || error == RequestError::no_such_room ||
           error == RequestError::room_locked || error == RequestError::banned;
}

std::string room_channel(engine_net::RoomId room) {
    return "room/" + std::to_string(room.value);
}

} // namespace

LobbyBot::LobbyBot(engine_net::ClientConfig config,
                   std::uint64_t seed,
                   Time arrival,
                   bool only_plays,
                   bool servers_come_and_go,
                   NoticeBoard& board)
    : config_(std::move(config))
    , dice_(seed)
    , pilot_(seed + 1)
    , only_plays_(only_plays)
    , servers_come_and_go_(servers_come_and_go)
    , board_(board)
    , next_(arrival) {
    config_.schema = arena::schema();
    config_.colour = static_cast<std::uint32_t>(dice_.below(0xFFFFFF));
}

void LobbyBot::wait(Time now, int least_ms, int most_ms) {
    next_ = now + std::chrono::milliseconds(least_ms + dice_.below(most_ms - least_ms + 1));
}

void LobbyBot::poll(Time now) {
    now_ = now;
    if (!client_) {
        if (now >= next_ && !is_leaving_ && (!is_winding_down_ || !token_.empty())) connect(now);
        return;
    }
    client_->poll(now);
    if (client_->state() == ClientState::closed) return note_end(now);
    if (client_->state() != ClientState::online || is_leaving_ || is_departing_) return;
    was_online_ = true;
    if (client_->room().is_set()) fly(now);
    if (!is_winding_down_ && pending_ == 0 && now >= next_) act(now);
}

void LobbyBot::connect(Time now) {
    config_.resume_token = std::exchange(token_, "");
    const bool comes_back = !config_.resume_token.empty();
    called_ = now;
    pending_ = 0;
    is_queued_ = false;
    is_departing_ = false;
    client_ = std::make_unique<Client>(config_);
    was_online_ = comes_back;
    resumes_ = 0;
    client_->on_suspended([this] {
        called_ = now_;
    });
    client_->on_resumed([this](std::uint32_t) {
        // A link that was silent and lives after all is none.
        const std::uint64_t resumes = client_->stats().resumes;
        if (std::exchange(resumes_, resumes) == resumes) return;
        ++tally_.resumes;
        tally_.resume_times.push_back(now_ - called_);
    });
    client_->on_room_left([this](engine_net::LeaveReason, const std::string&) {
        wait(now_, 500, 2000);
    });
    client_->on_room_change([this] {
        const RoomPhase phase = client_->phase();
        if (phase == RoomPhase::playing && last_phase_ == RoomPhase::countdown) ++tally_.matches;
        last_phase_ = phase;
    });
    if (!comes_back) lobby_position_.reset();
    listen("lobby", lobby_position_);
    // The others ask now and then.
    if (!only_plays_ && dice_.below(10) == 0) client_->watch_rooms();
    crash_time_ = now + std::chrono::milliseconds(10'000 + dice_.below(30'000));
    leave_room_time_ = now + 10s;
    wait(now, 500, 2500);
}

/// As a process that is killed.
void LobbyBot::crash(Time now) {
    token_ = client_->resume_token();
    lobby_position_ = client_->channels().position("lobby");
    client_.reset();
    wait(now, 0, 1500);
}

/// It left, or was sent away.
void LobbyBot::note_end(Time now) {
    const engine_net::CloseReason reason = client_->close_reason();
    const bool was_sent_away = reason != engine_net::CloseReason::left;
    if (was_sent_away && servers_come_and_go_ && !was_online_) {
        ++tally_.refusals["session: " + std::string(message(reason))];
    } else if (was_sent_away) {
        tally_.faults.push_back(config_.name + " is out: " + std::string(message(reason)) + " " +
                                client_->close_detail());
    }
    client_.reset();
    wait(now, 500, 3000);
}

void LobbyBot::listen(const std::string& channel,
                      std::optional<engine_net::ChannelPosition> position) {
    last_heard_ = 0;
    if (position) last_heard_ = position->next - 1;
    client_->channels().subscribe(channel,
                                  [this](const engine_net::ChannelMessage& message) {
                                      hear(message);
                                  },
                                  {.position = position, .on_gap = [this] {
                                       last_heard_ = 0;
                                   }});
}

void LobbyBot::hear(const engine_net::ChannelMessage& message) {
    ++tally_.heard;
    if (message.channel != "lobby") return;
    const std::uint64_t before = std::exchange(last_heard_, message.number);
    if (before != 0 && message.number != before + 1) {
        tally_.faults.push_back(config_.name + " heard " + std::to_string(message.number) +
                                " after " + std::to_string(before));
    }
}

void LobbyBot::act(Time now) {
    if (only_plays_) {
        if (!client_->room().is_set()) client_->join_or_create(arena::room_kind, joining());
        return;
    }
    if (now >= crash_time_ && !is_queued_) return crash(now);
    client_->room().is_set() ? act_in_room(now) : act_in_lobby(now);
}

void LobbyBot::act_in_lobby(Time now) {
    if (is_queued_) {
        client_->cancel_queue(); // it has waited long enough
        return wait(now, 1000, 2000);
    }
    const int choice = dice_.below(100);
    if (choice < 35) {
        queue_up();
    } else if (choice < 55) {
        open_room();
    } else if (choice < 85) {
        pick_room();
    } else if (choice < 95) {
        say("lobby", "anyone for a match?");
        wait(now, 500, 2000);
    } else {
        is_departing_ = true;
        client_->leave();
    }
}

void LobbyBot::queue_up() {
    engine_net::MatchRequest request{.kind = arena::match_kind, .rank = 1000.0 + dice_.below(400)};
    if (dice_.below(3) == 0) {
        request.party_size = 2;
        const auto party = board_.take_party();
        request.party = party.value_or(config_.name + std::to_string(dice_.below(1'000'000)));
        if (!party) board_.offer_party(request.party);
    }
    is_queued_ = true;
    client_->queue(std::move(request), [this](const JoinResult& result) {
        is_queued_ = false;
        note_join(result);
    });
    wait(now_, 10'000, 15'000);
}

void LobbyBot::open_room() {
    const bool is_private = dice_.below(4) == 0;
    engine_net::RoomOptions options{.name = config_.name + "'s room",
                                    .capacity = 2 + static_cast<std::uint32_t>(dice_.below(7)),
                                    .is_private = is_private};
    client_->create_room(arena::match_kind,
                         std::move(options),
                         [this, is_private, done = joining()](const JoinResult& result) {
                             if (result && is_private) board_.offer_invite(result.invite);
                             done(result);
                         });
}

void LobbyBot::pick_room() {
    if (dice_.below(4) == 0) {
        if (const auto invite = board_.take_invite())
            return client_->join_by_invite(*invite, joining());
    }
    if (client_->has_all_rooms()) {
        std::vector<engine_net::RoomSummary> free;
        for (const auto& [id, room] : client_->rooms()) {
            if (room.players < room.capacity && room.kind == arena::match_kind)
                free.push_back(room);
        }
        return enter_one_of(free);
    }
    ++pending_;
    client_->find_rooms({.kind = arena::match_kind,
                         .where = {{"free_seats", engine_net::Comparison::more, 0.0}},
                         .order = {{"players", true}},
                         .count = 20},
                        [this](const engine_net::RoomPage& page) {
                            --pending_;
                            if (!is_winding_down_) enter_one_of(page.rooms);
                        });
}

void LobbyBot::enter_one_of(const std::vector<engine_net::RoomSummary>& rooms) {
    if (rooms.empty()) return client_->join_or_create(arena::match_kind, joining());
    const engine_net::RoomId room =
        rooms[static_cast<std::size_t>(dice_.below(static_cast<int>(rooms.size())))].id;
    if (dice_.below(10) == 0) return client_->watch_room(room, {}, joining());
    client_->join_room(room, joining());
}

void LobbyBot::act_in_room(Time now) {
    const bool is_lonely = client_->members().size() < 2 && client_->phase() != RoomPhase::playing;
    if (now >= leave_room_time_) {
        if (!is_lonely) say(room_channel(client_->room()), "good game");
        client_->leave_room();
        return wait(now, 300, 1000);
    }
    wait(now, 500, 2500);
    const auto self = client_->members().find(client_->presence());
    if (self == client_->members().end() || self->second.is_spectator) return;
    if (client_->phase() != RoomPhase::playing && !self->second.is_ready)
        return client_->set_ready(true, answering("ready"));
    if (client_->host() == client_->presence() && dice_.below(10) == 0) return command_as_host();
    if (dice_.below(6) == 0) say(room_channel(client_->room()), "watch out!");
}

void LobbyBot::command_as_host() {
    engine_net::PresenceId other;
    for (const auto& [id, member] : client_->members()) {
        if (id != client_->presence()) other = id;
    }
    switch (dice_.below(5)) {
    case 0: return client_->command(RoomVerb::start, {}, {}, answering("start"));
    case 1: return client_->command(RoomVerb::lock, {}, {}, answering("lock"));
    case 2: return client_->command(RoomVerb::unlock, {}, {}, answering("unlock"));
    case 3: return client_->command(RoomVerb::make_host, other, {}, answering("make host"));
    default: return client_->command(RoomVerb::kick, other, "enough", answering("kick"));
    }
}

void LobbyBot::fly(Time now) {
    const engine_net::Tick tick = client_->server_tick(now);
    if (client_->phase() != RoomPhase::playing || tick == last_tick_) return;
    last_tick_ = tick;
    client_->send_input(pilot_.steer(arena::look(*client_, now)));
}

void LobbyBot::say(const std::string& channel, const std::string& text) {
    ++pending_;
    client_->channels().say(
        channel,
        text,
        [this, is_lobby = channel == "lobby"](const engine_net::RequestResult& result) {
            --pending_;
            if (result) {
                tally_.lobby_said += is_lobby ? 1 : 0;
            } else {
                ++tally_.refusals["say: " + std::string(message(result.error))];
            }
        });
}

Client::JoinHandler LobbyBot::joining() {
    ++pending_;
    return [this, asked = now_](const JoinResult& result) {
        --pending_;
        if (result) tally_.join_times.push_back(now_ - asked);
        note_join(result);
    };
}

void LobbyBot::note_join(const JoinResult& result) {
    wait(now_, 300, 1500);
    if (result) {
        ++tally_.joins;
        leave_room_time_ = now_ + std::chrono::milliseconds(8000 + dice_.below(20'000));
        listen(room_channel(result.room), std::nullopt);
    } else if (result.error == RequestError::cancelled) {
        ++tally_.cancelled;
    } else if (is_lost_race(result.error)) {
        ++tally_.races_lost;
    } else {
        ++tally_.refusals["join: " + std::string(message(result.error)) + " " + result.detail];
    }
}

engine_net::ResultHandler LobbyBot::answering(const char* what) {
    ++pending_;
    return [this, what](const engine_net::RequestResult& result) {
        --pending_;
        result ? ++tally_.commands
               : ++tally_.refusals[std::string(what) + ": " + std::string(message(result.error))];
    };
}

void LobbyBot::wind_down() {
    is_winding_down_ = true;
    if (client_ && is_queued_) client_->cancel_queue();
}

bool LobbyBot::is_settled() const {
    if (!client_) return token_.empty();
    return client_->state() == ClientState::online && pending_ == 0 && !is_queued_;
}

bool LobbyBot::is_in_room() const {
    return client_ && client_->room().is_set();
}

void LobbyBot::leave() {
    is_leaving_ = true;
    if (client_) client_->leave();
}

bool LobbyBot::has_left() const {
    return !client_;
}

BotBooks LobbyBot::books() const {
    if (!client_) return {};
    BotBooks books{
        .user = client_->user(), .room = client_->room(), .presence = client_->presence()};
    for (const auto& [id, member] : client_->members()) books.members.insert(id);
    return books;
}
