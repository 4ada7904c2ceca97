#pragma once

#include "bridge/channel_log.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace engine_net::bridge {

/// How far each channel was read, in a file that outlives the process: a JSON object of positions
/// by channel. It is replaced as a whole, so it is always one that was saved.
class ChannelPositions {
public:
    /// With more, those that are at rest are forgotten: they are read anew if they come again.
    static constexpr std::size_t max_channels = 16'384;

    /// Of the file, if there is one that can be read.
    explicit ChannelPositions(std::string path);

    /// A channel is as told: `epoch`, and of this there is what comes from `begin` on. How many
    /// messages are missing between what was read and that.
    std::uint64_t open(const std::string& channel, std::uint64_t epoch, std::uint64_t begin);
    void close(const std::string& channel);
    /// False: it was read before, or is of another epoch.
    bool read(const std::string& channel, Position at);
    /// It waits somewhere, so it was read.
    void note_read(const std::string& channel, Position at);

    /// False: it can't be written, and will be tried again.
    bool save();

private:
    struct Place {
        std::uint64_t epoch = 0;
        std::uint64_t next = 0;
        bool is_open = false;
    };

    std::string path_;
    std::map<std::string, Place> places_;
    bool is_changed_ = false;
};

} // namespace engine_net::bridge
