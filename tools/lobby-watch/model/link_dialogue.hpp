#pragma once

#include "lobby-watch/model/action_dialogue.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/link_conditions.hpp>

#include <array>
#include <string>

namespace watch {

/// One of the things that a link can be made to do.
struct LinkDial {
    const char* label;
    float most;
    const char* format; ///< as printf has it
    float (*get)(const engine_net::LinkConditions& link);
    void (*set)(engine_net::LinkConditions& link, float value);
};
/// Delay, jitter, loss, duplicates, reorder.
const std::array<LinkDial, 5>& link_dials();

/// How bad the link of a player is made, or those of all.
class LinkDialogue {
public:
    /// Without a room it is about all players. `worsened` is as the server tells it.
    void begin(const Target& target, const std::string& worsened);
    [[nodiscard]] bool is_open() const { return is_open_; }
    [[nodiscard]] const Target& target() const { return target_; }
    [[nodiscard]] std::string question() const;

    /// As the server sees it: out is to the player.
    [[nodiscard]] engine_net::LinkSimulation& link() { return link_; }
    /// Both ways.
    void choose(const engine_net::LinkPreset& preset);

    [[nodiscard]] engine_net::AdminAction confirm();
    /// The link is to be as it is by itself.
    [[nodiscard]] engine_net::AdminAction take_back();
    void cancel() { is_open_ = false; }

private:
    bool is_open_ = false;
    Target target_;
    engine_net::LinkSimulation link_;
};

} // namespace watch
