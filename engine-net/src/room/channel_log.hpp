#pragma once

#include <engine_net/channel.hpp>
#include <engine_net/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace engine_net {

/// What was said on one channel, numbered from 1: the newest messages, bounded in number and bytes.
class ChannelLog {
public:
    static constexpr std::size_t max_messages = 256;
    static constexpr std::size_t max_bytes = 32 * 1024;

    struct Message {
        ChannelKind kind = ChannelKind::message;
        std::string user{};
        std::string name{};
        std::string event{};
        std::vector<std::uint8_t> payload{};
        SessionId not_to{}; ///< its sender, which knows already
    };

    void append(Message message) {
        bytes_ += size_of(message);
        messages_.push_back(std::move(message));
        while (messages_.size() > max_messages || bytes_ > max_bytes) {
            bytes_ -= size_of(messages_.front());
            messages_.pop_front();
            ++first_;
        }
    }
    /// Nothing is kept any more; the next will get this number.
    void restart(std::uint64_t next) {
        messages_.clear();
        bytes_ = 0;
        first_ = next;
    }
    /// The number of the oldest that is kept, and the one that the next will get.
    [[nodiscard]] std::uint64_t begin() const { return first_; }
    [[nodiscard]] std::uint64_t end() const { return first_ + messages_.size(); }
    /// `number` is one of those from `begin` to below `end`.
    [[nodiscard]] const Message& at(std::uint64_t number) const {
        return messages_[static_cast<std::size_t>(number - first_)];
    }

private:
    static std::size_t size_of(const Message& message) {
        return sizeof message + message.user.size() + message.name.size() + message.event.size() +
               message.payload.size();
    }

    std::deque<Message> messages_;
    std::size_t bytes_ = 0;
    std::uint64_t first_ = 1;
};

} // namespace engine_net
