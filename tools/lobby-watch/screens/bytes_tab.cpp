#include "lobby-watch/screens/bytes_tab.hpp"

#include "lobby-watch/screens/figures.hpp"
#include "lobby-watch/screens/graph.hpp"
#include "lobby-watch/screens/look.hpp"
#include "lobby-watch/screens/tick_graph.hpp"
#include "lobby-watch/screens/viewer_choice.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace watch {

namespace {

struct Column {
    const char* name;
    float width; ///< 0: what is left
};
/// By `ByteColumn`.
constexpr std::array<Column, byte_column_count> byte_columns{{
    {"Type", 130},
    {"Field", 0},
    {"kB/s out", 84},
    {"Share", 130},
    {"bits/datagram", 118},
}};
/// By `MessageColumn`.
constexpr std::array<Column, message_column_count> message_columns{{
    {"Channel", 84},
    {"Message", 0},
    {"in/s", 66},
    {"kB/s in", 76},
    {"out/s", 66},
    {"kB/s out", 84},
}};
constexpr engine_net::Duration recent = 2s;
constexpr engine_net::Duration graph_range = 60s;

template <std::size_t count>
void set_up_columns(const std::array<Column, count>& columns, int first_number, int default_sort) {
    ImGui::TableSetupScrollFreeze(0, 1);
    for (std::size_t i = 0; i < count; ++i) {
        ImGuiTableColumnFlags flags = columns[i].width > 0 ? ImGuiTableColumnFlags_WidthFixed
                                                           : ImGuiTableColumnFlags_WidthStretch;
        if (static_cast<int>(i) >= first_number)
            flags |= ImGuiTableColumnFlags_PreferSortDescending;
        if (static_cast<int>(i) == default_sort) flags |= ImGuiTableColumnFlags_DefaultSort;
        ImGui::TableSetupColumn(columns[i].name, flags, look::pixels(columns[i].width));
    }
    look::headers(
        static_cast<int>(count), first_number, static_cast<int>(count), look::arrow_width());
}

template <class TableColumn, class Table>
void follow_sorting(Table& table) {
    const ImGuiTableSortSpecs* const sorting = ImGui::TableGetSortSpecs();
    if (!sorting || sorting->SpecsCount == 0) return;
    const ImGuiTableColumnSortSpecs& first = *sorting->Specs;
    table.sort_by(static_cast<TableColumn>(first.ColumnIndex),
                  first.SortDirection == ImGuiSortDirection_Descending);
}

/// A number on a bar as long as the share is.
void share_cell(double share, const ImVec4& colour) {
    ImGui::TableNextColumn();
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = ImGui::GetTextLineHeight();
    const auto length = static_cast<float>(std::clamp(share, 0.0, 1.0)) * width;
    ImGui::GetWindowDrawList()->AddRectFilled(corner,
                                              {corner.x + length, corner.y + height},
                                              look::faded(colour, 0.45F),
                                              look::pixels(2));
    const auto figure = figures::percent(share);
    const float free = width - ImGui::CalcTextSize(figure.text()).x;
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(free, 0.0F));
    ImGui::TextUnformatted(figure.text());
}

std::size_t part_of(const ByteHistory& bytes, const std::string& type) {
    const auto place = std::ranges::find(bytes.parts(), type);
    return static_cast<std::size_t>(place - bytes.parts().begin());
}

void draw_fields(ByteHistory& bytes, float height) {
    if (!ImGui::BeginTable("fields",
                           static_cast<int>(byte_columns.size()),
                           look::sorted_table,
                           {ImGui::GetContentRegionAvail().x, height}))
        return;
    set_up_columns(byte_columns,
                   static_cast<int>(ByteColumn::bytes_out),
                   static_cast<int>(ByteColumn::bytes_out));
    follow_sorting<ByteColumn>(bytes);
    for (const ByteRow& row : bytes.rows()) {
        const bool is_headers = row.type == bytes.parts().back();
        const ImVec4 colour = look::colour_of_part(part_of(bytes, row.type));
        ImGui::TableNextRow();
        look::cell(row.type.c_str(), colour);
        if (!row.field.empty()) {
            look::cell(row.field.c_str());
        } else {
            look::cell(is_headers ? "and rounding" : "is there, has changed", look::dim);
        }
        look::number_cell(figures::kb(row.bytes_per_s).text());
        share_cell(row.share, colour);
        std::array<char, 32> bits{};
        std::snprintf(bits.data(), bits.size(), "%.1f", row.bits_per_datagram);
        look::number_cell(bits.data());
    }
    ImGui::EndTable();
}

void show_read_out(const ByteHistory& bytes, const std::vector<double>& column) {
    ImGui::BeginTooltip();
    const double sum = std::accumulate(column.begin(), column.end(), 0.0);
    ImGui::Text("%s kB/s", figures::kb(sum).text());
    for (std::size_t part = column.size(); part-- > 0;) {
        ImGui::TextColored(look::colour_of_part(part),
                           "%8s  %s",
                           figures::kb(column[part]).text(),
                           bytes.parts()[part].c_str());
    }
    ImGui::EndTooltip();
}

void draw_parts(const ByteHistory& bytes, ImVec2 size) {
    const auto columns = bytes.columns();
    double highest = 1000;
    for (const auto& column : columns)
        highest = std::max(highest, std::accumulate(column.begin(), column.end(), 0.0));
    const Graph graph("parts", size, highest, columns.size(), ByteHistory::most_columns);
    graph.draw_lines();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        double below = 0;
        for (std::size_t part = 0; part < columns[i].size(); ++part) {
            const double above = below + columns[i][part];
            graph.draw_bar(i, below, above, look::colour_of_part(part));
            below = above;
        }
    }
    graph.draw_scale("kB/s");
    if (!graph.hovered()) return;
    graph.mark(*graph.hovered());
    show_read_out(bytes, columns[*graph.hovered()]);
}

void draw_message_row(const MessageRow& row, const ImVec4& colour) {
    const auto rate = [](double per_second) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.1f", per_second);
        return std::string(text.data());
    };
    ImGui::TableNextRow();
    look::cell(row.channel.c_str(), look::dim);
    look::cell(row.kind.c_str(), colour);
    look::number_cell(rate(row.messages_in).c_str(), colour);
    look::number_cell(figures::kb(row.bytes_in).text(), colour);
    look::number_cell(rate(row.messages_out).c_str(), colour);
    look::number_cell(figures::kb(row.bytes_out).text(), colour);
}

/// Channels, then what the transport adds to them, which is no message.
void draw_channels(const MessageTable& messages, const TickSummary& link) {
    if (!ImGui::BeginTable("channels",
                           static_cast<int>(message_columns.size()),
                           ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersOuter |
                               ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_NoSavedSettings))
        return;
    set_up_columns(message_columns, static_cast<int>(MessageColumn::messages_in), -1);
    for (MessageRow row : messages.channels()) {
        row.kind = "all messages";
        draw_message_row(row, look::text);
    }
    MessageRow rest{.channel = "transport", .kind = "headers, acks"};
    rest.bytes_in = std::max(link.bytes_in_per_s - messages.sum().bytes_in, 0.0);
    rest.bytes_out = std::max(link.bytes_out_per_s - messages.sum().bytes_out, 0.0);
    draw_message_row(rest, look::dim);
    ImGui::EndTable();
}

void draw_messages(MessageTable& messages, float height) {
    if (!ImGui::BeginTable("messages",
                           static_cast<int>(message_columns.size()),
                           look::sorted_table,
                           {ImGui::GetContentRegionAvail().x, height}))
        return;
    set_up_columns(message_columns,
                   static_cast<int>(MessageColumn::messages_in),
                   static_cast<int>(MessageColumn::bytes_out));
    follow_sorting<MessageColumn>(messages);
    for (const MessageRow& row : messages.rows()) draw_message_row(row, look::text);
    ImGui::EndTable();
}

} // namespace

void BytesTab::draw_room(WatchedServer& server, float height) {
    ImGui::AlignTextToFramePadding();
    if (!server.listed_room()) {
        ImGui::TextDisabled("Choose a room among the lobbies (F2) to see what its fields cost.");
        return;
    }
    ByteHistory& bytes = server.bytes();
    ImGui::Text("Snapshots of room %u to", server.room().value);
    ImGui::SameLine();
    draw_viewer_choice(server, "all viewers");
    if (!bytes.is_known()) {
        ImGui::TextDisabled("The server begins to measure ...");
        return;
    }
    ImGui::SameLine();
    ImGui::TextDisabled("%s kB/s, %s measured",
                        figures::kb(bytes.bytes_per_s()).text(),
                        figures::percent(bytes.measured_share()).text());
    look::remark("the last minute, by type");
    constexpr float share_of_graph = 0.34F;
    draw_parts(bytes, {ImGui::GetContentRegionAvail().x, height * share_of_graph});
    draw_fields(bytes, 0);
}

void BytesTab::draw_server(WatchedServer& server, float height) {
    const TickHistory& history = server.history();
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted("All messages of the server");
    draw_channels(server.messages(), history.summary(recent));
    constexpr float share_of_graph = 0.2F;
    const float graph_height = height * share_of_graph;
    const float words = look::small_font()->FontSize + 2 * ImGui::GetStyle().ItemSpacing.y;
    const float free = ImGui::GetContentRegionAvail().y - graph_height - words;
    draw_messages(server.messages(), std::max(free, look::pixels(60)));
    look::remark("datagrams in (blue) and out (green) of a tick, the last minute");
    const ImVec2 size{ImGui::GetContentRegionAvail().x, graph_height};
    const auto most = static_cast<std::size_t>(std::max(size.x / look::pixels(4), 1.0F));
    const auto columns = history.columns(graph_range, most);
    TickGraph{columns, most, history.tick_rate()}.draw_datagrams(size);
}

void BytesTab::draw(WatchedServer& server) {
    constexpr float share_of_room = 0.54F;
    const ImVec2 free = ImGui::GetContentRegionAvail();
    ImGui::PushStyleColor(ImGuiCol_ChildBg, {0, 0, 0, 0});
    ImGui::BeginChild("room", {free.x * share_of_room, 0});
    draw_room(server, free.y);
    ImGui::EndChild();
    ImGui::SameLine();
    ImGui::BeginChild("server", {0, 0});
    draw_server(server, free.y);
    ImGui::EndChild();
    ImGui::PopStyleColor();
}

} // namespace watch
