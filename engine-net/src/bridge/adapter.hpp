#pragma once

#include "bridge/channel_log.hpp"
#include "bridge/channel_positions.hpp"
#include "bridge/disk_queue.hpp"
#include "bridge/http_client.hpp"
#include "bridge/retries.hpp"
#include "bridge/service.hpp"

#include <engine_net/bridge.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/log.hpp>
#include <engine_net/result.hpp>
#include <engine_net/stats.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::bridge {

/// Passes what is said on some channels on to one service, one request at a time.
class Adapter {
public:
    /// What it needs of the bridge. All outlive it.
    struct Surroundings {
        HttpClient& http;
        BridgeStats& stats;
        std::function<std::uint64_t()> random;
        std::function<void(LogLevel, std::string)> log;
    };

    /// Else why not, for a person.
    static Result<std::unique_ptr<Adapter>, std::string> open(const AdapterConfig& config,
                                                              Surroundings around);

    [[nodiscard]] bool wants(std::string_view channel) const;
    /// Of channels that it wants. The channel is of this epoch, and has messages from `begin` on.
    void begin(const std::string& channel, std::uint64_t epoch, std::uint64_t begin);
    void add(const std::string& channel, std::uint64_t epoch, const Said& said);
    void end(const std::string& channel) { positions_.close(channel); }

    /// Messages that are not delivered yet.
    [[nodiscard]] std::size_t waiting() const { return queue_->size(); }
    /// Sends what waits, if it is time to.
    void on_time(Time now);
    void save();

private:
    /// One that waits, of the first.
    // NOLINTNEXTLINE(bugprone-exception-escape): JSON that is whole throws nothing when it moves
    struct Entry {
        Passage passage{};
        bool is_done = false;
    };

    Adapter(AdapterConfig config,
            Surroundings around,
            std::unique_ptr<Service> service,
            std::unique_ptr<DiskQueue> queue);

    void note_queued();
    void look_ahead();
    Entry read(std::string_view text);
    [[nodiscard]] std::vector<std::size_t> next_batch() const;
    void send();
    void on_reply(const std::vector<std::size_t>& batch, const HttpReply& reply);
    void
    on_failure(const std::vector<std::size_t>& failed, bool is_refused, const std::string& why);
    void drop(Entry& entry, const std::string& why);
    void remove_done();
    void log(LogLevel level, const std::string& text);

    AdapterConfig config_;
    Surroundings around_;
    std::unique_ptr<Service> service_;
    std::unique_ptr<DiskQueue> queue_;
    ChannelPositions positions_;
    Retries retries_;
    std::deque<Entry> first_{}; ///< of the queue
    bool is_under_way_ = false;
    bool is_full_ = false;
    bool has_told_of_unfit_ = false;
    Time now_{};
    Time saved_{};
};

} // namespace engine_net::bridge
