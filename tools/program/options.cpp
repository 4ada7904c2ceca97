#include "program/options.hpp"

#include "program/toml.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>
#include <utility>

namespace program {

using engine_net::LinkSimulation;
using engine_net::LogLevel;

namespace {

std::string environment_name(std::string_view option) {
    std::string name = "ENGINE_NET_";
    for (const char letter : option) {
        const int upper = std::toupper(static_cast<unsigned char>(letter));
        name += letter == '-' ? '_' : static_cast<char>(upper);
    }
    return name;
}

/// An option's value from the environment. Empty counts as not set.
std::optional<std::string> variable(std::string_view option) {
    const char* value = std::getenv(environment_name(option).c_str());
    return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

/// How many letters must be added, taken away or changed to make one of the other.
std::size_t letters_apart(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j - 1] + 1, row[j] + 1, changed});
        }
    }
    return row.back();
}

OptionValue net_sim_value(LinkSimulation& simulation) {
    const auto text = std::make_shared<std::string>();
    const auto read = [&simulation, text](std::string_view value) -> std::optional<std::string> {
        simulation = {};
        if (!value.empty()) {
            const auto parsed = engine_net::parse_link_simulation(value);
            if (!parsed) return parsed.error();
            simulation = *parsed;
        }
        *text = value;
        return std::nullopt;
    };
    return {read,
            [text] {
                return toml_quoted(*text);
            },
            "TEXT",
            ""};
}

OptionValue log_level_value(LogLevel& level) {
    const auto read = [&level](std::string_view value) -> std::optional<std::string> {
        for (const auto one :
             {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
            if (value != engine_net::name_of(one)) continue;
            level = one;
            return std::nullopt;
        }
        return '"' + std::string(value) + "\" is not debug, info, warning or error";
    };
    return {read,
            [&level] {
                return toml_quoted(engine_net::name_of(level));
            },
            "LEVEL",
            ""};
}

} // namespace

Options::Options(std::string name, std::string about)
    : name_(std::move(name)), about_(std::move(about)) {}

void Options::add(std::string name,
                  OptionValue value,
                  std::string meaning,
                  std::optional<std::string> bare) {
    options_.push_back({std::move(name), std::move(value), std::move(meaning), std::move(bare)});
}

void Options::add(std::string name, bool& flag, std::string meaning) {
    add(std::move(name), value_of(flag), std::move(meaning), "true");
}

void Options::add_words(std::vector<std::string>& words, std::vector<std::string> names) {
    words_ = &words;
    word_names_ = std::move(names);
}

void Options::add_net_sim(LinkSimulation& simulation) {
    add("net-sim",
        net_sim_value(simulation),
        "worsen the own link, both ways or with in. or out. before a word: delay and jitter in ms "
        "one way; loss, dup, reorder and corrupt in percent; rate in bytes per second; blackout=1; "
        "or all of lan, wifi, home, mobile, bad or terrible: \"mobile,loss=2\"");
}

void Options::add_log_level(LogLevel& level) {
    add("log-level",
        log_level_value(level),
        "the least that is logged: debug, info, warning, error");
}

const Options::Option* Options::find(std::string_view name) const {
    const auto found = std::ranges::find(options_, name, &Option::name);
    return found == options_.end() ? nullptr : &*found;
}

/// The known option that an unknown name was meant for; empty when none is close.
std::string Options::nearest(std::string_view name) const {
    std::string best;
    std::size_t best_apart = 3;
    for (const Option& option : options_) {
        const std::size_t apart = letters_apart(name, option.name);
        if (apart >= best_apart) continue;
        best_apart = apart;
        best = option.name;
    }
    return best;
}

std::optional<int> Options::parse(int argc, const char* const* argv) {
    Flags flags;
    if (const auto why = parse_flags(argc, argv, flags)) return fail(*why);
    if (flags.help) return print_help();
    if (flags.version) return print_version();

    std::vector<Given> given;
    if (flags.config.empty()) flags.config = variable("config").value_or("");
    if (!flags.config.empty()) {
        if (const auto why = read_file(flags.config, given)) return fail(*why);
    }
    overrule(given, environment());
    overrule(given, flags.given);

    for (const Given& one : given) {
        const auto why = find(one.name)->value.read(one.value);
        if (why) return fail(one.place + ": " + *why);
    }
    if (flags.print_config) return print_config();
    if (const auto why = take_words(flags.words)) return fail(*why);
    return std::nullopt;
}

std::optional<std::string> Options::take_words(const std::vector<std::string>& given) const {
    const std::size_t most = word_names_.size();
    const bool may_be_more = most > 0 && word_names_.back().find("...") != std::string::npos;
    if (given.size() < most && !word_names_[given.size()].starts_with("["))
        return word_names_[given.size()] + " is missing";
    if (given.size() > most && !may_be_more) return "there is no use for \"" + given[most] + '"';
    if (words_) *words_ = given;
    return std::nullopt;
}

std::optional<std::string> Options::read_file(const std::string& file,
                                              std::vector<Given>& given) const {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) return "can't read " + file;

    const auto entries = parse_toml(text);
    if (!entries) return file + ", " + entries.error();
    for (const TomlEntry& entry : *entries) {
        const std::string line = file + ", line " + std::to_string(entry.line);
        if (!find(entry.key)) return line + ": " + unknown(entry.key, "");
        given.push_back({entry.key, entry.value, line + ": " + entry.key});
    }
    return std::nullopt;
}

std::vector<Options::Given> Options::environment() const {
    std::vector<Given> given;
    for (const Option& option : options_) {
        if (const auto value = variable(option.name))
            given.push_back({option.name, *value, environment_name(option.name)});
    }
    return given;
}

/// Options that may be given several times have the values of one place.
void Options::overrule(std::vector<Given>& given, const std::vector<Given>& by) {
    std::erase_if(given, [&](const Given& one) {
        return std::ranges::find(by, one.name, &Given::name) != by.end();
    });
    given.insert(given.end(), by.begin(), by.end());
}

std::string Options::unknown(const std::string& name, const std::string& dashes) const {
    const std::string meant = nearest(name);
    const std::string hint = meant.empty() ? "" : "; did you mean " + dashes + meant + "?";
    return "there is no option " + dashes + name + hint;
}

int Options::fail(const std::string& why) const {
    std::fprintf(stderr, "%s: %s\n", name_.c_str(), why.c_str());
    std::fprintf(stderr, "%s --help lists the options.\n", name_.c_str());
    return 2;
}

} // namespace program
