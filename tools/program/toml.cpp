#include "program/toml.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace program {

using engine_net::Result;
using engine_net::Unexpected;

namespace {

constexpr std::string_view blanks = " \t\r";

bool is_bare(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_';
}

/// One line, read from left to right.
class Line {
public:
    explicit Line(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool is_over() const { return rest_.empty() || rest_.front() == '#'; }
    [[nodiscard]] char next() const { return rest_.empty() ? '\0' : rest_.front(); }

    void skip_blanks() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    }
    bool take(char letter) {
        if (next() != letter) return false;
        rest_.remove_prefix(1);
        return true;
    }
    template <class Belongs>
    std::string take_while(Belongs&& belongs) {
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), belongs);
        const auto count = static_cast<std::size_t>(end - rest_.begin());
        std::string word(rest_.substr(0, count));
        rest_.remove_prefix(count);
        return word;
    }
    /// A text in the quote that comes next; nothing when its end is missing or an escape is
    /// unknown.
    std::optional<std::string> take_quoted() {
        const char quote = next();
        rest_.remove_prefix(1);
        std::string text;
        while (!rest_.empty() && next() != quote) {
            char letter = next();
            rest_.remove_prefix(1);
            if (letter == '\\' && quote == '"') {
                const auto escape = std::string_view("\"\\tnr").find(next());
                if (rest_.empty() || escape == std::string_view::npos) return std::nullopt;
                letter = "\"\\\t\n\r"[escape];
                rest_.remove_prefix(1);
            }
            text += letter;
        }
        return take(quote) ? std::optional(text) : std::nullopt;
    }

private:
    std::string_view rest_;
};

std::optional<std::string> take_value(Line& line) {
    if (line.next() == '"' || line.next() == '\'') return line.take_quoted();
    const auto is_plain = [](char letter) {
        return is_bare(letter) || letter == '.' || letter == '+';
    };
    std::string word = line.take_while(is_plain);
    if (word.empty()) return std::nullopt;
    const bool is_number = std::isalpha(static_cast<unsigned char>(word.front())) == 0;
    if (is_number) std::erase(word, '_');
    if (!is_number && word != "true" && word != "false") return std::nullopt;
    return word;
}

Result<TomlEntry, std::string> parse_line(Line& line) {
    if (line.next() == '[') return Unexpected<std::string>("settings stand outside of tables");
    TomlEntry entry;
    entry.key = line.take_while(is_bare);
    line.skip_blanks();
    if (entry.key.empty() || !line.take('=')) {
        return Unexpected<std::string>("\"name = value\" is expected");
    }
    line.skip_blanks();
    const auto value = take_value(line);
    line.skip_blanks();
    if (!value || !line.is_over()) {
        return Unexpected("the value of " + entry.key +
                          " is not one text in quotes, number, true or false");
    }
    entry.value = *value;
    return entry;
}

} // namespace

Result<std::vector<TomlEntry>, std::string> parse_toml(std::string_view text) {
    std::vector<TomlEntry> entries;
    for (int number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        Line line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));

        line.skip_blanks();
        if (line.is_over()) continue;
        auto entry = parse_line(line);
        const std::string place = "line " + std::to_string(number) + ": ";
        if (!entry) return Unexpected(place + entry.error());
        if (std::ranges::find(entries, entry->key, &TomlEntry::key) != entries.end()) {
            return Unexpected(place + entry->key + " is set a second time");
        }
        entry->line = number;
        entries.push_back(*entry);
    }
    return entries;
}

std::string toml_quoted(std::string_view text) {
    std::string quoted = "\"";
    for (const char letter : text) {
        switch (letter) {
        case '"': quoted += "\\\""; break;
        case '\\': quoted += "\\\\"; break;
        case '\n': quoted += "\\n"; break;
        case '\r': quoted += "\\r"; break;
        case '\t': quoted += "\\t"; break;
        default: quoted += letter;
        }
    }
    return quoted + '"';
}

} // namespace program
