#pragma once

#include <engine_net/ids.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net {

/// What a call came to: bytes, at most `max_call_bytes` of them, or a refusal for a person.
class CallResult {
public:
    static CallResult answer(std::vector<std::uint8_t> payload) {
        CallResult result;
        result.payload_ = std::move(payload);
        return result;
    }
    static CallResult refuse(std::string reason) {
        CallResult result;
        result.reason_ = std::move(reason);
        return result;
    }
    [[nodiscard]] bool is_answered() const { return !reason_; }
    [[nodiscard]] const std::vector<std::uint8_t>& payload() const { return payload_; }
    [[nodiscard]] const std::string& reason() const { return *reason_; }

private:
    std::vector<std::uint8_t> payload_;
    std::optional<std::string> reason_;
};

/// Who calls. Valid for the call.
struct Caller {
    SessionId session;
    std::string_view user;
    std::string_view name;
};

/// The payload comes from the player as it is: verify it.
using CallHandler = std::function<CallResult(const Caller&, std::span<const std::uint8_t> payload)>;

} // namespace engine_net
