#pragma once

#include "transport/address.hpp"

#include <engine_net/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net {

enum class ResolveError : std::uint8_t { unknown_name, too_many_lookups };

std::string_view message(ResolveError error);

/// From a host's name to its address, without ever blocking the caller: a name is looked up on a
/// thread of its own, which may hang as long as the system's resolver does.
class Resolver {
public:
    using Answer = Result<Address, ResolveError>;
    /// Blocks; called on another thread.
    using Lookup = std::function<std::optional<IpAddress>(const std::string& name)>;

    Resolver();
    /// For tests: another lookup than the system's.
    explicit Resolver(Lookup lookup);

    /// Begins; what was begun before is forgotten. "127.0.0.1" is answered at once.
    void start(const std::string& name, std::uint16_t port);
    /// The answer, once; nothing while there is none.
    std::optional<Answer> poll();

private:
    struct Question;

    Lookup lookup_;
    /// Shared with the thread that looks it up, which may outlive us.
    std::shared_ptr<Question> question_;
    std::optional<Answer> answer_;
    std::uint16_t port_ = 0;
};

} // namespace engine_net
