#include "lobby-watch/model/saved_table.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string_view>

namespace watch {

namespace {

std::string csv_text(std::string_view text) {
    constexpr std::string_view starts_formula = "=+-@\t\r";
    std::string cell = "\"";
    if (!text.empty() && starts_formula.find(text.front()) != std::string_view::npos) cell += '\'';
    for (const char letter : text) {
        if (letter == '"') cell += '"';
        cell += letter;
    }
    return cell + '"';
}

struct CsvWriter {
    std::string operator()(const std::string& text) const { return csv_text(text); }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(std::uint64_t number) const { return std::to_string(number); }
    std::string operator()(bool is) const { return is ? "true" : "false"; }
    std::string operator()(double number) const {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.3f", number);
        return text.data();
    }
};

} // namespace

std::string SavedTable::csv() const {
    std::string text;
    const char* before = "";
    for (const std::string& column : columns) {
        text.append(before).append(csv_text(column));
        before = ",";
    }
    text += "\r\n";
    for (const auto& row : rows) {
        before = "";
        for (const Cell& cell : row) {
            text.append(before).append(std::visit(CsvWriter{}, cell));
            before = ",";
        }
        text += "\r\n";
    }
    return text;
}

std::string SavedTable::json() const {
    using Json = nlohmann::ordered_json;
    Json all = Json::array();
    for (const auto& row : rows) {
        Json object = Json::object();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            std::visit(
                [&](const auto& cell) {
                    object[columns[i]] = cell;
                },
                row[i]);
        }
        all.push_back(std::move(object));
    }
    return all.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::optional<std::string> SavedTable::save(const std::string& file) const {
    std::ofstream out(file, std::ios::binary);
    out << (file.ends_with(".json") ? json() : csv());
    out.close();
    if (out) return std::nullopt;
    return std::string(std::strerror(errno));
}

} // namespace watch
