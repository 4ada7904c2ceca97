#include "lobby-watch/model/message_table.hpp"

#include <algorithm>
#include <compare>

namespace watch {

using engine_net::MessageTraffic;
using engine_net::Time;

namespace {

std::weak_ordering compare(const MessageRow& a, const MessageRow& b, MessageColumn column) {
    switch (column) {
    case MessageColumn::channel: return a.channel <=> b.channel;
    case MessageColumn::kind: return a.kind <=> b.kind;
    case MessageColumn::messages_in: return std::weak_order(a.messages_in, b.messages_in);
    case MessageColumn::bytes_in: return std::weak_order(a.bytes_in, b.bytes_in);
    case MessageColumn::messages_out: return std::weak_order(a.messages_out, b.messages_out);
    case MessageColumn::bytes_out: return std::weak_order(a.bytes_out, b.bytes_out);
    }
    return std::weak_ordering::equivalent;
}

void add(MessageRow& sum, const MessageRow& row) {
    sum.messages_in += row.messages_in;
    sum.bytes_in += row.bytes_in;
    sum.messages_out += row.messages_out;
    sum.bytes_out += row.bytes_out;
}

} // namespace

void MessageTable::update(Time now, const std::vector<MessageTraffic>& messages) {
    rows_.clear();
    channels_.clear();
    sum_ = {};
    rows_.reserve(messages.size());
    for (const MessageTraffic& one : messages) {
        Rates& rates = rates_[{one.channel, one.kind}];
        rates.messages_in.note(now, one.messages_in);
        rates.bytes_in.note(now, one.bytes_in);
        rates.messages_out.note(now, one.messages_out);
        rates.bytes_out.note(now, one.bytes_out);
        rows_.push_back({one.channel,
                         one.kind,
                         rates.messages_in.per_second(),
                         rates.bytes_in.per_second(),
                         rates.messages_out.per_second(),
                         rates.bytes_out.per_second()});
        auto channel = std::ranges::find(channels_, one.channel, &MessageRow::channel);
        if (channel == channels_.end())
            channel = channels_.insert(channel, MessageRow{.channel = one.channel});
        add(*channel, rows_.back());
        add(sum_, rows_.back());
    }
    sort();
}

void MessageTable::sort_by(MessageColumn column, bool is_descending) {
    if (column == column_ && is_descending == is_descending_) return;
    column_ = column;
    is_descending_ = is_descending;
    sort();
}

void MessageTable::sort() {
    std::ranges::stable_sort(rows_, [this](const MessageRow& a, const MessageRow& b) {
        const auto order = compare(a, b, column_);
        return is_descending_ ? order > 0 : order < 0;
    });
}

} // namespace watch
