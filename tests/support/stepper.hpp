#pragma once

#include "support/pond.hpp"

#include <engine_net/client.hpp>
#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// No datagram passes, and the stepper's own link.
inline constexpr engine_net::LinkConditions cut{.blackout = true};
inline constexpr engine_net::LinkConditions calm{.delay = std::chrono::milliseconds(20)};
/// The sockets of clients get their ports from here on, in the order of opening.
inline constexpr std::uint16_t first_client_port = 49'152;

/// A server of ponds and its clients in one process, over a simulated network in virtual time: a
/// story is told by running it for a while and looking.
class Stepper {
public:
    struct Options {
        std::uint64_t seed = 1;
        engine_net::LinkConditions link = calm;
        engine_net::ServerConfig server = {};
        engine_net::LogSink server_log{}; ///< hears what the server says, besides `errors`
        std::size_t drifters = 20;
        std::uint32_t capacity = 16;
        std::span<const std::uint8_t> prior{}; ///< of the server and, unless changed, its clients
        engine_net::RoomRecorder record{};
        std::optional<std::chrono::milliseconds> room_grace{};
        std::function<void(engine_net::RoomKindConfig&)> kind{}; ///< of ponds, what is not above
        /// The server's clock runs this far ahead of the clients'.
        engine_net::Duration server_clock_ahead{0};
        engine_net::Time start{std::chrono::seconds(1)};
    };

    Stepper() : Stepper(Options{}) {}
    explicit Stepper(Options options);

    /// A client with this name; `change` may alter its configuration.
    engine_net::Client&
    add_client(const std::string& name,
               const std::function<void(engine_net::ClientConfig&)>& change = {});
    /// The same, and asks to join any pond.
    engine_net::Client&
    add_player(const std::string& name,
               const std::function<void(engine_net::ClientConfig&)>& change = {});
    /// As a process that dies: no word to the server.
    void kill(engine_net::Client& client);

    void run(engine_net::Duration duration);
    /// Runs until `is_true`, for at most `limit`; whether it became true.
    bool run_until(const std::function<bool()>& is_true,
                   engine_net::Duration limit = std::chrono::seconds(10));
    /// Until every client is in a room.
    bool run_until_joined() {
        return run_until([this] {
            return all_joined();
        });
    }
    /// While set, the server is not stepped.
    bool is_server_stopped = false;

    [[nodiscard]] bool all_joined() const;
    [[nodiscard]] engine_net::Time now() const { return now_; }
    /// `Client::each<Body>` as a list, in their newest versions.
    [[nodiscard]] std::vector<std::pair<engine_net::EntityId, test_game::Body>>
    bodies(const engine_net::Client& client) const;

    engine_net::SimulatedNetwork network;
    test_game::Books books;
    std::vector<test_game::Pond*> ponds; ///< every one ever made, oldest first
    engine_net::Server server;
    std::vector<std::unique_ptr<engine_net::Client>> clients;
    std::vector<std::string> errors; ///< what anyone logged as an error

private:
    void step();

    Options options_;
    engine_net::Time now_;
};
