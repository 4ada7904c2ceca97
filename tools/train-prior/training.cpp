#include "training.hpp"

#include "comparison.hpp"
#include "files.hpp"
#include "replay/recorded_match.hpp"
#include "replay/recording_file.hpp"
#include "replication/codec/prior_training.hpp"
#include "replication/codec/priors.hpp"
#include "replication/replicated_schema.hpp"

#include <engine_net/clock.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;

namespace {

using Trained = std::array<std::optional<Prior>, lag_classes>;

int fail(const std::string& why) {
    std::fprintf(stderr, "train-prior: %s\n", why.c_str());
    return 1;
}

Result<ReplicatedSchema, std::string> load_schema(const std::string& path) {
    const auto bytes = read_file(path);
    if (!bytes) return Unexpected("can't read " + path);
    auto schema = ReplicatedSchema::load({*bytes});
    if (!schema) return Unexpected(path + ": " + schema.error().text);
    if (schema->types().empty()) return Unexpected(path + ": it replicates nothing");
    return std::move(*schema);
}

Result<RecordedMatch, std::string> load_recording(const ReplicatedSchema& schema,
                                                  const std::string& path) {
    const auto file = RecordingFile::open_file(path);
    if (!file) return Unexpected(path + ": " + file.error().text);
    if (file->schema().layout_digest() != schema.layout_digest())
        return Unexpected(path + ": it was made with another schema");
    auto match = read_match(*file);
    if (!match) return Unexpected(path + ": " + match.error().text);
    return std::move(*match);
}

/// All of them, if they belong together.
Result<std::vector<RecordedMatch>, std::string> load_recordings(const ReplicatedSchema& schema,
                                                                const Settings& settings) {
    std::vector<RecordedMatch> matches;
    for (const std::string& path : settings.recordings) {
        auto match = load_recording(schema, path);
        if (!match) return Unexpected(match.error());
        std::size_t ticks = 0;
        for (const Recording& stretch : match->stretches) ticks += stretch.size();
        std::printf("%s: %zu ticks, %u a second\n", path.c_str(), ticks, match->ticks_per_second);
        if (!matches.empty() && match->ticks_per_second != matches[0].ticks_per_second)
            return Unexpected(path + ": it has other ticks a second than the one before");
        matches.push_back(std::move(*match));
    }
    return matches;
}

Trained train(const CodeBook& book, const std::vector<Recording>& stretches) {
    Trained trained;
    for (std::size_t lag_class = 0; lag_class < lag_classes; ++lag_class) {
        const int lag = typical_lag(lag_class);
        std::printf("training for a lag of %d ticks", lag);
        std::fflush(stdout);
        const Time began = Clock::now();
        trained[lag_class] = train_prior(book, stretches, lag);
        const std::chrono::duration<double> took = Clock::now() - began;
        std::printf(": %.1f s\n", took.count());
    }
    return trained;
}

} // namespace

int train_and_show(const Settings& settings) {
    const auto schema = load_schema(settings.schema);
    if (!schema) return fail(schema.error());
    auto matches = load_recordings(*schema, settings);
    if (!matches) return fail(matches.error());

    const RecordedMatch shown = std::move(matches->back());
    const bool is_held_out = matches->size() > 1;
    matches->pop_back();
    std::vector<Recording> stretches = is_held_out ? std::vector<Recording>{} : shown.stretches;
    for (RecordedMatch& match : *matches)
        std::ranges::move(match.stretches, std::back_inserter(stretches));

    const CodeBook book(schema->types(), shown.ticks_per_second);
    const Trained trained = train(book, stretches);
    const std::uint64_t digest = schema->layout_digest();
    const std::vector<std::uint8_t> bytes = Priors::write(book, digest, trained, settings.least);
    if (!write_file(settings.out, bytes)) return fail("can't write " + settings.out);
    std::printf("%s: %zu bytes\n", settings.out.c_str(), bytes.size());

    const auto priors = Priors::read(book, digest, bytes);
    if (!priors) return fail("what was written can't be read");
    std::printf("%s, %s:\n",
                settings.recordings.back().c_str(),
                is_held_out ? "which it was not trained with" : "which it was trained with");
    if (!print_comparison(*schema, *priors, shown)) return fail("too few ticks to learn from");
    return 0;
}
