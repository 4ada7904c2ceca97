#include "client/admin_watch.hpp"

#include "wire/control.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace engine_net {

namespace {

using namespace std::chrono_literals;

constexpr Duration server_interval = 250ms;
constexpr Duration room_interval = 250ms;
constexpr Duration entities_interval = 100ms;
constexpr Duration bytes_interval = 250ms;
constexpr Duration page_pause = 50ms;
constexpr Duration list_interval = 1s; ///< from one whole list to the next
constexpr Duration retry_pause = 1s;
constexpr std::size_t most_lines = 200;
constexpr std::size_t kept_seconds = 60;

} // namespace

AdminClient::Watch::Watch(AdminClientConfig config)
    : config_(std::move(config)), key_(parse_admin_key(config_.key)) {
    if (!key_) refuse("the key is none: 64 hexadecimal digits, as the server was given");
}

void AdminClient::Watch::connect() {
    ClientConfig config;
    config.host = config_.host;
    config.port = config_.port;
    config.name = "admin";
    config.is_admin = true;
    config.network = config_.network;
    config.seed = config_.seed;
    config.log = config_.log;
    client_ = std::make_unique<Client>(std::move(config));
    is_logging_in_ = false;
    server_ = list_ = room_ = entities_ = bytes_ = messages_ = {};
    next_room_ = 0;
}

void AdminClient::Watch::refuse(std::string why) {
    state = AdminState::refused;
    rights = AdminRights::none;
    problem = std::move(why);
}

void AdminClient::Watch::poll(Time now) {
    now_ = now;
    if (!client_ && state == AdminState::connecting && now >= next_attempt_) connect();
    if (!client_) return;
    client_->poll(now);
    if (client_->state() == ClientState::closed) return take_close();
    if (state == AdminState::refused) return client_->leave();
    if (client_->state() == ClientState::suspended) {
        problem = "the server does not answer";
        return;
    }
    if (client_->state() != ClientState::online) return;
    if (state == AdminState::watching) {
        problem.clear();
        ask_all();
    } else if (state == AdminState::connecting && !std::exchange(is_logging_in_, true)) {
        log_in();
    }
}

void AdminClient::Watch::take_close() {
    if (state == AdminState::connecting || state == AdminState::watching) {
        state = AdminState::connecting;
        problem = std::string(message(client_->close_reason()));
        if (!client_->close_detail().empty()) problem = client_->close_detail();
        next_attempt_ = now_ + retry_pause;
        rooms.clear();
        has_all_rooms = false;
        ticks.clear();
        messages.clear();
        view.reset();
        bytes.reset();
        if (inspection) inspection.emplace(looked_at_, inspection->viewer());
    }
    client_.reset();
}

void AdminClient::Watch::leave() {
    if (state != AdminState::refused) state = AdminState::closed;
    if (client_) client_->leave();
}

/// What it is to prove the key with comes first.
void AdminClient::Watch::log_in() {
    const auto say_so = [this](const CallAnswer& answer) {
        const auto* reply = wire::decode_admin_reply(answer.payload);
        const auto* welcome = reply ? reply->tell_as_AdminWelcome() : nullptr;
        if (answer.error == RequestError::not_allowed) return refuse(answer.detail);
        if (!welcome) return client_->leave(); // and on with the next attempt
        state = AdminState::watching;
        rights = static_cast<AdminRights>(welcome->rights());
        tick_rate = welcome->tick_rate();
    };
    client_->call(
        std::string(wire::admin_call), asker_.begin(), [this, say_so](const CallAnswer& answer) {
            const auto* reply = wire::decode_admin_reply(answer.payload);
            const auto* challenge = reply ? reply->tell_as_AdminChallenge() : nullptr;
            if (!challenge) return client_->leave();
            const auto proof = admin_proof(*key_, wire::view_of(challenge->number()));
            client_->call(std::string(wire::admin_call), asker_.login(proof), say_so);
        });
}

void AdminClient::Watch::ask(Question& question, Duration interval, Bytes request, Take take) {
    question.is_asked = true;
    question.next = now_ + interval;
    client_->call(std::string(wire::admin_call),
                  request,
                  [&question, take = std::move(take)](const CallAnswer& answer) {
                      question.is_asked = false;
                      const auto* reply = wire::decode_admin_reply(answer.payload);
                      if (answer.error == RequestError::none && reply) take(*reply);
                  });
}

void AdminClient::Watch::ask_all() {
    if (server_.is_due(now_)) {
        const auto newest = ticks.empty() ? std::nullopt : std::optional(ticks.back().tick);
        ask(server_, server_interval, asker_.server(newest), [this](const auto& reply) {
            if (const auto* server = reply.tell_as_AdminServer()) take_server(*server);
        });
    }
    if (list_.is_due(now_)) {
        if (next_room_ == 0) list_begun_ = now_;
        ask(list_, page_pause, asker_.rooms(next_room_), [this](const auto& reply) {
            if (const auto* page = reply.tell_as_AdminRooms()) take_rooms(*page);
        });
    }
    ask_entities();
    if (is_watching_bytes_) ask_bytes();
    ask_room();
}

void AdminClient::Watch::ask_room() {
    if (!looked_at_.is_set() || !room_.is_due(now_)) return;
    const std::uint64_t after = view && !view->lines.empty() ? view->lines.back().number : 0;
    const Tick after_tick = view && !view->ticks.empty() ? view->ticks.back().tick : Tick{};
    const Bytes request = asker_.room(looked_at_, after, after_tick);
    ask(room_, room_interval, request, [this](const auto& reply) {
        if (const auto* news = reply.tell_as_AdminRoomNews()) take_room(*news);
    });
}

/// Schema and pages come one after the other, then there is a pause.
void AdminClient::Watch::ask_entities() {
    if (!inspection || !looked_at_.is_set() || !entities_.is_due(now_)) return;
    ask(entities_, {}, inspection->ask(asker_), [this, of = looked_at_](const auto& reply) {
        if (!inspection || of != looked_at_) return;
        if (inspection->take(reply)) entities_.next = now_ + entities_interval;
    });
}

void AdminClient::Watch::ask_bytes() {
    if (looked_at_.is_set() && bytes_.is_due(now_)) {
        ask(bytes_, bytes_interval, asker_.bytes(looked_at_, viewer_), [this](const auto& reply) {
            if (const auto* told = reply.tell_as_AdminBytes()) take_bytes(*told);
        });
    }
    if (!messages_.is_due(now_)) return;
    ask(messages_, bytes_interval, asker_.messages(), [this](const auto& reply) {
        const auto* told = reply.tell_as_AdminMessages();
        if (!told) return;
        messages.clear();
        std::ranges::transform(
            *told->lines(), std::back_inserter(messages), [](const wire::AdminMessageLine* line) {
                return wire::traffic_of(*line);
            });
    });
}

void AdminClient::Watch::take_server(const wire::AdminServer& server) {
    stats = wire::stats_of(server);
    links = wire::links_of(server);
    if (!server.newest()) return;
    for (std::uint32_t i = 0; i < server.newest()->size(); ++i) {
        const wire::AdminTick& tick = *server.newest()->Get(i);
        const bool has_parts = server.parts() && i < server.parts()->size();
        if (ticks.empty() || ticks.back().tick < Tick{tick.tick()})
            ticks.push_back(wire::record_of(tick, has_parts ? server.parts()->Get(i) : nullptr));
    }
    const std::size_t most = kept_seconds * tick_rate;
    if (ticks.size() > most)
        ticks.erase(ticks.begin(), ticks.end() - static_cast<std::ptrdiff_t>(most));
}

/// Of those numbers that the page is about, what it does not name is no more.
void AdminClient::Watch::take_rooms(const wire::AdminRooms& page) {
    const auto first = rooms.lower_bound(RoomId{page.first()});
    const auto end = page.next() == 0 ? rooms.end() : rooms.lower_bound(RoomId{page.next()});
    if (page.next() == 0 || page.next() > page.first()) rooms.erase(first, end);
    for (const wire::AdminRoomLine* line : *page.rooms()) {
        AdminRoom room = wire::room_of(*line);
        rooms.insert_or_assign(room.summary.id, std::move(room));
    }
    next_room_ = page.next();
    if (next_room_ != 0) return;
    has_all_rooms = true;
    list_.next = list_begun_ + list_interval;
}

void AdminClient::Watch::take_room(const wire::AdminRoomNews& news) {
    const RoomId id{news.room()};
    if (id != looked_at_) return;
    if (!news.exists()) return view.reset();
    if (!view || view->id != id) view = AdminRoomView{.id = id};
    view->tick = Tick{news.tick()};
    view->host = PresenceId{news.host()};
    view->listeners = news.listeners();
    view->acts.clear();
    if (news.acts()) {
        for (const flatbuffers::String* act : *news.acts()) view->acts.push_back(act->str());
    }
    view->members.clear();
    view->members.reserve(news.members()->size());
    for (const wire::AdminMemberLine* line : *news.members())
        view->members.push_back(wire::admin_member_of(*line));
    for (const wire::AdminSaid* said : *news.said()) {
        view->lines.push_back(
            {said->number(), said->name()->str(), said->event()->str(), said->text()->str()});
    }
    if (news.ticks()) take_room_ticks(*news.ticks());
    if (view->lines.size() > most_lines) {
        view->lines.erase(view->lines.begin(),
                          view->lines.end() - static_cast<std::ptrdiff_t>(most_lines));
    }
}

void AdminClient::Watch::take_room_ticks(
    const flatbuffers::Vector<const wire::AdminRoomTick*>& newest) {
    std::vector<RoomTickRecord>& known = view->ticks;
    for (const wire::AdminRoomTick* tick : newest) {
        if (known.empty() || known.back().tick < Tick{tick->tick()})
            known.push_back(wire::record_of(*tick));
    }
    const std::size_t most = kept_seconds * tick_rate;
    if (known.size() > most)
        known.erase(known.begin(), known.end() - static_cast<std::ptrdiff_t>(most));
}

void AdminClient::Watch::take_bytes(const wire::AdminBytes& told) {
    if (RoomId{told.room()} != looked_at_ || PresenceId{told.viewer()} != viewer_) return;
    if (!told.exists()) return bytes.reset();
    bytes = wire::bytes_of(told);
}

void AdminClient::Watch::watch_bytes(bool is_wanted, PresenceId viewer) {
    is_watching_bytes_ = is_wanted;
    if (std::exchange(viewer_, viewer) != viewer) bytes.reset();
}

void AdminClient::Watch::look_at(RoomId room) {
    if (std::exchange(looked_at_, room) == room) return;
    view.reset();
    bytes.reset();
    room_.next = bytes_.next = {};
    if (inspection) inspection.emplace(room);
}

void AdminClient::Watch::inspect(bool is_wanted, PresenceId viewer) {
    if (is_wanted == inspection.has_value() && (!is_wanted || viewer == inspection->viewer()))
        return;
    inspection.reset();
    if (is_wanted) inspection.emplace(looked_at_, viewer);
}

void AdminClient::Watch::act(const AdminAction& action,
                             std::function<void(const std::string&)> done) {
    if (!client_ || state != AdminState::watching) {
        if (done) done("there is no connection to the server");
        return;
    }
    client_->call(std::string(wire::admin_call),
                  asker_.act(action),
                  [done = std::move(done)](const CallAnswer& answer) {
                      if (!done) return;
                      if (answer.error == RequestError::none) return done({});
                      done(answer.detail.empty() ? std::string(message(answer.error))
                                                 : std::string(answer.detail));
                  });
}

} // namespace engine_net
