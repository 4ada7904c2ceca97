#pragma once

#include "bridge/http_client.hpp"
#include "bridge/json_text.hpp"

#include <engine_net/bridge.hpp>
#include <engine_net/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::bridge {

/// A message of a channel, on its way to a service.
struct Passage {
    std::string channel{};
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;
    Json message{}; ///< MESSAGE of `BRIDGE.md`
};

/// What of a message comes in which kind of service, and how it is asked to take it.
class Service {
public:
    virtual ~Service() = default;
    Service() = default;
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// For a person, in logs: no secret is in it.
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// At most as many go with one request.
    [[nodiscard]] virtual std::size_t max_batch() const = 0;
    /// Those of one request are of one channel.
    [[nodiscard]] virtual bool is_by_channel() const = 0;
    /// Why the service can't have a channel of this name, for a person; "": it can.
    [[nodiscard]] virtual std::string problem_of(std::string_view channel) const = 0;
    /// The same for the message, on a channel that it can have.
    [[nodiscard]] virtual std::string problem_of(const Passage& passage) const = 0;
    /// A request for the first of these, as many as one can have, one at least; `count` says how
    /// many.
    virtual HttpCall call(const std::vector<const Passage*>& passages, std::size_t& count) = 0;
    /// Of an answer with a 2xx: for which of these it was not done, by their places in the request.
    /// Nothing: it is no answer of such a service.
    [[nodiscard]] virtual std::optional<std::vector<std::size_t>>
    failed_of(const std::string& body, std::size_t count) const = 0;
};

/// Of the configuration; else what is wrong with it, for a person.
Result<std::unique_ptr<Service>, std::string> make_service(const AdapterConfig& config);

std::unique_ptr<Service> make_pusher_service(const PusherService& service,
                                             std::function<UnixTime()> unix_time);
std::unique_ptr<Service> make_appsync_service(const AppSyncService& service);
std::unique_ptr<Service> make_firebase_service(const FirebaseService& service);

} // namespace engine_net::bridge
