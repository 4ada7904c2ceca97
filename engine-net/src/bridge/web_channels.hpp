#pragma once

#include "bridge/asks.hpp"
#include "bridge/channel_log.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace engine_net::bridge {

class Backend;

/// Reads a channel from a place of its own.
class Subscriber {
public:
    virtual ~Subscriber() = default;

    /// More was said, or it is another channel of the same name: of another epoch.
    virtual void on_news(const ChannelLog& log) = 0;
    /// The channel is over.
    virtual void on_over(const std::string& channel) = 0;
};

/// The channels that have guests, and who of the web is on them.
class WebChannels {
public:
    /// The bridge's own: which public rooms there are.
    static constexpr std::string_view room_list = "lobby/rooms";
    /// Channels that are over and remembered, so that streams of them are not begun again.
    static constexpr std::size_t max_remembered = 1024;

    WebChannels(Asks& asks, std::uint64_t own_epoch);

    /// It is asked from now on, for who is not authorised otherwise.
    void set_backend(Backend& backend) { backend_ = &backend; }

    /// `request` says as whom: as the guest is called everywhere, unless it is authorised as
    /// another. Calls `on_done` once, maybe at once, with the log if the guest is on the channel.
    /// Then it hears of all that is new.
    using OnDone = std::function<void(const tell::Answer&, const ChannelLog*)>;
    void
    subscribe(ask::Subscribe request, const std::weak_ptr<Subscriber>& subscriber, OnDone on_done);
    void unsubscribe(GuestId guest, const std::string& channel);
    /// The guest is gone.
    void leave(GuestId guest);
    /// What the channel says is heard of, until this has been said as often with false.
    void observe(const std::string& channel, bool is_wanted);

    [[nodiscard]] const ChannelLog* find(const std::string& channel) const;
    /// Of all that have guests.
    [[nodiscard]] std::vector<std::string> names() const;
    /// Whether this epoch of the channel has ended while it had guests.
    [[nodiscard]] bool is_over(const std::string& channel, std::uint64_t epoch) const;

    void on_told(const tell::ChannelOpened& opened);
    void on_told(const tell::ChannelNews& news);
    void on_told(const tell::ChannelClosed& closed);
    /// JSON of an object with all rooms.
    void set_room_list(const std::string& rooms);

private:
    struct Channel {
        explicit Channel(std::string name) : log(std::move(name)) {}

        ChannelLog log;
        std::map<GuestId, std::weak_ptr<Subscriber>> subscribers;
    };

    static void tell_subscribers(const Channel& channel);
    void ask_backend(ask::Subscribe request,
                     const std::weak_ptr<Subscriber>& subscriber,
                     OnDone on_done);
    void
    ask_server(ask::Subscribe request, const std::weak_ptr<Subscriber>& subscriber, OnDone on_done);
    void add(GuestId guest, Channel& channel, const std::weak_ptr<Subscriber>& subscriber);

    Asks* asks_;
    Backend* backend_ = nullptr;                          ///< null: there is none
    std::set<std::pair<GuestId, std::string>> asked_for_; ///< of the backend, and still wanted
    std::map<std::string, std::shared_ptr<Channel>, std::less<>> channels_;
    std::map<std::string, std::uint64_t> over_; ///< the epoch that ended
    std::map<std::string, std::size_t> observers_;
};

} // namespace engine_net::bridge
