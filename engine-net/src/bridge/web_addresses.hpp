#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::bridge {

/// This machine's own.
bool is_loopback(std::string_view address);
/// An address in digits as it is counted: of IPv6 the network of 64 bits that one household has, of
/// IPv4 in IPv6 that of IPv4. Nothing: it is no address.
std::optional<std::string> counted_address(std::string_view address);

/// Who a connection is from: the last of `forwarded_for` that no trusted proxy has added, if it
/// comes from one; else `peer`.
std::string client_address(std::string_view peer,
                           std::string_view forwarded_for,
                           const std::vector<std::string>& trusted_proxies);

/// Counts connections by address.
class AddressCounts {
public:
    explicit AddressCounts(std::size_t most) : most_(most) {}

    /// One place of an address, as long as it lives.
    using Place = std::shared_ptr<void>;
    /// Null: it has too many. This machine's own never have.
    Place take(std::string_view address);

private:
    std::size_t most_;
    /// Shared with the places, which may outlive this.
    std::shared_ptr<std::map<std::string, std::size_t>> counts_ =
        std::make_shared<std::map<std::string, std::size_t>>();
};

} // namespace engine_net::bridge
