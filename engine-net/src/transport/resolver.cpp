#include "transport/resolver.hpp"

#include "transport/host_lookup.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

namespace engine_net {
namespace {

/// Threads that hang in the system's resolver; a client that keeps trying must not pile them up.
constexpr int max_lookups = 8;
std::atomic<int> lookups = 0;
constexpr std::size_t most_addresses = 8;

/// Each once, the families in turn.
std::vector<Address> in_turn(std::vector<IpAddress> hosts, std::uint16_t port) {
    std::vector<Address> addresses;
    while (!hosts.empty() && addresses.size() < most_addresses) {
        const bool was_v4 = addresses.empty() || addresses.back().host.is_v4();
        const auto other = std::ranges::find_if(hosts, [&](const IpAddress& host) {
            return addresses.empty() || host.is_v4() != was_v4;
        });
        const IpAddress next = other != hosts.end() ? *other : hosts.front();
        addresses.push_back({next, port});
        std::erase(hosts, next);
    }
    return addresses;
}

} // namespace

struct Resolver::Question {
    std::string name;
    std::mutex mutex;
    bool is_answered = false;
    std::vector<IpAddress> hosts; ///< none: there is no such name
};

std::string_view message(ResolveError error) {
    switch (error) {
    case ResolveError::unknown_name: return "no host of this name is known";
    case ResolveError::too_many_lookups: return "earlier lookups of names have not ended yet";
    }
    return "unknown error";
}

Resolver::Resolver() : Resolver(look_up_host) {}

Resolver::Resolver(Lookup lookup) : lookup_(std::move(lookup)) {}

void Resolver::start(const std::string& name, std::uint16_t port) {
    question_.reset();
    answer_.reset();
    port_ = port;
    if (const std::optional<IpAddress> host = parse_host(name)) {
        answer_ = Answer({{*host, port}});
        return;
    }
    if (lookups.fetch_add(1) >= max_lookups) {
        --lookups;
        answer_ = Unexpected(ResolveError::too_many_lookups);
        return;
    }
    question_ = std::make_shared<Question>();
    question_->name = name;
    std::thread([question = question_, lookup = lookup_] {
        std::vector<IpAddress> hosts = lookup(question->name);
        const std::scoped_lock lock(question->mutex);
        question->hosts = std::move(hosts);
        question->is_answered = true;
        --lookups;
    }).detach();
}

std::optional<Resolver::Answer> Resolver::poll() {
    if (question_) {
        const std::shared_ptr<Question> question = question_;
        const std::scoped_lock lock(question->mutex);
        if (!question->is_answered) return std::nullopt;
        question_.reset();
        if (question->hosts.empty()) return Answer(Unexpected(ResolveError::unknown_name));
        return Answer(in_turn(std::move(question->hosts), port_));
    }
    return std::exchange(answer_, std::nullopt);
}

} // namespace engine_net
