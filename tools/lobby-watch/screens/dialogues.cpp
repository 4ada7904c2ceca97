#include "lobby-watch/screens/dialogues.hpp"

#include "lobby-watch/screens/look.hpp"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <array>
#include <utility>

namespace watch {

namespace {

constexpr ImGuiWindowFlags dialogue_flags = ImGuiWindowFlags_AlwaysAutoResize |
                                            ImGuiWindowFlags_NoSavedSettings |
                                            ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoTitleBar;

/// In the middle; `ImGui::EndPopup` follows when it is true.
bool begin_dialogue(const char* name) {
    if (!ImGui::IsPopupOpen(name)) ImGui::OpenPopup(name);
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({picture.x / 2, picture.y * 0.4F}, ImGuiCond_Always, {0.5F, 0.5F});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {look::pixels(22), look::pixels(18)});
    const bool is_open = ImGui::BeginPopupModal(name, nullptr, dialogue_flags);
    ImGui::PopStyleVar();
    return is_open;
}

void heading(const char* words) {
    ImGui::PushFont(look::large_font());
    ImGui::TextUnformatted(words);
    ImGui::PopFont();
    ImGui::Spacing();
}

enum class Answer { none, yes, no };

Answer draw_buttons(const char* yes, bool can_do, bool is_dangerous) {
    ImGui::Spacing();
    const ImVec2 size{look::pixels(120), 0};
    if (is_dangerous) ImGui::PushStyleColor(ImGuiCol_Button, {0.62F, 0.20F, 0.20F, 1});
    ImGui::BeginDisabled(!can_do);
    const bool is_yes = ImGui::Button(yes, size);
    ImGui::EndDisabled();
    if (is_dangerous) ImGui::PopStyleColor();
    ImGui::SameLine();
    const bool is_no = ImGui::Button("Cancel (Esc)", size);
    const bool is_escaped = ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape));
    if (is_no || is_escaped) return Answer::no;
    return is_yes ? Answer::yes : Answer::none;
}

/// Whether Enter was pressed in it.
bool draw_text(const char* label, std::string& text) {
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(look::pixels(420));
    return ImGui::InputTextWithHint("##text", label, &text, ImGuiInputTextFlags_EnterReturnsTrue);
}

void draw_way(const char* name, engine_net::LinkConditions& link) {
    ImGui::TableNextColumn();
    ImGui::PushID(name);
    ImGui::TextDisabled("%s", name);
    for (const LinkDial& dial : link_dials()) {
        float value = dial.get(link);
        ImGui::SetNextItemWidth(look::pixels(170));
        constexpr ImGuiSliderFlags flags = ImGuiSliderFlags_AlwaysClamp;
        if (ImGui::SliderFloat(dial.label, &value, 0, dial.most, dial.format, flags))
            dial.set(link, value);
    }
    ImGui::Checkbox("black-out", &link.blackout);
    ImGui::PopID();
}

struct Key {
    const char* name;
    const char* meaning;
};
constexpr std::array<Key, 13> keys{{
    {"F1", "this page"},
    {"F2 F3 F4 F7 F8", "Lobbies, Room, Time, Entities, Bytes"},
    {"arrows, Tab", "to move; Alt for the tabs and what is above the table"},
    {"Enter, Space", "to press; on a room's line, to open it"},
    {"click on a header", "sorts by it, once more the other way; right: which columns there are"},
    {"Ctrl+F", "filter the rooms"},
    {"Ctrl+S", "save what the tab shows, as CSV or JSON"},
    {"F5", "hold the graphs"},
    {"F6", "the next server"},
    {"F5, Ctrl+Home, End", "a recording: play or pause it; to its begin, its end"},
    {"Ctrl+arrows", "there: 5 s back and on, with Shift a tick; up and down, how fast it goes"},
    {"F9", "kick who is chosen in the room; it is asked first"},
    {"F11, Ctrl+Q", "fill the screen, quit"},
}};

} // namespace

void draw_action_dialogue(WatchedServer& server) {
    ActionDialogue& dialogue = server.dialogue();
    if (!dialogue.is_open() || !begin_dialogue("action")) return;
    heading(dialogue.question().c_str());
    const std::string consequence = dialogue.consequence();
    if (!consequence.empty()) ImGui::TextUnformatted(consequence.c_str());
    const std::string label = dialogue.text_label();
    const bool is_entered = !label.empty() && draw_text(label.c_str(), dialogue.text());
    if (dialogue.text().size() > dialogue.most_text_bytes())
        ImGui::TextColored(look::bad, "at most %zu bytes", dialogue.most_text_bytes());
    const bool is_saying = dialogue.verb() == engine_net::AdminVerb::say;
    const Answer answer =
        draw_buttons(is_saying ? "Say it" : "Yes, do it", dialogue.can_confirm(), !is_saying);
    // Enter in the field is no answer to a question whether one is sure.
    if (answer == Answer::yes || (is_entered && is_saying)) server.confirm();
    if (answer == Answer::no) dialogue.cancel();
    if (!dialogue.is_open()) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
}

void draw_link_dialogue(WatchedServer& server) {
    LinkDialogue& dialogue = server.link_dialogue();
    if (!dialogue.is_open() || !begin_dialogue("link")) return;
    heading(dialogue.question().c_str());
    look::remark("Worsened at the server, for as long as you are here.");
    for (const engine_net::LinkPreset& preset : engine_net::link_presets()) {
        if (ImGui::Button(preset.name.data())) dialogue.choose(preset);
        ImGui::SameLine();
    }
    ImGui::NewLine();
    if (ImGui::BeginTable("ways", 2, ImGuiTableFlags_SizingStretchSame)) {
        draw_way("to the player", dialogue.link().out);
        draw_way("from the player", dialogue.link().in);
        ImGui::EndTable();
    }
    const Answer answer = draw_buttons("Worsen it", true, true);
    ImGui::SameLine();
    const bool is_taken_back = ImGui::Button("As it is by itself");
    if (answer == Answer::yes) server.worsen_link();
    if (answer == Answer::no) dialogue.cancel();
    if (is_taken_back) server.take_back_link();
    if (!dialogue.is_open()) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
}

void draw_help(bool& is_open) {
    if (!is_open || !begin_dialogue("help")) return;
    heading("Keys");
    if (ImGui::BeginTable("keys", 2, ImGuiTableFlags_SizingFixedFit)) {
        for (const Key& key : keys) {
            ImGui::TableNextRow();
            look::cell(key.name, look::accent);
            look::cell(key.meaning);
        }
        ImGui::EndTable();
    }
    ImGui::Spacing();
    const bool is_escaped = ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape));
    if (ImGui::Button("Close (Esc)") || is_escaped) {
        is_open = false;
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
}

void SaveDialogue::open(SavedTable table, const std::string& file) {
    is_open_ = true;
    table_ = std::move(table);
    file_ = file;
}

void SaveDialogue::save(WatchedServer& server) {
    const auto why = table_.save(file_);
    server.notify(why ? "can't save " + file_ + ": " + *why : "saved " + file_, why.has_value());
    is_open_ = false;
}

void SaveDialogue::draw(WatchedServer& server) {
    if (!is_open_ || !begin_dialogue("save")) return;
    heading("Save the table");
    const bool is_entered = draw_text("file", file_);
    look::remark("A name that ends in .json is written as JSON, any other as CSV.");
    const Answer answer = draw_buttons("Save", !file_.empty(), false);
    if (answer == Answer::yes || (is_entered && !file_.empty())) save(server);
    if (answer == Answer::no) is_open_ = false;
    if (!is_open_) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
}

} // namespace watch
