#include "settings.hpp"

#include "program/options.hpp"

#include <vector>

std::optional<int> read_settings(Settings& settings, int argc, const char* const* argv) {
    using program::value_of;

    program::Options options(
        "replay",
        "Looks into a recording of a match (demo-server --record). info says what is in it. verify "
        "plays all of it and says what is damaged, or differs from what the server had; then it "
        "ends with 1. export writes the entities of each tick, with the names that the game's "
        "schema gives their fields.");
    std::vector<std::string> words;
    options.add_words(words, {"info|verify|export", "FILE"});
    options.add("out",
                value_of(settings.out, "FILE"),
                "where an export is written; otherwise it is printed");
    options.add("json", settings.as_json, "export a line of JSON for each entity, instead of CSV");
    constexpr double most = UINT32_MAX;
    options.add("from", value_of(settings.from, {0, most, ""}), "the first tick of an export");
    options.add("to", value_of(settings.to, {0, most, ""}), "the last tick of an export");
    if (const auto code = options.parse(argc, argv)) return code;
    const std::string& command = words.front();
    if (command == "verify") {
        settings.command = Command::verify;
    } else if (command == "export") {
        settings.command = Command::export_entities;
    } else if (command != "info") {
        return options.fail("\"" + command + "\" is none of info, verify, export");
    }
    settings.file = words.back();
    return std::nullopt;
}
