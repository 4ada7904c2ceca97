#pragma once

#include "lobby-watch/model/action_dialogue.hpp"
#include "lobby-watch/model/byte_history.hpp"
#include "lobby-watch/model/entity_table.hpp"
#include "lobby-watch/model/link_dialogue.hpp"
#include "lobby-watch/model/lobby_source.hpp"
#include "lobby-watch/model/member_table.hpp"
#include "lobby-watch/model/message_table.hpp"
#include "lobby-watch/model/room_history.hpp"
#include "lobby-watch/model/room_table.hpp"
#include "lobby-watch/model/tick_history.hpp"

#include <engine_net/admin.hpp>

#include <memory>
#include <optional>
#include <string>

namespace watch {

/// One server: what is shown of it, and what is done to it.
class WatchedServer {
public:
    /// What became of an action.
    struct Notice {
        engine_net::Time at{};
        std::string text;
        bool is_problem = false;
    };

    /// `address` is what one calls it.
    WatchedServer(std::string address, std::unique_ptr<LobbySource> source);

    /// Once a frame.
    void update(engine_net::Time now);
    void leave() { source_->leave(); }

    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] const LobbySource& source() const { return *source_; }
    /// Null: it is no recording.
    [[nodiscard]] engine_net::Replay* replay() { return source_->replay(); }
    [[nodiscard]] bool is_watched() const;
    /// It was, so that what is shown is of then when it is not any more.
    [[nodiscard]] bool was_watched() const { return was_watched_; }

    [[nodiscard]] RoomTable& rooms() { return rooms_; }
    [[nodiscard]] MemberTable& members() { return members_; }
    [[nodiscard]] const RoomHistory& room_history() const { return room_history_; }
    [[nodiscard]] TickHistory& history() { return history_; }
    /// While `inspect` wants them.
    [[nodiscard]] EntityTable& entities() { return entities_; }
    void inspect(bool is_wanted) { source_->inspect(is_wanted, viewer_); }
    /// While `watch_bytes` wants them.
    [[nodiscard]] ByteHistory& bytes() { return bytes_; }
    [[nodiscard]] MessageTable& messages() { return messages_; }
    void watch_bytes(bool is_wanted);
    /// Whose bytes they are, and whose view stands beside the entities; not set: of all, of none.
    void choose_viewer(engine_net::PresenceId viewer) { viewer_ = viewer; }
    [[nodiscard]] engine_net::PresenceId viewer() const { return viewer_; }
    /// All graphs stand still, or go on.
    void hold(bool is_held);

    void look_at(engine_net::RoomId room);
    [[nodiscard]] engine_net::RoomId room() const { return room_; }
    /// The room that one looks at, as the list has it; null if there is none.
    [[nodiscard]] const engine_net::AdminRoom* listed_room() const;

    /// Why nothing can be done at present, a sentence; "" if it can.
    [[nodiscard]] std::string why_not() const;
    /// Does it, or opens the dialogue.
    void begin(engine_net::AdminVerb verb, const Target& target);
    [[nodiscard]] ActionDialogue& dialogue() { return dialogue_; }
    void confirm();
    /// Without a room: of all players.
    void begin_link(const Target& target);
    [[nodiscard]] LinkDialogue& link_dialogue() { return link_dialogue_; }
    void worsen_link();
    void take_back_link();
    /// Those of all players, and of each by itself.
    void take_back_links();
    /// What admins have done to links, a sentence; "" if nothing.
    [[nodiscard]] std::string worsened_links() const;
    /// The newest of the last seconds, null when none is.
    [[nodiscard]] const Notice* notice() const;
    void notify(std::string text, bool is_problem);

private:
    void act(const engine_net::AdminAction& action, const std::string& phrase);

    std::string address_;
    RoomTable rooms_;
    MemberTable members_;
    RoomHistory room_history_;
    TickHistory history_;
    EntityTable entities_;
    ByteHistory bytes_;
    MessageTable messages_;
    engine_net::PresenceId viewer_{};
    bool is_watching_bytes_ = false;
    ActionDialogue dialogue_;
    LinkDialogue link_dialogue_;
    std::optional<Notice> notice_;
    engine_net::Time now_{};
    std::optional<engine_net::Time> tables_at_;
    engine_net::RoomId room_{};
    bool was_watched_ = false;
    std::unique_ptr<LobbySource> source_; ///< goes first: it may call back
};

} // namespace watch
