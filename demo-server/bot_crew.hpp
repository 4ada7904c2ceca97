#pragma once

#include "bot_orders.hpp"

#include <engine_net/client.hpp>
#include <engine_net/link_conditions.hpp>
#include <engine_net/log.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

struct BotCrewConfig {
    std::size_t bots = 16;
    std::string host = "127.0.0.1";
    std::uint16_t port = 7777;
    std::uint64_t seed = 1;
    engine_net::LinkSimulation net_sim;
    engine_net::LogSink log;
    /// Makes connect tokens for them; null: the server asks for none.
    std::function<std::string(const std::string& name)> token{};
    BotOrders* orders = nullptr; ///< of more bots, while it plays; null: there are none
};

/// What became of one bot.
struct BotReport {
    std::string name;
    engine_net::RoomId room; ///< unset: it got no seat
    std::string join_error;
    engine_net::CloseReason close_reason = engine_net::CloseReason::none;
    std::uint64_t ticks_flown = 0; ///< in which it saw its own ship
    std::uint64_t events = 0;      ///< from the room
    std::size_t names = 0;         ///< of players of the room, its own among them
    engine_net::ClientStats stats;
};

/// Bots in threads of their own, each a real client over UDP. They play until their server closes;
/// who was ordered leaves as well once it is out of its room.
class BotCrew {
public:
    /// Starts at once.
    explicit BotCrew(BotCrewConfig config);
    /// Waits for `finish`.
    ~BotCrew();
    BotCrew(const BotCrew&) = delete;
    BotCrew& operator=(const BotCrew&) = delete;

    /// Bots that have got a seat so far. From any thread.
    [[nodiscard]] std::size_t joined() const { return joined_; }
    /// Waits until every bot's client is closed; those still playing after a second are taken out.
    std::vector<BotReport> finish();

private:
    void play(std::size_t first, std::size_t count);
    void play_ordered();
    [[nodiscard]] engine_net::ClientConfig client_of(std::size_t number) const;
    void note_joined(std::size_t more);

    BotCrewConfig config_;
    std::vector<BotReport> reports_;
    std::atomic<std::size_t> joined_{0};
    std::atomic<bool> is_complete_{false}; ///< every bot has had its seat
    std::atomic<bool> is_over_{false};
    std::vector<std::thread> threads_;
};
