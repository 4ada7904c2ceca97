#pragma once

#include "client/admin_inspection.hpp"
#include "session/admin_key.hpp"
#include "wire/admin.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/client.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

/// What an `AdminClient` asks of its server, and what it was told.
class AdminClient::Watch {
public:
    explicit Watch(AdminClientConfig config);

    void poll(Time now);
    void leave();
    void look_at(RoomId room);
    void inspect(bool is_wanted, PresenceId viewer);
    void watch_bytes(bool is_wanted, PresenceId viewer);
    void act(const AdminAction& action, std::function<void(const std::string&)> done);

    AdminState state = AdminState::connecting;
    AdminRights rights = AdminRights::none;
    bool has_all_rooms = false;
    std::uint32_t tick_rate = 0;
    std::string problem = "not connected yet";
    ServerStats stats;
    AdminLinks links;
    std::vector<TickRecord> ticks;
    std::map<RoomId, AdminRoom> rooms;
    std::optional<AdminRoomView> view;
    std::optional<AdminInspection> inspection;
    std::optional<AdminBytes> bytes;
    std::vector<MessageTraffic> messages;

private:
    /// Something that is asked for again and again, one question at a time.
    struct Question {
        bool is_asked = false;
        Time next{};
        [[nodiscard]] bool is_due(Time now) const { return !is_asked && now >= next; }
    };
    using Take = std::function<void(const wire::AdminReply&)>;

    void connect();
    void refuse(std::string why);
    void take_close();
    void log_in();
    void ask(Question& question, Duration interval, Bytes request, Take take);
    void ask_all();
    void ask_room();
    void ask_entities();
    void ask_bytes();
    void take_server(const wire::AdminServer& server);
    void take_rooms(const wire::AdminRooms& page);
    void take_room(const wire::AdminRoomNews& news);
    void take_room_ticks(const flatbuffers::Vector<const wire::AdminRoomTick*>& newest);
    void take_bytes(const wire::AdminBytes& told);

    AdminClientConfig config_;
    std::optional<AdminKey> key_;
    std::unique_ptr<Client> client_; ///< null: between two attempts
    wire::AdminAsker asker_;
    Time now_{};
    Time next_attempt_{};
    Question server_;
    Question list_;
    Question room_;
    Question entities_;
    Question bytes_;
    Question messages_;
    Time list_begun_{};
    std::uint32_t next_room_ = 0; ///< where the list goes on
    RoomId looked_at_;
    PresenceId viewer_; ///< whose bytes are watched; not set: all
    bool is_watching_bytes_ = false;
    bool is_logging_in_ = false;
};

} // namespace engine_net
