#include "program/options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace program {

std::optional<std::string>
Options::parse_flags(int argc, const char* const* argv, Flags& flags) const {
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    app.add_flag("-h,--help", flags.help);
    app.add_flag("--version", flags.version);
    app.add_flag("--print-config", flags.print_config);
    app.add_option("--config", flags.config);

    for (const Option& option : options_) {
        const std::string flag = "--" + option.name;
        const auto take = [&flags, &option, flag](const std::string& value) {
            flags.given.push_back({option.name, value, flag});
        };
        CLI::Option* added = app.add_option_function<std::string>(flag, take);
        added->take_last()->trigger_on_parse();
        if (option.bare) added->expected(0, 1)->default_str(*option.bare);
    }

    try {
        app.parse(argc, argv);
    } catch (const CLI::ArgumentMismatch& error) {
        const std::string what = error.what();
        return what.substr(0, what.find(':')) + " needs a value";
    } catch (const CLI::ParseError& error) {
        return error.what();
    }
    for (const std::string& word : app.remaining()) {
        if (word.starts_with("--")) return unknown(word.substr(2, word.find('=') - 2), "--");
        if (word.starts_with('-')) return "there is no use for \"" + word + '"';
        flags.words.push_back(word);
    }
    return std::nullopt;
}

} // namespace program
