#include "program/options.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/version.hpp>

#include <cstdio>
#include <sstream>

namespace program {

namespace {

constexpr std::size_t page_width = 96; // columns
constexpr std::size_t meaning_column = 26;

/// Breaks a text into lines with this many blanks before all but the first.
std::string wrapped(const std::string& text, std::size_t indent) {
    std::istringstream words(text);
    std::string page;
    std::size_t column = indent;
    for (std::string word; words >> word;) {
        if (column > indent && column + 1 + word.size() > page_width) {
            page += '\n' + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            page += ' ';
            ++column;
        }
        page += word;
        column += word.size();
    }
    return page;
}

std::string help_line(const std::string& flag, const std::string& meaning) {
    std::string line = "  " + flag;
    const bool is_long = line.size() + 2 > meaning_column;
    line += is_long ? '\n' + std::string(meaning_column, ' ')
                    : std::string(meaning_column - line.size(), ' ');
    return line + wrapped(meaning, meaning_column) + '\n';
}

} // namespace

int Options::print_help() const {
    std::string page = "Usage: " + name_ + " [OPTION...]";
    for (const std::string& word : word_names_) page += ' ' + word;
    page += "\n\n" + wrapped(about_, 0) + "\n\n";
    for (const Option& option : options_) {
        const OptionValue& value = option.value;
        std::string flag = "--" + option.name;
        const bool may_stand_alone = option.bare.has_value();
        if (!value.type.empty())
            flag += may_stand_alone ? " [" + value.type + "]" : " " + value.type;

        std::string meaning = option.meaning;
        if (!value.allowed.empty()) meaning += " (" + value.allowed + ")";
        const std::string standard = value.write();
        if (!value.type.empty() && standard != "\"\"") {
            meaning += standard.empty() ? "; not set" : "; default " + standard;
        }
        page += help_line(flag, meaning);
    }
    page +=
        help_line("--config FILE", "read settings from a TOML file, as --print-config writes it");
    page += help_line("--print-config", "print the settings in force as a TOML file, and end");
    page += help_line("--help", "print this page, and end");
    page += help_line("--version", "print the version, and end");
    page += "\n" +
            wrapped("A flag overrules the environment (--tick-rate is ENGINE_NET_TICK_RATE there), "
                    "which overrules the file (tick-rate = 60).",
                    0) +
            "\n";
    std::fputs(page.c_str(), stdout);
    return 0;
}

int Options::print_version() const {
    std::printf("%s %s, protocol %u\n",
                name_.c_str(),
                engine_net::version.data(),
                engine_net::protocol_version);
    return 0;
}

int Options::print_config() const {
    std::printf("# Settings of %s %s. The file is read by --config.\n",
                name_.c_str(),
                engine_net::version.data());
    for (const Option& option : options_) {
        std::string comment = option.meaning;
        if (!option.value.allowed.empty()) comment += " (" + option.value.allowed + ")";
        if (option.value.type != "N" && !option.value.allowed.empty()) {
            comment += ", in " + option.value.type;
        }
        std::istringstream lines(wrapped(comment, 0));
        std::printf("\n");
        for (std::string line; std::getline(lines, line);) std::printf("# %s\n", line.c_str());

        const std::string value = option.value.write();
        const char* name = option.name.c_str();
        value.empty() ? std::printf("# %s = 1\n", name)
                      : std::printf("%s = %s\n", name, value.c_str());
    }
    return 0;
}

} // namespace program
