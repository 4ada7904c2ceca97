#pragma once

#include "transport/address.hpp"
#include "transport/resolver.hpp"
#include "transport/secure/attempt.hpp"
#include "transport/secure/keys.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// A server as a client knows it: where it is, and by which key.
struct ServerPlace {
    std::string host{};
    std::uint16_t port = 0;
    std::optional<PublicKey> key{}; ///< no other will do; unset: whoever answers
    /// Of it, for the next link.
    std::optional<Introduction> introduction{};
    /// In the order to try them in; empty until its name is looked up.
    std::vector<Address> addresses{};
    Resolver resolver{};

    /// Begins; what is known meanwhile stays.
    void look_up() { resolver.start(host, port); }
    /// Takes the answer, if it is there. False: the name is unknown, and no address is known.
    bool poll();
    /// This one answered: it is tried first from now on.
    void prefer(const Address& address);
};

/// "host:port" or "[host]:port", of a server with that key, in 64 hexadecimal digits; `resolver`
/// looks its name up. Nothing: they are none.
std::optional<ServerPlace>
parse_place(std::string_view address, std::string_view key, const Resolver& resolver);

} // namespace engine_net
