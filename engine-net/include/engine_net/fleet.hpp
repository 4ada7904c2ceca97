#pragma once

#include <engine_net/log.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace engine_net {

class Server;

/// Where the fleet's sidecar is, and what it is told.
struct FleetConfig {
    std::string host = "localhost"; ///< where the SDK's sidecar is
    /// TCP; unset: as the environment's AGONES_SDK_HTTP_PORT says, or 9358 if that says nothing.
    std::optional<std::uint16_t> port{};
    std::chrono::milliseconds health_interval{2'000}; ///< between words that the server is well
    std::chrono::milliseconds stall_time{5'000}; ///< a server that did not step so long is not well
    std::chrono::milliseconds timeout{2'000};    ///< for which an answer is waited
    std::chrono::milliseconds longest_pause{5'000}; ///< between attempts, which are made for ever
    /// By `follow`: nobody was in a room for so long, and an allocated server is ready again.
    std::chrono::milliseconds idle_time{60'000};
    /// The fleet's counter of players; it must stand in the fleet's description. "": none.
    std::string counter = "players";
    std::uint32_t capacity = 0; ///< of that counter, by `follow`; 0: as the description has it
    LogSink log = log_to_stderr;
};

/// A server of an Agones fleet: says to its sidecar, by the SDK's HTTP interface, that it is ready,
/// well, allocated, how many play, and that it wants to end. All of that is told on a thread of its
/// own, so that no call waits. What can't be told yet (the sidecar may start later) is tried again;
/// of each thing the newest alone, so that nothing queues up.
///
/// The thread that constructs it calls everything, `FleetConfig::log` is called on it too.
class Fleet {
public:
    static constexpr std::size_t max_metadata = 64; ///< labels, and as many annotations

    explicit Fleet(FleetConfig config = {});
    /// Tries once to tell the state that was not told yet, for `FleetConfig::timeout` at most.
    ~Fleet();
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    /// All that a usual game server wants. Call it after each `Server::step`, or in `run_until`'s
    /// function. The server is ready at once, allocated once someone is seated, ready again when
    /// nobody was for `idle_time`, and it shuts down when it is drained.
    void follow(const Server& server);

    // Or one by one.

    /// The server steps. While this is called it is told to be well; then the log is written, too.
    void beat();
    /// Players may be sent here, or again.
    void ready();
    /// They have been: the server is not to be taken away.
    void allocate();
    /// The server's work is done: Agones ends it. Nothing is told after it but that it is well.
    void shutdown();
    void set_players(std::size_t players, std::optional<std::size_t> capacity = {});
    /// Of the GameServer's metadata; Agones puts "agones.dev/sdk-" before the key. False, and not
    /// told: there are `max_metadata` already.
    bool set_label(const std::string& key, const std::string& value);
    bool set_annotation(const std::string& key, const std::string& value);

private:
    class Teller;
    std::unique_ptr<Teller> teller_;
};

} // namespace engine_net
