#include "lobby-watch/model/link_dialogue.hpp"

#include <chrono>

namespace watch {

using engine_net::AdminAction;
using engine_net::AdminVerb;
using engine_net::LinkConditions;

namespace {

template <std::chrono::microseconds LinkConditions::*time>
constexpr LinkDial milliseconds(const char* label, float most) {
    return {label,
            most,
            "%.0f ms",
            [](const LinkConditions& link) {
                return std::chrono::duration<float, std::milli>(link.*time).count();
            },
            [](LinkConditions& link, float value) {
                link.*time = std::chrono::duration_cast<std::chrono::microseconds>(
                    std::chrono::duration<float, std::milli>(value));
            }};
}

template <double LinkConditions::*chance>
constexpr LinkDial percent(const char* label) {
    constexpr float most = 50;
    return {label,
            most,
            "%.1f %%",
            [](const LinkConditions& link) {
                return static_cast<float>(link.*chance * 100);
            },
            [](LinkConditions& link, float value) {
                link.*chance = static_cast<double>(value) / 100;
            }};
}

} // namespace

const std::array<LinkDial, 5>& link_dials() {
    static constexpr std::array dials{
        milliseconds<&LinkConditions::delay>("delay", 400),
        milliseconds<&LinkConditions::jitter>("jitter", 200),
        percent<&LinkConditions::loss>("loss"),
        percent<&LinkConditions::duplicate>("duplicates"),
        percent<&LinkConditions::reorder>("reorder"),
    };
    return dials;
}

void LinkDialogue::begin(const Target& target, const std::string& worsened) {
    is_open_ = true;
    target_ = target;
    const auto told = engine_net::parse_link_simulation(worsened);
    link_ = told ? *told : engine_net::LinkSimulation{};
}

std::string LinkDialogue::question() const {
    return target_.who.is_set() ? "The link of " + target_.name : "The links of all players";
}

void LinkDialogue::choose(const engine_net::LinkPreset& preset) {
    link_.out = preset.conditions;
    link_.in = preset.conditions;
}

AdminAction LinkDialogue::confirm() {
    is_open_ = false;
    return {AdminVerb::worsen_link, target_.room, target_.who, engine_net::text_of(link_)};
}

AdminAction LinkDialogue::take_back() {
    is_open_ = false;
    return {AdminVerb::worsen_link, target_.room, target_.who, ""};
}

} // namespace watch
