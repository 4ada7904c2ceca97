#pragma once

#include "bridge/framed_session.hpp"
#include "bridge/http_request.hpp"
#include "bridge/pusher_app.hpp"
#include "bridge/pusher_names.hpp"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net::bridge {

class HttpSession;

namespace pusher {

/// What a close tells Pusher's clients: from 4000 on don't come back, from 4100 on come back in a
/// second, from 4200 on at once.
enum class Close : std::uint16_t {
    no_such_app = 4001,
    bad_version = 4006,
    unsupported_version = 4007,
    no_version = 4008,
    unauthorised = 4009,
    over_capacity = 4100,
    server_ends = 4200,
    no_pong = 4201,
};

/// Of `pusher:error` on a client event that was not said.
inline constexpr int refused_client_event = 4301;
/// Of all that clients say, whatever they come by, so that it never passes for the backend's or for
/// the protocol's own.
inline constexpr std::string_view client_prefix = "client-";
/// A line of chat, whose data is {"text": ...}.
inline constexpr std::string_view chat_event = "client-chat";
/// Of a member's `user_info`.
inline constexpr std::size_t max_info_bytes = 1024;

/// What was said, in Pusher's terms.
struct Event {
    std::string name{};
    std::string data{};
};
Event event_of(const tell::ChannelItem& item);
/// The same, as all on the channel are told.
SharedBytes frame_of(const Said& said, const std::string& channel);

/// One connection at `/app/KEY`: see `BRIDGE.md`. It has no session to resume: who comes back is
/// another guest, and subscribes anew.
class Session final : public FramedSession, public Subscriber {
public:
    Session(App& app, Link& link, AddressCounts::Place place);

    /// First of all: it is closed if there is something to `refuse`, else let in.
    void begin(std::optional<Close> refusal, std::string_view why);

    void on_news(const ChannelLog& log) override;
    void on_over(const std::string& channel) override;

    /// Who has signed in; "": nobody.
    [[nodiscard]] const std::string& user() const { return user_; }
    [[nodiscard]] const std::string& socket_id() const { return socket_id_; }
    [[nodiscard]] GuestId guest() const { return guest_; }
    /// The backend wants it gone.
    void terminate();
    /// How many are on a channel, if it is on that and may know.
    void tell_count(const std::string& channel, std::size_t subscribers);

private:
    using Json = nlohmann::json;

    /// Where it is in a channel.
    struct Place {
        Name name{};
        std::string user{}; ///< who it is there; "" but on presence channels
        std::string shown_name{};
        UserInfo info{};
        bool is_on = false; ///< the server has let it in
        std::uint64_t epoch = 0;
        std::uint64_t next = 0;
    };

    void on_message(Opcode opcode, Bytes payload) override;
    void on_tick(Time now) override;
    CloseCode on_server_end(std::string_view reason) override;
    void on_end(bool can_come_back) override;
    [[nodiscard]] CloseCode too_fast() const override;
    [[nodiscard]] CloseCode too_slow() const override;
    std::weak_ptr<Session> weak_self() {
        return std::static_pointer_cast<Session>(shared_from_this());
    }

    void on_entered(const tell::Answer& answer);
    void subscribe(const Json& data);
    /// False: it is not signed for, which it has been told.
    bool check_signature(const std::string& channel, const Json& data, Place& place);
    bool take_member(const std::string& channel, const std::string& channel_data, Place& place);
    void begin_channel(const std::string& channel,
                       Place& place,
                       const ChannelLog& log,
                       const std::string& after);
    void unsubscribe(const Json& data);
    void sign_in(const Json& data);
    [[nodiscard]] bool may_speak(Kind kind) const;
    void publish(const std::string& event, const std::string& channel, const Json& data);
    void send_members(const std::string& channel, const Place& place, const ChannelLog& log);
    void send_newest(const std::string& channel, const ChannelLog& log);
    void send_new(const ChannelLog& log, Place& place);
    [[nodiscard]] SharedBytes member_frame(const Said& said, const std::string& channel) const;
    void forget(const std::string& channel);

    void send_event(std::string_view event, const Json& data, const std::string& channel = {});
    void refuse_channel(const std::string& channel,
                        std::string_view type,
                        std::string_view error,
                        int status);
    void send_error(std::string_view message, int code = 0);
    void end_with(Close code, std::string_view why);

    App* app_;
    GuestId guest_;
    std::string socket_id_;
    std::string user_;
    bool is_in_ = false;
    bool is_asked_ = false; ///< a pong is awaited
    Time asked_{};
    Time said_{};                                           ///< when it said something last
    std::map<std::string, Place> places_;                   ///< by Pusher's names
    std::map<std::string, std::string, std::less<>> names_; ///< Pusher's names, by ours
};

/// `/app/{key}`
void open_session(HttpSession& session, const HttpRequest& request, std::string_view key);

} // namespace pusher
} // namespace engine_net::bridge
