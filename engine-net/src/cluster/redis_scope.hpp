#pragma once

#include "cluster/backplane.hpp"
#include "cluster/frame.hpp"
#include "cluster/redis_link.hpp"

#include <engine_net/clock.hpp>

#include <array>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net::cluster {

/// What the parts of a node share, on its backplane's thread.
struct RedisScope {
    RedisLink& link;
    FrameSeal& seal;
    NodeStay stay{};
    bool is_in = false; ///< the link is up, and the stay is its own
    Time now{};
    std::vector<Tell> told{};
    std::function<void()> on_refused{};

    /// With its stay, which the scripts of a node begin with.
    [[nodiscard]] RedisConnection::Arguments arguments() const {
        return {std::to_string(stay.node.value), std::to_string(stay.epoch)};
    }
    /// Runs a script whose reply begins with whether the stay, which it is given, is still one's
    /// own; `on_done` is called if it is.
    void run(RedisScript script,
             RedisConnection::Arguments arguments,
             const RedisLink::OnReply& on_done) {
        const std::uint64_t epoch = stay.epoch;
        link.run(script, std::move(arguments), [this, epoch, on_done](const RedisReply& reply) {
            const auto verdict = reply.size() > 0 ? reply[0].number() : reply.number();
            if (verdict == 1) return on_done(reply);
            if (is_in && stay.epoch == epoch) on_refused();
        });
    }
    /// What a node of this cluster said for that purpose; what is nothing of the kind is counted.
    [[nodiscard]] std::optional<Frame>
    open(const FramePurpose& purpose, std::string_view frame, std::size_t max_bytes) {
        auto opened = seal.open(purpose, frame, max_bytes);
        if (opened && opened->from.node.value >= 1 && opened->from.node.value <= max_nodes)
            return opened;
        bad_frames.fetch_add(1, std::memory_order_relaxed);
        return std::nullopt;
    }

    std::atomic<std::uint64_t> bad_frames = 0;
    std::atomic<std::uint64_t> lost = 0; ///< messages and casts for which there was no room
};

/// The first line of what a script publishes: numbers, after a letter perhaps. What follows the
/// line is the body.
struct PublishedHead {
    char kind = ' ';
    std::array<std::uint64_t, 4> numbers{};
    std::size_t count = 0;
    std::string_view body{};

    static std::optional<PublishedHead> parse(std::string_view payload) {
        PublishedHead head;
        const std::size_t end = payload.substr(0, 100).find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        head.body = payload.substr(end + 1);
        std::string_view line = payload.substr(0, end);
        if (line.size() > 1 && line[1] == ' ' && line[0] >= 'A') {
            head.kind = line[0];
            line.remove_prefix(2);
        }
        while (!line.empty() && head.count < head.numbers.size()) {
            const char* const line_end = line.data() + line.size();
            const auto [to, error] =
                std::from_chars(line.data(), line_end, head.numbers[head.count]);
            if (error != std::errc() || (to != line_end && *to != ' ')) return std::nullopt;
            ++head.count;
            line.remove_prefix(static_cast<std::size_t>(to - line.data()));
            if (!line.empty()) line.remove_prefix(1);
        }
        return head;
    }
};

} // namespace engine_net::cluster
