#pragma once

#include <engine_net/admin.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace watch {

/// Whom or what an action is about.
struct Target {
    engine_net::RoomId room{}; ///< unset: the lobby
    std::string room_name{};
    engine_net::PresenceId who{}; ///< unset: the room itself
    std::string name{};           ///< whose
};

/// "kick Ada", "close room 7 (Duel)".
std::string phrase(engine_net::AdminVerb verb, const Target& target);

/// Asks before what can't be taken back, and for the words that go with an action.
class ActionDialogue {
public:
    /// What can be done at once; nothing when it is asked first, as `is_open` tells.
    [[nodiscard]] std::optional<engine_net::AdminAction> begin(engine_net::AdminVerb verb,
                                                               const Target& target);
    [[nodiscard]] bool is_open() const { return is_open_; }
    [[nodiscard]] engine_net::AdminVerb verb() const { return verb_; }
    [[nodiscard]] const Target& target() const { return target_; }

    [[nodiscard]] std::string question() const;
    /// What happens then, a sentence; "" where that is plain.
    [[nodiscard]] std::string consequence() const;
    /// What is to be written down: "Reason", or "" if nothing is.
    [[nodiscard]] std::string text_label() const;
    [[nodiscard]] std::string& text() { return text_; }
    [[nodiscard]] std::size_t most_text_bytes() const;

    /// Whether all that is needed is there.
    [[nodiscard]] bool can_confirm() const;
    [[nodiscard]] std::optional<engine_net::AdminAction> confirm();
    void cancel() { is_open_ = false; }

private:
    bool is_open_ = false;
    engine_net::AdminVerb verb_{};
    Target target_;
    std::string text_;
};

} // namespace watch
