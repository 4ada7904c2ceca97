#pragma once

#include "model/chat_log.hpp"
#include "model/entrance.hpp"
#include "model/roster.hpp"
#include "model/server_timing.hpp"
#include "model/session_file.hpp"
#include "model/stage.hpp"
#include "model/traffic_rates.hpp"
#include "rules/ship.hpp"

#include <engine_net/client.hpp>

#include "arena_generated.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

/// One player's stay on a server: connects, looks for a room and keeps its seat there.
class Game {
public:
    /// Why the server did not do as the player asked.
    struct Refusal {
        engine_net::RequestError error = engine_net::RequestError::none;
        std::string text{};
    };

    /// Without an entrance it stays in the lobby. A session that `session_file` has comes before
    /// either.
    Game(engine_net::ClientConfig config,
         const std::optional<Entrance>& entrance,
         const std::string& session_file);

    /// Once a frame.
    void poll(engine_net::Time now, float seconds);
    void send(const arena::Input& input) { client_->send_input(input); }
    void say(arena::Emote emote);
    /// A line of chat, in the room or in the lobby.
    void say(const std::string& text);
    /// Leaves politely, within a second.
    void leave();

    /// From the lobby: asks for a seat.
    void enter(const Entrance& entrance);
    /// Does not want to wait for a match any more.
    void stop_waiting() { client_->cancel_queue(); }
    /// Back to the lobby.
    void leave_room();
    void set_ready(bool is_ready);
    /// As the room's host.
    void command(engine_net::RoomVerb verb, engine_net::PresenceId whom = {});
    void forget_refusal() { refusal_.reset(); }
    void set_net_sim(const engine_net::LinkSimulation& simulation);
    /// Once a frame while someone looks at `traffic`.
    void measure_traffic(engine_net::Time now) { traffic_.note(client_->traffic(), now); }
    /// Once a frame while someone looks at `server_timing`.
    void ask_server_timing(engine_net::Time now);

    /// For each event from the room, besides what the roster makes of it.
    void on_event(std::function<void(const arena::Event&)> handler) {
        handler_ = std::move(handler);
    }
    /// For each shot of the player's own ship, at once, with the ship that has fired it.
    void on_shot(std::function<void(const arena::ShipBody&)> handler) {
        shot_ = std::move(handler);
    }
    /// For each line that tells what people do and say.
    void on_line(std::function<void(const std::string&)> handler) { line_ = std::move(handler); }

    [[nodiscard]] Stage stage() const;
    /// The link is lost, and attempts to resume go on: what is shown is old.
    [[nodiscard]] bool is_suspended() const { return is_suspended_; }
    /// Looks on without a seat.
    [[nodiscard]] bool is_spectator() const;
    [[nodiscard]] bool is_host() const { return client_->host() == client_->presence(); }
    /// One's own line among the room's people; null where one is in none.
    [[nodiscard]] const engine_net::RoomMember* self() const;
    /// It waits for a match with others of like rank.
    [[nodiscard]] bool is_queued() const { return !waiting_.empty(); }
    /// What to tell the player instead of, or beside, the game; empty when all is well.
    [[nodiscard]] std::string notice() const;
    /// Of the last request, if it was not done; it stays until it is forgotten, or another is made.
    [[nodiscard]] const std::optional<Refusal>& refusal() const { return refusal_; }
    /// Why it ended, or got no seat, if that is to be called a failure.
    [[nodiscard]] std::optional<std::string> failure() const;

    /// It plays on what a process before it had begun.
    [[nodiscard]] bool is_back() const { return is_back_; }
    [[nodiscard]] const engine_net::Client& client() const { return *client_; }
    [[nodiscard]] const Roster& roster() const { return roster_; }
    /// Of the room, or of the lobby.
    [[nodiscard]] const ChatLog& chat() const { return chat_; }
    [[nodiscard]] const ServerTiming& server_timing() const { return server_timing_; }
    [[nodiscard]] const TrafficRates& traffic() const { return traffic_; }
    [[nodiscard]] const std::string& invite() const { return invite_; }
    /// "host:port"
    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] const Entrance& entrance() const { return entrance_; }
    [[nodiscard]] const engine_net::LinkSimulation& net_sim() const { return config_.net_sim; }

private:
    void connect();
    void start_over();
    void ask_for_seat();
    void note_join(const engine_net::JoinResult& result);
    void note_request(const engine_net::RequestResult& result);
    void go_where_it_belongs();
    void listen(const std::string& channel);
    void note_people();
    void note_phase();
    [[nodiscard]] std::string place() const;
    void tell(const std::string& line);

    engine_net::ClientConfig config_;
    Entrance entrance_;
    bool wants_seat_;
    std::string address_;
    SessionFile session_file_;
    bool is_back_ = false;
    bool is_suspended_ = false;
    bool is_joining_ = false;
    ServerTiming server_timing_;
    TrafficRates traffic_;
    std::unique_ptr<engine_net::Client> client_;
    Roster roster_;
    ChatLog chat_;
    std::string channel_; ///< that is listened to
    std::string invite_;
    std::function<void(const arena::Event&)> handler_;
    std::function<void(const arena::ShipBody&)> shot_;
    std::function<void(const std::string&)> line_;
    std::optional<std::string> no_seat_; ///< why there is none
    std::optional<Refusal> refusal_;
    std::string waiting_; ///< for a match: how it stands
    engine_net::RoomPhase phase_ = engine_net::RoomPhase::playing;
    std::map<engine_net::PresenceId, std::string> people_; ///< who were in the room so far
};
