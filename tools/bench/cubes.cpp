#include "benchmark.hpp"
#include "cube_recording.hpp"
#include "packed_file.hpp"
#include "plain_coding.hpp"
#include "replication/codec/prior_training.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/coded_section.hpp"
#include "replication/sections.hpp"
#include "stopwatch.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bench {

using namespace engine_net;

namespace {

constexpr std::array lags{6, 3, 1};
constexpr int timed_lag = 6;

using Types = std::vector<EntityType>;

Slot end_of(const Types& types) {
    return {static_cast<std::uint16_t>(types.size()), 0};
}

/// The shared sections of a frame, as `SnapshotEncoder` makes them.
struct CodedFrame {
    std::vector<std::vector<std::uint8_t>> sections;
    std::size_t body_bytes = 0; ///< without headers
    std::size_t bytes = 0;
};

class Sender {
public:
    Sender(const Types& types, const Priors& priors)
        : end_(end_of(types)), codec_(types, cube_frames_per_second, priors) {}

    /// False: something does not fit in a datagram.
    bool encode(const References& references, const Frame& frame, CodedFrame& out) {
        ReferenceTicks ticks;
        for (; ticks.count < references.count; ++ticks.count)
            ticks.ticks[ticks.count] = references.frames[ticks.count]->tick;
        out = {};
        for (Slot from{}; from < end_;) {
            const auto coded = codec_.encode_shared(references, frame, {from, end_, true}, body_);
            if (coded.to == from) return false;
            auto& section = out.sections.emplace_back();
            write_coded_header({ticks, from, coded.to}, frame.tick, end_, section);
            section.insert(section.end(),
                           body_.begin(),
                           body_.begin() + static_cast<std::ptrdiff_t>(coded.bytes));
            out.body_bytes += coded.bytes;
            out.bytes += section.size();
            from = coded.to;
        }
        return true;
    }

private:
    Slot end_;
    SnapshotCodec codec_;
    std::array<std::uint8_t, max_sections_bytes - max_coded_header_bytes> body_{};
};

/// Decodes against nothing but what it was given and what it decoded.
class Receiver {
public:
    Receiver(const Types& types, const Priors& priors)
        : end_(end_of(types))
        , codec_(types, cube_frames_per_second, priors)
        , ring_(kept_frames, Frame(types)) {}

    void keep(const Frame& frame) { at(frame.tick) = frame; }

    /// Null: it is not what a sender sends.
    const Frame* decode(Tick tick, const CodedFrame& coded) {
        Frame& frame = at(tick);
        frame.clear(tick);
        for (const auto& section : coded.sections) {
            if (!decode_section(section, frame)) return nullptr;
        }
        return &frame;
    }

private:
    static constexpr std::size_t kept_frames = 64;

    bool decode_section(Bytes section, Frame& frame) {
        ByteReader reader(section);
        const auto header = read_coded_header(reader, frame.tick, end_);
        if (!header) return false;
        const auto references = header->references.with_frames(frame.tick, [&](Tick older) {
            const Frame& kept = at(older);
            return kept.is_filled && kept.tick == older ? &kept : nullptr;
        });
        return references && codec_.decode_shared(*references,
                                                  reader.rest(),
                                                  {header->from, header->to, true},
                                                  frame) == DecodeOutcome::ok;
    }
    Frame& at(Tick tick) { return ring_[tick.value % kept_frames]; }

    Slot end_;
    SnapshotCodec codec_;
    std::vector<Frame> ring_;
};

struct Figures {
    std::size_t frames = 0;
    std::size_t bytes = 0;
    std::size_t body_bytes = 0;
    std::size_t datagrams = 0;
    Stopwatch encoding;
    Stopwatch decoding;
    bool is_lossless = true;

    [[nodiscard]] double a_frame(std::size_t total) const {
        return frames == 0 ? 0 : static_cast<double>(total) / static_cast<double>(frames);
    }
};

bool is_same(const EntityType& type, const Frame& a, const Frame& b) {
    const TypeFrame& ours = a.types.front();
    const TypeFrame& theirs = b.types.front();
    if (ours.incarnation != theirs.incarnation || ours.id != theirs.id) return false;
    for (std::size_t i = 0; i < ours.slots(); ++i) {
        const std::int32_t* row = ours.row(i);
        if (!std::equal(row, row + type.columns.size(), theirs.row(i))) return false;
    }
    return true;
}

/// Every frame but the first `lag`, which the receiver has.
Figures play(const Types& types, const Recording& recording, const Priors& priors, int lag) {
    Figures figures;
    Sender sender(types, priors);
    Receiver receiver(types, priors);
    CodedFrame coded;
    for (std::size_t i = 0; i < recording.size(); ++i) {
        const Frame& frame = recording[i];
        if (i < static_cast<std::size_t>(lag)) {
            receiver.keep(frame);
            continue;
        }
        const References references = references_in(recording, i, lag);
        figures.encoding.start();
        const bool is_encoded = sender.encode(references, frame, coded);
        figures.encoding.stop();
        figures.decoding.start();
        const Frame* decoded = receiver.decode(frame.tick, coded);
        figures.decoding.stop();
        ++figures.frames;
        figures.bytes += coded.bytes;
        figures.body_bytes += coded.body_bytes;
        figures.datagrams += coded.sections.size();
        if (is_encoded && decoded && is_same(types.front(), frame, *decoded)) continue;
        std::fprintf(stderr, "bench: frame %zu differs at a lag of %d\n", i, lag);
        figures.is_lossless = false;
        return figures;
    }
    return figures;
}

/// One prior for each lag. Nothing when the training recording can't be read.
std::optional<Priors> train(const Types& types) {
    const auto path = find_data("cubes-training.bin.xz");
    const auto recording = read_cubes(path, types);
    if (!recording) {
        std::fprintf(stderr, "bench: %s\n", recording.error().c_str());
        return std::nullopt;
    }
    const CodeBook book(types, cube_frames_per_second);
    std::array<std::optional<Prior>, lag_classes> priors;
    for (const int lag : lags) {
        std::fprintf(
            stderr, "training the prior of lag %d on %s alone\n", lag, path.filename().c_str());
        priors[lag_class_of(lag)] = train_prior(book, {&*recording, 1}, lag);
    }
    constexpr std::uint64_t digest = 0; // of no schema: nothing else reads them
    return Priors::read(book, digest, Priors::write(book, digest, priors));
}

void report_plain(const Types& types, const Recording& recording, Report& report) {
    std::size_t whole = 0;
    std::size_t changed = 0;
    std::size_t frames = 0;
    for (std::size_t i = timed_lag; i < recording.size(); ++i) {
        whole += flatbuffers_bytes(types.front(), recording[i]);
        changed += bitpacked_bytes(types.front(), recording[i], recording[i - timed_lag]);
        ++frames;
    }
    const auto a_frame = [&](std::size_t total) {
        return static_cast<double>(total) / static_cast<double>(std::max<std::size_t>(1, frames));
    };
    report.add("flatbuffers_bytes", a_frame(whole));
    report.add("bitpacked_bytes_6", a_frame(changed));
}

} // namespace

bool measure_cubes(const Options& options, Report& report) {
    const auto types = load_cube_types();
    if (!types) {
        std::fprintf(stderr, "bench: %s\n", types.error().c_str());
        return false;
    }
    const auto recording =
        read_cubes(options.file.empty() ? find_data("cubes.bin.xz") : options.file, *types);
    if (!recording) {
        std::fprintf(stderr, "bench: %s\n", recording.error().c_str());
        return false;
    }
    if (recording->size() <= timed_lag) {
        std::fprintf(stderr, "bench: %d frames are too few to measure on\n", timed_lag);
        return false;
    }
    const auto priors = train(*types);
    if (!priors) return false;

    bool is_lossless = true;
    Figures timed;
    for (const int lag : lags) {
        std::fprintf(stderr, "coding at a lag of %d\n", lag);
        Figures figures = play(*types, *recording, *priors, lag);
        report.add("bytes_per_frame_" + std::to_string(lag), figures.a_frame(figures.bytes));
        is_lossless = is_lossless && figures.is_lossless;
        if (lag == timed_lag) timed = std::move(figures);
    }
    std::fprintf(stderr, "coding untrained\n");
    const Figures untrained = play(*types, *recording, {}, timed_lag);
    is_lossless = is_lossless && untrained.is_lossless;

    report.add("encode_us", timed.encoding.median_us());
    report.add("decode_us", timed.decoding.median_us());
    report_plain(*types, *recording, report);
    report.add("lossless", is_lossless ? "yes" : "no");
    report.add("body_bytes_per_frame_6", timed.a_frame(timed.body_bytes));
    report.add("untrained_bytes_per_frame_6", untrained.a_frame(untrained.bytes));
    report.add("datagrams_per_frame_6", timed.a_frame(timed.datagrams), 3);
    report.add("frames_6", std::uint64_t{timed.frames});
    return is_lossless;
}

} // namespace bench
