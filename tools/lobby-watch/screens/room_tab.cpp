#include "lobby-watch/screens/room_tab.hpp"

#include "lobby-watch/model/words.hpp"
#include "lobby-watch/screens/figures.hpp"
#include "lobby-watch/screens/look.hpp"
#include "lobby-watch/screens/room_graphs.hpp"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace watch {

using engine_net::AdminLine;
using engine_net::AdminMember;
using engine_net::AdminRoom;
using engine_net::AdminRoomView;
using engine_net::AdminVerb;
using engine_net::RoomSummary;

namespace {

/// By `MemberColumn`.
struct Column {
    const char* name = "";
    float width = 0;        ///< 0: what is left
    bool is_hidden = false; ///< unless it is chosen
};
constexpr std::array<Column, member_column_count> columns{{
    {"Name", 0},
    {"User", 110, true},
    {"Address", 92},
    {"RTT ms", 76},
    {"Jitter", 64},
    {"Loss in", 68},
    {"Loss out", 78},
    {"kB/s in", 70},
    {"kB/s out", 78},
    {"Lead ms", 76},
    {"Late in", 68},
    {"Age", 50},
    {"Budget", 74},
    {"Resumes", 80},
    {"Flags", 96},
}};
constexpr int first_number = static_cast<int>(MemberColumn::round_trip);
constexpr int end_number = static_cast<int>(MemberColumn::flags);
constexpr double tight_budget = 0.9;
constexpr double many_late = 0.02;
constexpr double much_loss = 0.05;

void set_up_columns() {
    ImGui::TableSetupScrollFreeze(0, 1);
    for (const Column& column : columns) {
        ImGuiTableColumnFlags flags = column.width > 0 ? ImGuiTableColumnFlags_WidthFixed
                                                       : ImGuiTableColumnFlags_WidthStretch;
        if (column.is_hidden) flags |= ImGuiTableColumnFlags_DefaultHide;
        ImGui::TableSetupColumn(column.name, flags, look::pixels(column.width));
    }
    look::headers(static_cast<int>(columns.size()), first_number, end_number, look::arrow_width());
}

void follow_sorting(MemberTable& members) {
    const ImGuiTableSortSpecs* const sorting = ImGui::TableGetSortSpecs();
    if (!sorting || sorting->SpecsCount == 0) return;
    const ImGuiTableColumnSortSpecs& first = *sorting->Specs;
    members.sort_by(static_cast<MemberColumn>(first.ColumnIndex),
                    first.SortDirection == ImGuiSortDirection_Descending);
}

void draw_figures(const MemberRow& row) {
    const AdminMember& member = row.member;
    look::cell(member.member.user.c_str(), look::dim);
    look::cell(member.address.c_str(), look::dim);
    look::number_cell(figures::ms(member.round_trip).text(),
                      look::colour_of(trouble_of_round_trip(member.round_trip)));
    look::number_cell(figures::ms(member.jitter).text());
    for (const double loss : {member.loss_in, member.loss_out}) {
        look::number_cell(figures::percent(loss).text(),
                          loss > much_loss ? look::notable : look::text);
    }
    look::number_cell(figures::kb(row.bytes_in_per_s).text());
    look::number_cell(figures::kb(row.bytes_out_per_s).text());
    look::number_cell(figures::ms(member.input_lead).text(),
                      member.input_lead.count() < 0 ? look::notable : look::text);
    const bool has_late = row.late_share() > many_late;
    look::number_cell(figures::percent(row.late_share()).text(),
                      has_late ? look::notable : look::text);
    const bool is_behind = row.trouble == Trouble::behind;
    look::number_cell(figures::count(member.snapshot_age).text(),
                      is_behind ? look::bad : look::text);
    const bool is_tight = row.budget_use() > tight_budget;
    look::number_cell(member.budget > 0 ? figures::percent(row.budget_use()).text() : "-",
                      is_tight ? look::notable : look::text);
    look::number_cell(figures::count(member.resumes).text());
    look::cell(row.flags().c_str(), member.worsened_link.empty() ? look::quiet : look::notable);
    look::tip(member.worsened_link.c_str());
}

Target target_of(const RoomSummary& room) {
    return {room.id, room.name, {}, ""};
}

void draw_head(const AdminRoom& room, std::uint32_t tick_rate) {
    const RoomSummary& summary = room.summary;
    ImGui::PushFont(look::large_font());
    ImGui::TextUnformatted(summary.name.c_str());
    ImGui::PopFont();
    ImGui::SameLine(0, look::pixels(16));
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("%s %u  ·  %s  ·  %u of %u players  ·  %u watching  ·  %s old  ·  "
                        "p50 %s, p99 %s ms",
                        summary.kind.c_str(),
                        summary.id.value,
                        name_of(summary.phase).data(),
                        summary.players,
                        summary.capacity,
                        summary.spectators,
                        figures::age(summary.age).text(),
                        figures::ms(room.tick_p50_us).text(),
                        figures::ms(room.tick_p99_us).text());
    const Trouble trouble = trouble_of(room, tick_rate);
    if (trouble == Trouble::none) return;
    ImGui::SameLine(0, look::pixels(16));
    ImGui::TextColored(look::colour_of(trouble), "%s", message(trouble).data());
}

void draw_actions(WatchedServer& server, const AdminRoom& room) {
    const std::string why = server.why_not();
    const Target target = target_of(room.summary);
    const auto offer = [&](const char* label, AdminVerb verb, bool is_first = false) {
        if (!is_first) ImGui::SameLine();
        if (look::button(label, why.c_str())) server.begin(verb, target);
    };
    if (room.is_paused) {
        offer("Run", AdminVerb::run, true);
        offer("Step", AdminVerb::step);
    } else {
        offer("Pause", AdminVerb::pause, true);
    }
    offer(room.summary.is_locked ? "Unlock" : "Lock",
          room.summary.is_locked ? AdminVerb::unlock : AdminVerb::lock);
    offer("Say...", AdminVerb::say);
    if (room.takes_bots) offer("Add bot", AdminVerb::add_bot);
    offer(room.is_recorded ? "Stop recording" : "Record",
          room.is_recorded ? AdminVerb::stop_recording : AdminVerb::start_recording);
    offer("Close room...", AdminVerb::close_room);
    if (!room.is_recorded) return;
    ImGui::SameLine();
    const char* const file = room.recorded_as.empty() ? "a file" : room.recorded_as.c_str();
    ImGui::TextColored(look::bad, "\u25CF recorded into %s", file);
}

void draw_line(const AdminLine& line) {
    ImGui::TextColored(look::accent, "%s", line.name.c_str());
    ImGui::SameLine();
    if (!line.event.empty()) {
        ImGui::TextColored(look::quiet, "[%s]", line.event.c_str());
        ImGui::SameLine();
    }
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(line.text.c_str());
    ImGui::PopTextWrapPos();
}

void draw_acts(const AdminRoomView* view) {
    ImGui::BeginChild("acts", {0, 0}, true);
    ImGui::TextDisabled("What admins did here");
    ImGui::PushTextWrapPos(0);
    if (view) {
        for (const std::string& act : view->acts) ImGui::TextUnformatted(act.c_str());
    }
    ImGui::PopTextWrapPos();
    ImGui::EndChild();
}

} // namespace

void RoomTab::draw_members(WatchedServer& server, float height) {
    MemberTable& members = server.members();
    const int count = static_cast<int>(columns.size());
    if (!ImGui::BeginTable("members", count, look::sorted_table, {0, height})) return;
    set_up_columns();
    follow_sorting(members);
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(members.rows().size()));
    while (clipper.Step()) {
        for (int line = clipper.DisplayStart; line < clipper.DisplayEnd; ++line) {
            const MemberRow& row = members.rows()[static_cast<std::size_t>(line)];
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            ImGui::PushID(static_cast<int>(row.id().value));
            ImGui::PushStyleColor(ImGuiCol_Text, look::colour_of(row.trouble));
            if (ImGui::Selectable(row.member.member.name.c_str(),
                                  row.id() == chosen_,
                                  ImGuiSelectableFlags_SpanAllColumns)) {
                chosen_ = row.id();
            }
            ImGui::PopStyleColor();
            ImGui::PopID();
            look::tip(std::string(message(row.trouble)).c_str());
            draw_figures(row);
        }
    }
    ImGui::EndTable();
}

/// The room alone when nobody is.
Target RoomTab::chosen_target(WatchedServer& server, const RoomSummary& room) const {
    Target target = target_of(room);
    if (const MemberRow* const row = server.members().find(chosen_)) {
        target.who = row->id();
        target.name = row->member.member.name;
    }
    return target;
}

void RoomTab::kick(WatchedServer& server) {
    const AdminRoom* const room = server.listed_room();
    if (!room || chosen_of_ != &server) return;
    const Target target = chosen_target(server, room->summary);
    if (target.who.is_set()) server.begin(AdminVerb::kick, target);
}

void RoomTab::draw_member_actions(WatchedServer& server, const RoomSummary& room) {
    const MemberRow* const row = server.members().find(chosen_);
    const std::string why = row ? server.why_not() : "Choose a member in the table first.";
    const Target target = chosen_target(server, room);
    const auto offer = [&](const char* label, AdminVerb verb) {
        if (look::button(label, why.c_str())) server.begin(verb, target);
        ImGui::SameLine();
    };
    const bool is_muted = row && row->member.member.is_muted;
    offer("Kick...", AdminVerb::kick);
    offer("Ban...", AdminVerb::ban);
    offer(is_muted ? "Unmute" : "Mute", is_muted ? AdminVerb::unmute : AdminVerb::mute);
    offer("Drop link...", AdminVerb::drop_link);
    if (look::button("Worsen link...", why.c_str())) server.begin_link(target);
    ImGui::SameLine();
    ImGui::TextDisabled("%s", row ? target.name.c_str() : "nobody is chosen");
}

void RoomTab::draw_lines(const AdminRoomView* view, float width) {
    ImGui::BeginChild("lines", {width, 0}, true);
    if (view) ImGui::TextDisabled("Channel room/%u, %u listen", view->id.value, view->listeners);
    if (!view || view->lines.empty()) {
        ImGui::TextDisabled("Nothing has been said on the room's channel.");
        ImGui::EndChild();
        return;
    }
    for (const AdminLine& line : view->lines) draw_line(line);
    const bool is_new = view->id != lines_of_ || view->lines.back().number != newest_line_;
    lines_of_ = view->id;
    newest_line_ = view->lines.back().number;
    if (is_new) ImGui::SetScrollHereY(1);
    ImGui::EndChild();
}

void RoomTab::draw(WatchedServer& server) {
    // The same number is somebody else on another server.
    if (std::exchange(chosen_of_, &server) != &server) chosen_ = {};
    const AdminRoom* const room = server.listed_room();
    if (!room) {
        ImGui::TextDisabled("%s",
                            server.room().is_set()
                                ? "This room is closed. Choose another one under Lobbies (F2)."
                                : "Choose a room under Lobbies (F2): Enter, or two clicks.");
        return;
    }
    draw_head(*room, server.source().tick_rate());
    draw_actions(server, *room);
    constexpr float graph_pixels = 96;
    draw_room_graphs(server.room_history(),
                     server.source().tick_rate(),
                     {ImGui::GetContentRegionAvail().x, look::pixels(graph_pixels)});
    constexpr float share_of_members = 0.58F;
    draw_members(server, ImGui::GetContentRegionAvail().y * share_of_members);
    draw_member_actions(server, room->summary);
    const AdminRoomView* const view = server.source().room_view();
    const float half = ImGui::GetContentRegionAvail().x / 2;
    draw_lines(view, half);
    ImGui::SameLine();
    draw_acts(view);
}

} // namespace watch
