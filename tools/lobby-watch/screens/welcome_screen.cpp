#include "lobby-watch/screens/welcome_screen.hpp"

#include "lobby-watch/screens/look.hpp"

#include <imgui.h>

#include <string>

namespace watch {

namespace {

void draw_step(const char* number, const char* what, const std::string& how) {
    ImGui::TextColored(look::accent, "%s", number);
    ImGui::SameLine();
    ImGui::TextUnformatted(what);
    ImGui::Indent(look::pixels(20));
    ImGui::PushStyleColor(ImGuiCol_Text, look::dim);
    ImGui::TextWrapped("%s", how.c_str());
    ImGui::PopStyleColor();
    ImGui::Unindent(look::pixels(20));
    ImGui::Spacing();
}

} // namespace

void draw_welcome(const WatchedServer& server, const std::string& key_file) {
    const bool is_refused = server.source().state() == engine_net::AdminState::refused;
    ImGui::Dummy({0, look::pixels(30)});
    ImGui::Indent(look::pixels(60));
    ImGui::PushFont(look::large_font());
    ImGui::Text(is_refused ? "%s lets nobody in with this key" : "No server at %s yet",
                server.address().c_str());
    ImGui::PopFont();
    const std::string problem = server.source().problem();
    if (!problem.empty()) ImGui::TextColored(look::notable, "%s", problem.c_str());
    ImGui::Dummy({0, look::pixels(14)});

    draw_step("1",
              "Start a server.",
              "tools/demo, or build/bin/release/demo-server; or any other "
              "that is made with engine-net and has an admin key.");
    draw_step("2",
              "Give its key.",
              key_file.empty()
                  ? "--admin-key-file FILE, or --admin-key with its 64 hexadecimal digits."
                  : "It is read from " + key_file +
                        ", which demo-server writes when it first starts. For another: "
                        "--admin-key-file FILE, or --admin-key with its 64 hexadecimal digits.");
    draw_step("3",
              "Say where it is, if it is not here.",
              "lobby-watch --connect HOST:PORT, once for each server.");
    look::remark("As soon as it answers, its lobbies are shown here. F1 lists the keys.");
    ImGui::Unindent(look::pixels(60));
}

} // namespace watch
