#include "screens/lobby_browser.hpp"

#include "screens/parts.hpp"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>

using engine_net::RequestError;
using engine_net::RoomSummary;

bool LobbyBrowser::draw(Game& game) {
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    parts::begin_panel("lobby", {0.5F, 0.5F}, {picture.x - 80, picture.y - 70});
    parts::heading("Lobby");
    ImGui::SameLine();
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + 9);
    const std::size_t rooms = game.client().rooms().size();
    parts::remark(std::to_string(rooms) + (rooms == 1 ? " room on " : " rooms on ") +
                  game.address());
    parts::align_right(120);
    ImGui::SetCursorPosY(ImGui::GetStyle().WindowPadding.y);
    const bool wants_out = ImGui::Button("Menu", {120, 0});

    constexpr float side_width = 340;
    const float main_width = ImGui::GetContentRegionAvail().x - side_width - 14;
    parts::begin_part("rooms", {main_width, 0});
    draw_rooms(game);
    ImGui::EndChild();
    ImGui::SameLine(0, 14);
    parts::begin_part("side", {side_width, 0});
    draw_side(game);
    ImGui::EndChild();
    draw_password(game);
    ImGui::End();
    return wants_out;
}

void LobbyBrowser::draw_rooms(Game& game) {
    ImGui::SetNextItemWidth(280);
    ImGui::InputTextWithHint("##filter", "filter by name or kind", &filter_.text);
    ImGui::SameLine();
    ImGui::Checkbox("hide full rooms", &filter_.hides_full);

    const bool has_refusal = game.refusal().has_value();
    const float lines = has_refusal ? 2.0F : 1.0F;
    draw_table(game, -lines * ImGui::GetFrameHeightWithSpacing());
    if (has_refusal) parts::complaint(game.refusal()->text);
    draw_buttons(game);
}

void LobbyBrowser::draw_table(Game& game, float height) {
    constexpr ImGuiTableFlags flags = ImGuiTableFlags_Sortable | ImGuiTableFlags_RowBg |
                                      ImGuiTableFlags_ScrollY | ImGuiTableFlags_BordersOuter |
                                      ImGuiTableFlags_BordersInnerH;
    if (!ImGui::BeginTable("table", 4, flags, {0, height})) return;
    const auto column =
        [](const char* name, ImGuiTableColumnFlags more, float width, LobbyColumn id) {
            ImGui::TableSetupColumn(name, more, width, static_cast<ImGuiID>(id));
        };
    constexpr auto fixed = ImGuiTableColumnFlags_WidthFixed;
    constexpr auto first =
        ImGuiTableColumnFlags_DefaultSort | ImGuiTableColumnFlags_PreferSortDescending;
    column("Room", ImGuiTableColumnFlags_WidthStretch, 0, LobbyColumn::name);
    column("Kind", fixed, 90, LobbyColumn::kind);
    column("Players", fixed | first, 110, LobbyColumn::players);
    column("State", fixed, 140, LobbyColumn::phase);
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableHeadersRow();
    if (const ImGuiTableSortSpecs* sort = ImGui::TableGetSortSpecs();
        sort && sort->SpecsCount > 0) {
        filter_.column = static_cast<LobbyColumn>(sort->Specs->ColumnUserID);
        filter_.is_descending = sort->Specs->SortDirection == ImGuiSortDirection_Descending;
    }
    for (const RoomSummary* room : chosen(game.client().rooms(), filter_)) draw_row(game, *room);
    ImGui::EndTable();
}

void LobbyBrowser::draw_row(Game& game, const RoomSummary& room) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::PushID(static_cast<int>(room.id.value));
    constexpr auto flags =
        ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowDoubleClick;
    const std::string label = label_for(room);
    if (ImGui::Selectable(label.c_str(), selected_ == room.id, flags)) {
        selected_ = room.id;
        if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) enter(game, {.room = room.id});
    }
    ImGui::PopID();
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(room.kind.c_str());
    ImGui::TableNextColumn();
    ImGui::Text("%u / %u", room.players, room.capacity);
    if (room.spectators > 0) {
        ImGui::SameLine(0, 6);
        ImGui::TextDisabled("+%u", room.spectators);
    }
    ImGui::TableNextColumn();
    const bool is_open = !is_full(room) && !room.is_locked;
    const Colour colour = is_open ? Colour{0.45F, 1, 0.65F, 1} : flame;
    ImGui::TextColored(parts::imgui(colour), "%s", words_for(room));
}

void LobbyBrowser::draw_buttons(Game& game) {
    const auto& rooms = game.client().rooms();
    const auto found = rooms.find(selected_);
    const bool has_room = found != rooms.end();
    const ImVec2 size{110, 0};
    if (parts::button("Join", size, has_room && !is_full(found->second)))
        enter(game, {.room = selected_});
    ImGui::SameLine();
    if (parts::button("Watch", size, has_room)) enter(game, {.room = selected_, .watches = true});
    ImGui::SameLine();
    ImGui::TextDisabled("or");
    ImGui::SameLine();
    ImGui::SetNextItemWidth(130);
    ImGui::InputTextWithHint("##code", "invite code", &code_, ImGuiInputTextFlags_CharsNoBlank);
    ImGui::SameLine();
    if (parts::button("Join by code", {0, 0}, !code_.empty())) enter(game, {.invite = code_});
    ImGui::SameLine();
    if (ImGui::Button("Find me a match")) enter(game, {.queues = true});
}

void LobbyBrowser::draw_side(Game& game) {
    draw_new_room(game);
    ImGui::Spacing();
    ImGui::TextDisabled("Said in the lobby");
    chat_.draw(game, ImGui::GetContentRegionAvail().y);
}

void LobbyBrowser::draw_new_room(Game& game) {
    ImGui::BeginChild("new", {0, 204}, true);
    ImGui::TextDisabled("A room of your own");
    const auto label = [](const char* text) {
        ImGui::AlignTextToFramePadding();
        ImGui::TextUnformatted(text);
        ImGui::SameLine(100);
        ImGui::SetNextItemWidth(-1);
    };
    label("Name");
    ImGui::InputText("##name", &created_.create);
    label("Password");
    ImGui::InputTextWithHint(
        "##password", "none", &created_.password, ImGuiInputTextFlags_Password);
    label("Seats");
    ImGui::SliderInt("##seats", &capacity_, 2, 8);
    ImGui::Checkbox("private", &created_.is_private);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("In no list: others need its invite code");
    ImGui::SameLine();
    if (parts::button("Create", {-1, 0}, !created_.create.empty())) {
        created_.capacity = static_cast<std::uint32_t>(capacity_);
        game.enter(created_);
    }
    ImGui::EndChild();
}

/// Asks for a password first, where one is needed.
void LobbyBrowser::enter(Game& game, const Entrance& entrance) {
    const auto& rooms = game.client().rooms();
    const auto found = rooms.find(entrance.room);
    if (found == rooms.end() || !found->second.has_password) return game.enter(entrance);
    locked_ = entrance;
    asks_now_ = true;
}

void LobbyBrowser::draw_password(Game& game) {
    constexpr const char* title = "This room has a password";
    const bool was_wrong = game.refusal() && game.refusal()->error == RequestError::wrong_password;
    if (was_wrong && !locked_) {
        locked_ = game.entrance();
        locked_->password.clear();
        asks_now_ = true;
    }
    if (!locked_) return;
    if (asks_now_) ImGui::OpenPopup(title);
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({picture.x / 2, picture.y / 2}, ImGuiCond_Always, {0.5F, 0.5F});
    if (!ImGui::BeginPopupModal(title, nullptr, ImGuiWindowFlags_AlwaysAutoResize)) return;
    if (asks_now_) ImGui::SetKeyboardFocusHere();
    asks_now_ = false;
    ImGui::SetNextItemWidth(320);
    const bool is_typed =
        ImGui::InputText("##password",
                         &locked_->password,
                         ImGuiInputTextFlags_Password | ImGuiInputTextFlags_EnterReturnsTrue);
    if (was_wrong) parts::complaint("That was not it.");
    const bool is_given = ImGui::Button("Join", {155, 0}) || is_typed;
    ImGui::SameLine();
    const bool is_over = ImGui::Button("Cancel", {155, 0}) || is_given ||
                         ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape));
    if (is_over) {
        game.forget_refusal();
        if (is_given) game.enter(*locked_);
        locked_.reset();
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
}
