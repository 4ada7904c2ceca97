#pragma once

#include "transport/address.hpp"

#include <engine_net/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

enum class ResolveError : std::uint8_t { unknown_name, too_many_lookups };

std::string_view message(ResolveError error);

/// From a host's name to its addresses, without ever blocking the caller: a name is looked up on a
/// thread of its own, which may hang as long as the system's resolver does.
class Resolver {
public:
    /// At least one, at most eight, in the order to try them in: the lookup's, but for the
    /// families, which take turns, so that a family that leads nowhere costs one try.
    using Answer = Result<std::vector<Address>, ResolveError>;
    /// Blocks; called on another thread. None: there is no such name.
    using Lookup = std::function<std::vector<IpAddress>(const std::string& name)>;

    Resolver();
    /// Another lookup than the system's.
    explicit Resolver(Lookup lookup);

    /// Begins; what was begun before is forgotten. "127.0.0.1" and "::1" are answered at once.
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
