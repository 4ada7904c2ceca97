#pragma once

#include "lobby-watch/model/rate.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace watch {

enum class MessageColumn : std::uint8_t {
    channel,
    kind,
    messages_in,
    bytes_in,
    messages_out,
    bytes_out
};
inline constexpr std::size_t message_column_count = 6;

/// Messages of one kind, or of all kinds of a channel, a second.
struct MessageRow {
    std::string channel{};
    std::string kind{};
    double messages_in = 0;
    double bytes_in = 0;
    double messages_out = 0;
    double bytes_out = 0;
};

/// What a server's messages come to.
class MessageTable {
public:
    void update(engine_net::Time now, const std::vector<engine_net::MessageTraffic>& messages);
    void sort_by(MessageColumn column, bool is_descending);

    [[nodiscard]] const std::vector<MessageRow>& rows() const { return rows_; }
    /// Of all kinds, by channel.
    [[nodiscard]] const std::vector<MessageRow>& channels() const { return channels_; }
    /// Of all channels.
    [[nodiscard]] const MessageRow& sum() const { return sum_; }

private:
    struct Rates {
        Rate messages_in;
        Rate bytes_in;
        Rate messages_out;
        Rate bytes_out;
    };

    void sort();

    std::map<std::pair<std::string, std::string>, Rates> rates_;
    std::vector<MessageRow> rows_;
    std::vector<MessageRow> channels_;
    MessageRow sum_;
    MessageColumn column_ = MessageColumn::bytes_out;
    bool is_descending_ = true;
};

} // namespace watch
