#include "lobby-watch/screens/recorded_room_tab.hpp"

#include "lobby-watch/model/replay_source.hpp"
#include "lobby-watch/screens/figures.hpp"
#include "lobby-watch/screens/look.hpp"
#include "program/replay_time.hpp"

#include <imgui.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace watch {

using engine_net::Duration;
using engine_net::Replay;
using engine_net::ReplayNote;
using engine_net::ReplayNoteKind;
using engine_net::ReplaySummary;
using engine_net::RoomMember;

namespace {

constexpr ImGuiTableFlags table_flags = ImGuiTableFlags_RowBg | ImGuiTableFlags_ScrollY |
                                        ImGuiTableFlags_BordersOuter |
                                        ImGuiTableFlags_SizingFixedFit;
constexpr float share_of_people = 0.4F;

ImVec4 colour_of(std::uint32_t rgb) {
    const auto share = [rgb](unsigned shift) {
        return static_cast<float>((rgb >> shift) & 0xFF) / 255;
    };
    return {share(16), share(8), share(0), 1};
}

void draw_head(const Replay& replay) {
    const ReplaySummary& summary = replay.summary();
    ImGui::PushFont(look::large_font());
    ImGui::TextUnformatted(summary.room_name.c_str());
    ImGui::PopFont();
    ImGui::SameLine(0, look::pixels(16));
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("%s %u  ·  ticks %u to %u, %u a second  ·  %u left out",
                        summary.kind.c_str(),
                        summary.room.value,
                        summary.first_tick.value,
                        summary.last_tick.value,
                        summary.tick_rate,
                        summary.dropped_ticks);
    if (!summary.is_complete)
        ImGui::TextColored(look::notable, "Its end is missing: the server did not end it.");
    if (!replay.problem().empty())
        ImGui::TextColored(look::bad, "Damaged: %s", replay.problem().c_str());
}

void draw_people(const Replay& replay, float width) {
    constexpr int columns = 4;
    if (!ImGui::BeginTable("people", columns, table_flags, {width, 0})) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("Id", ImGuiTableColumnFlags_WidthFixed, look::pixels(60));
    ImGui::TableSetupColumn("Name", ImGuiTableColumnFlags_WidthStretch);
    ImGui::TableSetupColumn("Team", ImGuiTableColumnFlags_WidthFixed, look::pixels(60));
    ImGui::TableSetupColumn("Flags", ImGuiTableColumnFlags_WidthFixed, look::pixels(90));
    ImGui::TableHeadersRow();
    for (const auto& [id, member] : replay.members()) {
        ImGui::TableNextRow();
        look::number_cell(figures::count(id.value).text(), look::dim);
        look::cell(member.name.c_str(), member.colour == 0 ? look::text : colour_of(member.colour));
        look::number_cell(figures::count(member.team).text());
        look::cell(member.is_spectator ? "watching" : "", look::quiet);
    }
    ImGui::EndTable();
}

void draw_words(const ReplayNote& note, bool has_passed) {
    look::cell(note.name.c_str(), has_passed ? look::accent : look::dim);
    const bool is_chat = note.kind == ReplayNoteKind::chat;
    const ImVec4 colour = is_chat ? look::text : look::quiet;
    look::cell(is_chat ? note.text.c_str() : event_of(note.kind).c_str(),
               has_passed ? colour : look::dim);
}

} // namespace

std::string line_of(const ReplayNote& note) {
    std::string line = note.name;
    if (note.kind == ReplayNoteKind::chat) return line.append(": ").append(note.text);
    return line.append(" ").append(event_of(note.kind));
}

void RecordedRoomTab::draw_notes(Replay& replay) {
    const auto& notes = replay.notes();
    constexpr int columns = 3;
    if (!ImGui::BeginTable("notes", columns, table_flags)) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("Time", ImGuiTableColumnFlags_WidthFixed, look::pixels(76));
    ImGui::TableSetupColumn("Who", ImGuiTableColumnFlags_WidthFixed, look::pixels(120));
    ImGui::TableSetupColumn("What", ImGuiTableColumnFlags_WidthStretch);
    ImGui::TableHeadersRow();
    const auto end =
        std::ranges::upper_bound(notes, replay.position(), std::ranges::less{}, &ReplayNote::at);
    const auto passed = static_cast<std::size_t>(end - notes.begin());
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(notes.size()));
    while (clipper.Step()) {
        for (int line = clipper.DisplayStart; line < clipper.DisplayEnd; ++line) {
            const auto i = static_cast<std::size_t>(line);
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            ImGui::PushID(line);
            if (ImGui::Selectable(program::time_text(notes[i].at).c_str(),
                                  i + 1 == passed,
                                  ImGuiSelectableFlags_SpanAllColumns))
                replay.seek(notes[i].at);
            ImGui::PopID();
            draw_words(notes[i], i < passed);
        }
    }
    if (std::exchange(passed_, passed) != passed) {
        const float row = ImGui::GetTextLineHeight() + 2 * ImGui::GetStyle().CellPadding.y;
        const float top = static_cast<float>(passed) * row - ImGui::GetWindowHeight() / 2;
        ImGui::SetScrollY(std::max(top, 0.0F));
    }
    ImGui::EndTable();
}

void RecordedRoomTab::draw(Replay& replay) {
    draw_head(replay);
    draw_people(replay, ImGui::GetContentRegionAvail().x * share_of_people);
    ImGui::SameLine();
    if (replay.notes().empty()) {
        ImGui::TextDisabled("Nobody came, left or said anything.");
        return;
    }
    draw_notes(replay);
}

} // namespace watch
