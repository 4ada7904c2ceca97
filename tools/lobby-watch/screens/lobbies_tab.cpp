#include "lobby-watch/screens/lobbies_tab.hpp"

#include "lobby-watch/model/words.hpp"
#include "lobby-watch/screens/figures.hpp"
#include "lobby-watch/screens/look.hpp"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>

namespace watch {

using engine_net::RoomId;
using engine_net::RoomSummary;

namespace {

/// By `RoomColumn`.
struct Column {
    const char* name;
    float width; ///< 0: what is left
};
constexpr std::array<Column, room_column_count> columns{{
    {"Id", 54},
    {"Kind", 100},
    {"Name", 0},
    {"Phase", 84},
    {"Players", 76},
    {"Viewers", 78},
    {"Age", 76},
    {"p50 ms", 74},
    {"p99 ms", 74},
    {"kB/s in", 78},
    {"kB/s out", 86},
    {"Flags", 130},
}};
constexpr int first_number = static_cast<int>(RoomColumn::players);
constexpr int end_number = static_cast<int>(RoomColumn::flags);

void set_up_columns() {
    ImGui::TableSetupScrollFreeze(0, 1);
    for (const Column& column : columns) {
        const ImGuiTableColumnFlags flags = column.width > 0 ? ImGuiTableColumnFlags_WidthFixed
                                                             : ImGuiTableColumnFlags_WidthStretch;
        ImGui::TableSetupColumn(column.name, flags, look::pixels(column.width));
    }
    look::headers(static_cast<int>(columns.size()), first_number, end_number, look::arrow_width());
}

void follow_sorting(RoomTable& rooms) {
    const ImGuiTableSortSpecs* const sorting = ImGui::TableGetSortSpecs();
    if (!sorting || sorting->SpecsCount == 0) return;
    const ImGuiTableColumnSortSpecs& first = *sorting->Specs;
    rooms.sort_by(static_cast<RoomColumn>(first.ColumnIndex),
                  first.SortDirection == ImGuiSortDirection_Descending);
}

enum class Pick { none, chosen, opened };

/// The first column, which is the whole line to the mouse and the keyboard.
Pick draw_handle(RoomId id, bool is_chosen) {
    ImGui::TableNextColumn();
    ImGui::PushID(static_cast<int>(id.value));
    const bool is_picked = ImGui::Selectable(figures::count(id.value).text(),
                                             is_chosen,
                                             ImGuiSelectableFlags_SpanAllColumns |
                                                 ImGuiSelectableFlags_AllowDoubleClick);
    ImGui::PopID();
    if (!is_picked) return Pick::none;
    const bool is_by_mouse = ImGui::IsMouseReleased(ImGuiMouseButton_Left);
    return is_by_mouse ? Pick::chosen : Pick::opened;
}

void draw_figures(const RoomRow& row, std::uint32_t tick_rate) {
    const RoomSummary& room = row.room.summary;
    const bool is_full = room.capacity > 0 && room.players >= room.capacity;
    look::cell(room.kind.c_str(), look::dim);
    look::cell(room.name.c_str(), look::colour_of(row.trouble));
    look::tip(std::string(message(row.trouble)).c_str());
    const bool is_on = room.phase == engine_net::RoomPhase::playing && !row.room.is_paused;
    look::cell(name_of(room.phase).data(), is_on ? look::good : look::dim);
    look::number_cell(figures::of(room.players, room.capacity).text(),
                      is_full ? look::quiet : look::text);
    look::number_cell(figures::count(room.spectators).text(),
                      room.spectators > 0 ? look::text : look::dim);
    look::number_cell(figures::age(room.age).text());
    look::number_cell(figures::ms(row.room.tick_p50_us).text());
    const Trouble ticks = trouble_of_tick(row.room.tick_p99_us, tick_rate);
    look::number_cell(figures::ms(row.room.tick_p99_us).text(), look::colour_of(ticks));
    look::number_cell(figures::kb(row.bytes_in_per_s).text());
    look::number_cell(figures::kb(row.bytes_out_per_s).text());
    look::cell(row.flags().c_str(), look::quiet);
}

} // namespace

bool LobbiesTab::draw_filter(WatchedServer& server) {
    RoomTable& rooms = server.rooms();
    if (wants_filter_) ImGui::SetKeyboardFocusHere();
    wants_filter_ = false;
    ImGui::SetNextItemWidth(look::pixels(320));
    const bool is_entered =
        ImGui::InputTextWithHint("##filter",
                                 "filter: id, kind, name, phase, flags  (Ctrl+F)",
                                 &filter_,
                                 ImGuiInputTextFlags_EnterReturnsTrue);
    rooms.filter(filter_);
    ImGui::SameLine();
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("%zu of %zu rooms", rooms.size(), rooms.rooms());
    ImGui::SameLine();
    if (look::button("Worsen links...", server.why_not().c_str())) server.begin_link({});
    ImGui::SameLine();
    if (look::button("Drain server...", server.why_not().c_str()))
        server.begin(engine_net::AdminVerb::drain, {});
    return is_entered;
}

RoomId LobbiesTab::draw(WatchedServer& server) {
    RoomTable& rooms = server.rooms();
    RoomId opened{};
    if (draw_filter(server) && rooms.size() > 0) {
        opened = rooms.at(0).id();
        server.look_at(opened);
    }
    if (!ImGui::BeginTable("rooms", static_cast<int>(columns.size()), look::sorted_table))
        return opened;
    set_up_columns();
    follow_sorting(rooms);
    const std::uint32_t tick_rate = server.source().tick_rate();
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(rooms.size()));
    while (clipper.Step()) {
        for (int line = clipper.DisplayStart; line < clipper.DisplayEnd; ++line) {
            const RoomRow& row = rooms.at(static_cast<std::size_t>(line));
            ImGui::TableNextRow();
            const Pick pick = draw_handle(row.id(), row.id() == server.room());
            if (pick != Pick::none) server.look_at(row.id());
            if (pick == Pick::opened) opened = row.id();
            draw_figures(row, tick_rate);
        }
    }
    ImGui::EndTable();
    return opened;
}

} // namespace watch
