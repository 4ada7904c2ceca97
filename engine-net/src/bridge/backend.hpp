#pragma once

#include "bridge/exchange.hpp"
#include "bridge/http_client.hpp"

#include <engine_net/bridge.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/log.hpp>
#include <engine_net/stats.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine_net::bridge {

/// Asks the game's web backend who may be on which channel, and who may join: what `BRIDGE.md`
/// calls asking the backend.
class Backend {
public:
    /// All outlive it.
    struct Surroundings {
        HttpClient& http;
        BridgeStats& stats;
        std::function<void(LogLevel, std::string)> log;
    };
    using OnVerdict = std::function<void(const Verdict&)>;

    /// `node`: how this server is called in its cluster.
    Backend(BackendConfig config, Surroundings around, std::string node);

    /// Whether somebody is asked for this channel.
    [[nodiscard]] static bool decides(std::string_view channel);
    /// Calls `on_verdict` once, at once if the answer is known.
    void ask(const Question& question, OnVerdict on_verdict);
    void on_time(Time now);

private:
    /// A question as it is sent, but for its time.
    using Key = std::string;
    struct Known {
        Verdict verdict{};
        Time until{};
    };

    void post(const Key& key, const Question& question);
    void on_reply(const Key& key, const HttpReply& reply);
    void answer(const Key& key, const Verdict& verdict);
    void remember(const Key& key, const Verdict& verdict);
    void note_failure(const HttpReply& reply);
    void note_success();
    /// Whether it has failed so often that it is not asked for a while.
    [[nodiscard]] bool is_cut_off() const;

    BackendConfig config_;
    Surroundings around_;
    std::string node_;
    Time now_{};
    std::map<Key, std::vector<OnVerdict>> asked_;
    std::map<Key, Known> known_;
    std::deque<std::pair<Time, Key>> ends_; ///< of what is known, in order
    std::uint32_t failures_ = 0;            ///< one after the other
    Time next_try_{};
    bool is_tried_ = false; ///< by one, while all others are refused
};

} // namespace engine_net::bridge
