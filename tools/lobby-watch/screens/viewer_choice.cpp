#include "lobby-watch/screens/viewer_choice.hpp"

#include "lobby-watch/screens/look.hpp"

#include <imgui.h>

#include <string>

namespace watch {

namespace {

std::string name_of_viewer(const WatchedServer& server, const MemberTable& members) {
    const MemberRow* const row = members.find(server.viewer());
    return row ? row->member.member.name : "one who has left";
}

} // namespace

void draw_viewer_choice(WatchedServer& server, const char* none) {
    const bool has_one = server.viewer().is_set();
    const std::string shown = has_one ? name_of_viewer(server, server.members()) : none;
    ImGui::SetNextItemWidth(look::pixels(180));
    if (!ImGui::BeginCombo("##viewer", shown.c_str())) return;
    if (ImGui::Selectable(none, !has_one)) server.choose_viewer({});
    for (const MemberRow& row : server.members().rows()) {
        ImGui::PushID(static_cast<int>(row.id().value));
        if (ImGui::Selectable(row.member.member.name.c_str(), row.id() == server.viewer()))
            server.choose_viewer(row.id());
        ImGui::PopID();
    }
    ImGui::EndCombo();
}

} // namespace watch
