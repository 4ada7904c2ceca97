#pragma once

#include "core/bytes.hpp"

#include <engine_net/channels.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// What a client listens to, and how far it has heard.
class Subscriptions {
public:
    struct Subscription {
        std::uint32_t request = 0; ///< by which the server knows it; 0: not asked for yet
        Channels::MessageHandler on_message{};
        SubscribeOptions options{};
        std::optional<ChannelPosition> position{}; ///< once the server has let one in
        std::map<std::string, std::string> members{};
        /// Of each epoch that was met lately, the number that comes next: a server of a cluster may
        /// be cut off, and tell of an earlier one again.
        std::vector<ChannelPosition> heard{};
    };

    /// True: it is new, and is to be asked for.
    bool add(const std::string& channel, Subscription subscription);
    /// It is asked for by this number from now on.
    void ask(std::string_view channel, std::uint32_t request);
    /// The number by which the server knows it; nothing if there is none, or it was not asked for.
    std::optional<std::uint32_t> remove(std::string_view channel);
    /// The server refuses the one with that number. False: there is none.
    bool refuse(std::uint32_t request, const RequestResult& result);
    [[nodiscard]] const Subscription* find(std::string_view channel) const;
    /// By channel.
    [[nodiscard]] const std::map<std::string, Subscription, std::less<>>& all() const {
        return subscriptions_;
    }

    /// Calls the handlers of what has come. False: not ChannelNews.
    bool receive(Bytes message);

private:
    std::map<std::string, Subscription, std::less<>> subscriptions_;
};

} // namespace engine_net
