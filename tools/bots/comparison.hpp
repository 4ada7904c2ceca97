#pragma once

#include "lobby_bot.hpp"
#include "tally.hpp"

#include <engine_net/client.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The server's own books at one moment.
struct ServerBooks {
    struct Seat {
        engine_net::RoomId room{};
        engine_net::PresenceId presence{};
    };
    std::uint64_t joins = 0;
    std::uint64_t leaves = 0;
    std::uint64_t resumes = 0;
    std::uint64_t users = 0;
    std::uint64_t rooms = 0;
    std::uint64_t waiting = 0; ///< for a match
    std::uint64_t lobby_said = 0;
    std::map<std::string, Seat> seats{}; ///< by user
};

/// Asks the server for its books, as a player of its own. Nothing when it does not answer.
class Auditor {
public:
    explicit Auditor(engine_net::ClientConfig config);
    std::optional<ServerBooks> fetch();
    /// Stays on the server until then, or until the program is interrupted.
    void stay_until(engine_net::Time deadline);
    [[nodiscard]] const std::string& user() const { return client_.user(); }
    [[nodiscard]] std::uint64_t resumes() const { return client_.stats().resumes; }
    /// Why `fetch` gave nothing.
    [[nodiscard]] std::string failure() const;
    void leave();

private:
    bool fetch_page(ServerBooks& books, std::size_t first, std::size_t& total);

    engine_net::Client client_;
    std::string failure_;
};

/// What differs between what the bots know and what the servers of a cluster do.
std::vector<std::string> differences(const std::vector<ServerBooks>& servers,
                                     const std::vector<BotBooks>& bots);

/// What differs between what the bots know and what the server does, one sentence for each.
/// `first` are the server's books from before the bots came.
std::vector<std::string> differences(const ServerBooks& first,
                                     const ServerBooks& last,
                                     const Auditor& auditor,
                                     const std::vector<BotBooks>& bots,
                                     const Tally& tally);
