#include "settings.hpp"

#include "program/options.hpp"

std::optional<int> read_settings(Settings& settings, int argc, const char* const* argv) {
    using program::value_of;

    program::Options options(
        "train-prior",
        "Learns what is likely in a game from recordings of its matches. A server and its clients "
        "that have the prior send fewer bytes. Of two or more recordings the last one is not "
        "learned from, but shows what the prior saves.");
    std::vector<std::string> words;
    options.add_words(words, {"SCHEMA.bfbs", "RECORDING..."});
    options.add("out", value_of(settings.out, "FILE"), "where the prior is written");
    options.add("least",
                value_of(settings.least, {0, 1000, "BITS"}),
                "what saved less in the matches learned from is left out: the prior gets smaller");
    if (const auto code = options.parse(argc, argv)) return code;
    if (settings.out.empty()) return options.fail("--out FILE is missing");
    settings.schema = words.front();
    settings.recordings.assign(words.begin() + 1, words.end());
    return std::nullopt;
}
