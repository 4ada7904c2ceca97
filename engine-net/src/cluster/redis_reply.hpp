#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <hiredis/hiredis.h>
#include <optional>
#include <string_view>

namespace engine_net::cluster {

/// What Redis has answered, which may be anything: asked for what it is not, it gives nothing.
class RedisReply {
public:
    explicit RedisReply(const redisReply* reply) : reply_(reply) {}

    [[nodiscard]] bool is_error() const { return reply_ && reply_->type == REDIS_REPLY_ERROR; }
    /// A string's, a status's or an error's.
    [[nodiscard]] std::string_view text() const {
        if (!reply_ || !reply_->str) return {};
        return {reply_->str, reply_->len};
    }
    /// An integer's, or that of a string of digits alone.
    [[nodiscard]] std::optional<std::uint64_t> number() const {
        if (!reply_) return std::nullopt;
        if (reply_->type == REDIS_REPLY_INTEGER && reply_->integer >= 0)
            return static_cast<std::uint64_t>(reply_->integer);
        std::uint64_t number = 0;
        const std::string_view digits = text();
        const char* const end = digits.data() + digits.size();
        const auto [read_to, error] = std::from_chars(digits.data(), end, number);
        if (digits.empty() || error != std::errc() || read_to != end) return std::nullopt;
        return number;
    }
    /// Elements.
    [[nodiscard]] std::size_t size() const {
        return reply_ && reply_->type == REDIS_REPLY_ARRAY ? reply_->elements : 0;
    }
    RedisReply operator[](std::size_t index) const {
        return RedisReply(index < size() ? reply_->element[index] : nullptr);
    }

private:
    const redisReply* reply_;
};

} // namespace engine_net::cluster
