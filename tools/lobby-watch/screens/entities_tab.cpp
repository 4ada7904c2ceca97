#include "lobby-watch/screens/entities_tab.hpp"

#include "lobby-watch/screens/figures.hpp"
#include "lobby-watch/screens/look.hpp"
#include "lobby-watch/screens/viewer_choice.hpp"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace watch {

namespace {

constexpr ImGuiTableFlags table_flags =
    ImGuiTableFlags_Resizable | ImGuiTableFlags_Reorderable | ImGuiTableFlags_Hideable |
    ImGuiTableFlags_RowBg | ImGuiTableFlags_ScrollX | ImGuiTableFlags_ScrollY |
    ImGuiTableFlags_BordersOuter | ImGuiTableFlags_SizingFixedFit;
/// More than a table of Dear ImGui takes are left out.
constexpr std::size_t most_fields = 60;
constexpr int handle_columns = 3;
constexpr float share_of_table = 0.62F;

/// By type, over and over.
const std::array<ImVec4, 6> type_colours{
    look::accent, look::notable, look::good, look::bad, look::quiet, look::text};

struct ValueText {
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(std::uint64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.6g", number);
        return text.data();
    }
};

std::string text_of(const engine_net::AdminValue& value) {
    return std::visit(ValueText{}, value);
}

/// Whole numbers may have 20 digits.
float width_of(const EntityTable& entities, std::size_t field) {
    constexpr float usual = 96;
    constexpr std::size_t usual_letters = 10;
    constexpr float of_letter = 7.5F;
    if (entities.size() == 0) return look::pixels(usual);
    const auto& values = entities.at(0).entity.values;
    std::size_t letters = field < values.size() ? text_of(values[field]).size() : 0;
    if (entities.has_viewer()) letters = 2 * letters + 3; // its own after an arrow
    return look::pixels(letters > usual_letters ? of_letter * static_cast<float>(letters) : usual);
}

/// How old what the viewer has is, in ticks.
void draw_age(const EntityTable& entities, const EntityRow& row) {
    if (!entities.has_viewer()) return look::number_cell("-", look::dim);
    if (!row.seen) return look::number_cell("unseen", look::dim);
    look::number_cell(figures::count(row.seen->age).text());
}

/// Where the viewer has another number, that one comes after it.
void draw_value(const EntityTable& entities, const EntityRow& row, std::size_t field) {
    std::string text = text_of(row.entity.values[field]);
    const bool differs = row.differs(field);
    if (differs) text.append(" \u2192 ").append(text_of(row.seen->values[field]));
    const bool is_unseen = entities.has_viewer() && !row.seen;
    const bool is_new = row.is_new(field, entities.now()) && !entities.has_viewer();
    look::number_cell(text.c_str(),
                      differs     ? look::notable
                      : is_unseen ? look::dim
                      : is_new    ? look::notable
                                  : look::text);
}

void draw_table(const EntityTable& entities, float width) {
    const auto& type = entities.types()[entities.chosen()];
    const std::size_t fields = std::min(type.fields.size(), most_fields);
    const int columns = handle_columns + static_cast<int>(fields);
    // Columns get their widths once, by what is in them then.
    if (!entities.is_complete()) return ImGui::Dummy({width, 0});
    // Dear ImGui keeps a table's widths: beside a viewer's numbers they are others.
    const std::string name = entities.has_viewer() ? type.name + " seen" : type.name;
    if (!ImGui::BeginTable(name.c_str(), columns, table_flags, {width, 0})) return;
    ImGui::TableSetupScrollFreeze(1, 1);
    ImGui::TableSetupColumn("Id", ImGuiTableColumnFlags_WidthFixed, look::pixels(70));
    ImGui::TableSetupColumn("Owner", ImGuiTableColumnFlags_WidthFixed, look::pixels(60));
    ImGui::TableSetupColumn("Age", ImGuiTableColumnFlags_WidthFixed, look::pixels(60));
    for (std::size_t i = 0; i < fields; ++i) {
        ImGui::TableSetupColumn(
            type.fields[i].c_str(), ImGuiTableColumnFlags_WidthFixed, width_of(entities, i));
    }
    look::headers(columns, 0, columns);
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(entities.size()));
    while (clipper.Step()) {
        for (int line = clipper.DisplayStart; line < clipper.DisplayEnd; ++line) {
            const EntityRow& row = entities.at(static_cast<std::size_t>(line));
            ImGui::TableNextRow();
            look::number_cell(figures::count(row.entity.id.value).text());
            const bool is_owned = row.entity.owner.is_set();
            look::number_cell(is_owned ? figures::count(row.entity.owner.value).text() : "-",
                              look::dim);
            draw_age(entities, row);
            for (std::size_t i = 0; i < std::min(fields, row.entity.values.size()); ++i)
                draw_value(entities, row, i);
        }
    }
    ImGui::EndTable();
}

/// What is drawn of the world, and where.
struct Frame {
    double left = 0;
    double top = 0;
    double size = 1; ///< of the world that the square shows
    ImVec2 corner;
    float side = 0;

    [[nodiscard]] ImVec2 place(const MapPoint& point) const {
        const double x = (point.x - left) / size;
        const double y = (point.y - top) / size;
        return {corner.x + static_cast<float>(x) * side, corner.y + static_cast<float>(y) * side};
    }
};

Frame frame_around(const std::vector<MapPoint>& points, ImVec2 corner, float side) {
    const auto [left, right] = std::ranges::minmax(points, {}, &MapPoint::x);
    const auto [top, bottom] = std::ranges::minmax(points, {}, &MapPoint::y);
    constexpr double border = 1.1;
    const double size = std::max({right.x - left.x, bottom.y - top.y, 1e-3}) * border;
    return {(left.x + right.x - size) / 2, (top.y + bottom.y - size) / 2, size, corner, side};
}

/// A ring where the viewer has an entity, with a line to where it is; what is gone has a cross.
void draw_ghosts(const EntityTable& entities, const Frame& frame) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float radius = look::pixels(5);
    for (const Ghost& ghost : entities.ghosts()) {
        const ImVec2 place = frame.place(ghost.seen);
        const ImU32 colour = look::faded(ghost.truth ? look::text : look::bad, 0.8F);
        list.AddCircle(place, radius, colour);
        if (ghost.truth) {
            list.AddLine(place, frame.place(*ghost.truth), colour);
        } else {
            list.AddLine(
                {place.x - radius, place.y - radius}, {place.x + radius, place.y + radius}, colour);
        }
    }
}

void draw_map(const EntityTable& entities) {
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const float side = std::max(std::min(room.x, room.y), look::pixels(80));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(
        corner, {corner.x + side, corner.y + side}, ImGui::GetColorU32(ImGuiCol_FrameBg));
    ImGui::Dummy({side, side});
    if (entities.points().empty()) {
        list.AddText({corner.x + look::pixels(10), corner.y + look::pixels(10)},
                     ImGui::GetColorU32(look::dim),
                     "No type has a field position.x.");
        return;
    }
    const Frame frame = frame_around(entities.points(), corner, side);
    draw_ghosts(entities, frame);
    const ImVec2 mouse = ImGui::GetMousePos();
    for (const MapPoint& point : entities.points()) {
        const ImVec2 place = frame.place(point);
        const bool is_chosen = point.type == entities.chosen();
        const float radius = look::pixels(is_chosen ? 4 : 2.5F);
        list.AddCircleFilled(
            place, radius, ImGui::GetColorU32(type_colours[point.type % type_colours.size()]));
        const float away = std::max(std::abs(mouse.x - place.x), std::abs(mouse.y - place.y));
        if (away > radius + 1 || !ImGui::IsItemHovered()) continue;
        ImGui::SetTooltip("%s %u\n%.6g, %.6g",
                          entities.types()[point.type].name.c_str(),
                          point.id.value,
                          point.x,
                          point.y);
    }
}

} // namespace

void EntitiesTab::draw_choice(EntityTable& entities) {
    for (std::size_t i = 0; i < entities.types().size(); ++i) {
        const std::string label =
            entities.types()[i].name + " (" + std::to_string(entities.count_of(i)) + ")";
        ImGui::PushStyleColor(ImGuiCol_Text, type_colours[i % type_colours.size()]);
        if (ImGui::RadioButton(label.c_str(), i == entities.chosen())) entities.choose(i);
        ImGui::PopStyleColor();
        ImGui::SameLine();
    }
    ImGui::SetNextItemWidth(look::pixels(120));
    ImGui::InputTextWithHint("##entity", "id or owner", &filter_);
    entities.filter(filter_);
    ImGui::SameLine();
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("%zu shown, tick %u", entities.size(), entities.tick().value);
}

void EntitiesTab::draw(WatchedServer& server) {
    if (!server.room().is_set()) {
        ImGui::TextDisabled("Choose a room among the lobbies first (F2).");
        return;
    }
    EntityTable& entities = server.entities();
    if (!entities.is_known()) {
        ImGui::TextDisabled(server.listed_room() ? "Asks for the room's schema and entities..."
                                                 : "The room is no more.");
        return;
    }
    draw_choice(entities);
    if (!server.replay()) { // which does not know what each was sent
        ImGui::SameLine();
        draw_viewer_choice(server, "seen by ...");
    }
    draw_table(entities, ImGui::GetContentRegionAvail().x * share_of_table);
    ImGui::SameLine();
    draw_map(entities);
}

} // namespace watch
