#pragma once

#include "program/option_value.hpp"

#include <engine_net/link_conditions.hpp>
#include <engine_net/log.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace program {

/// A program's options, all known by one name in three places that overrule each other: a TOML file
/// (`tick-rate = 60`), the environment (`ENGINE_NET_TICK_RATE=60`), flags (`--tick-rate 60`).
/// `--config`, `--print-config`, `--help` and `--version` are always there.
class Options {
public:
    /// `name` is the program's; `about` says in one sentence what it does.
    Options(std::string name, std::string about);

    /// An option whose variable is `value`'s, with its default in it. `bare` is what the flag means
    /// without a value, if it may stand alone. A flag that is given several times is read each
    /// time, so that the last one counts, unless `value` makes a list of them.
    void add(std::string name,
             OptionValue value,
             std::string meaning,
             std::optional<std::string> bare = {});
    void add(std::string name, bool& flag, std::string meaning);
    /// Takes words that are no options: one for each of `names`, which stand for them in `--help`,
    /// and any more if the last name has "..." in it. One in brackets may be left out. Without this
    /// none is taken.
    void add_words(std::vector<std::string>& words, std::vector<std::string> names);
    void add_net_sim(engine_net::LinkSimulation& simulation);
    void add_log_level(engine_net::LogLevel& level);

    /// Sets the variables. Nothing: go on. Otherwise all is said and done, and the program ends
    /// with this code: 0 after `--help` and the like, 2 for what it does not understand.
    [[nodiscard]] std::optional<int> parse(int argc, const char* const* argv);
    /// Says why the program can't do as it was told, and gives its exit code.
    [[nodiscard]] int fail(const std::string& why) const;

private:
    struct Option {
        std::string name;
        OptionValue value;
        std::string meaning;
        std::optional<std::string> bare;
    };
    /// A value and where it stands, for the error message.
    struct Given {
        std::string name;
        std::string value;
        std::string place;
    };

    struct Flags {
        std::vector<Given> given;
        std::vector<std::string> words;
        std::string config;
        bool print_config = false;
        bool help = false;
        bool version = false;
    };

    [[nodiscard]] const Option* find(std::string_view name) const;
    [[nodiscard]] std::string nearest(std::string_view name) const;
    [[nodiscard]] std::string unknown(const std::string& name, const std::string& dashes) const;
    std::optional<std::string> parse_flags(int argc, const char* const* argv, Flags& flags) const;
    std::optional<std::string> read_file(const std::string& file, std::vector<Given>& given) const;
    [[nodiscard]] std::vector<Given> environment() const;
    static void overrule(std::vector<Given>& given, const std::vector<Given>& by);
    [[nodiscard]] std::optional<std::string>
    take_words(const std::vector<std::string>& given) const;
    [[nodiscard]] int print_help() const;
    [[nodiscard]] int print_version() const;
    [[nodiscard]] int print_config() const;

    std::string name_;
    std::string about_;
    std::vector<Option> options_;
    std::vector<std::string>* words_ = nullptr;
    std::vector<std::string> word_names_;
};

} // namespace program
