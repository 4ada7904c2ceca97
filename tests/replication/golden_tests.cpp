// The wire of snapshots, to the byte: tests/golden holds what a decoder in any language must read,
// and what must come out of it.

#include "replication/codec/prior_training.hpp"
#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/viewer.hpp"

#include <doctest/doctest.h>

#include <array>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

using namespace engine_net;
using namespace rocks_room;

namespace {

constexpr std::uint32_t ticks_per_second = 60;
constexpr PresenceId viewer_id{1};

constexpr const char* preface =
    R"(# Snapshot messages of a room of tests/schemas/rocks.fbs to presence 1, and what it then sees.
#
# ticks_per_second N
# prior HEX          of the schema; "-" for none
# message HEX        one of the snapshots channel: wire::SnapshotHeader, then the body
# state TICK         the tick is whole now; its entities follow:
# entity TYPE SLOT INCARNATION ID NUMBER...    a number for each column, as engine-net's field table
#                    has them; those for other eyes alone are the `default`s
# kept TYPE SLOT INCARNATION ID    it is there and seen, but was not told in this tick
)";

std::string hex(Bytes bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text.empty() ? "-" : text;
}

std::vector<std::uint8_t> from_hex(const std::string& text) {
    std::vector<std::uint8_t> bytes;
    if (text == "-") return bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
    return bytes;
}

/// `told`: the slots whose rows are good; null: all.
std::string state_of(const Frame& frame, const SlotSet* told) {
    std::ostringstream out;
    out << "state " << frame.tick.value << '\n';
    for (std::size_t t = 0; t < frame.types.size(); ++t) {
        const TypeFrame& rows = frame.types[t];
        for (std::size_t i = 0; i < rows.slots(); ++i) {
            if (!rows.has(i)) continue;
            const Slot slot{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)};
            const bool is_told = !told || told->has(slot);
            out << (is_told ? "entity " : "kept ") << schema().types()[t].name << ' ' << i << ' '
                << rows.incarnation[i] << ' ' << rows.id[i].value;
            for (std::size_t c = 0; is_told && c < schema().types()[t].columns.size(); ++c)
                out << ' ' << rows.row(i)[c];
            out << '\n';
        }
    }
    return out.str();
}

/// What a client makes of the messages, line by line; also checks that it takes them all.
class Reader {
public:
    explicit Reader(Bytes prior)
        : codec_(schema().types(), ticks_per_second, priors(prior)), replica_(schema(), &codec_) {}

    std::string take(Bytes message) {
        CHECK(replica_.receive(message) == ReceiveOutcome::ok);
        const auto complete = replica_.newest_complete_tick();
        if (!complete || complete == told_) return {};
        told_ = complete;
        return state_of(*replica_.find_frame(*complete), replica_.told_rows(*complete));
    }
    [[nodiscard]] Acks acks() const { return replica_.acks(); }

    static Priors priors(Bytes prior) {
        if (prior.empty()) return {};
        const CodeBook book(schema().types(), ticks_per_second);
        auto read = Priors::read(book, schema().layout_digest(), prior);
        REQUIRE(read);
        return *read;
    }

private:
    SnapshotCodec codec_;
    Replica replica_;
    std::optional<Tick> told_;
};

struct Golden {
    const char* file;
    bool is_trained;
    bool is_scoped; ///< the viewer sees two thirds of the room, others in each quarter second,
                    ///< and is told as much of that as its budget allows
};
constexpr std::array goldens{Golden{"snapshots_untrained.txt", false, false},
                             Golden{"snapshots_trained.txt", true, false},
                             Golden{"snapshots_scoped.txt", true, true}};

Sight two_thirds(ScopedEncoder& scoped, const Frame& frame) {
    SlotSet seen;
    scoped.everything(frame.tick)->each([&](Slot slot) {
        const TypeFrame& rows = frame.types[slot.type];
        const bool is_own = rows.owner[slot.index] == viewer_id;
        if (is_own || (rows.id[slot.index].value + frame.tick.value / 15) % 3 != 0) seen.add(slot);
    });
    return {scoped.share(frame.tick, std::move(seen)), {}};
}

/// A match whose every seventh message is lost and whose acks come three ticks late.
std::string play(const Golden& golden, Bytes prior) {
    History history(schema());
    SnapshotCodec codec(schema().types(), ticks_per_second, Reader::priors(prior));
    SnapshotEncoder encoder(history, &codec);
    constexpr std::uint32_t bytes_per_second = 8'000;
    Viewer viewer(encoder, viewer_id, golden.is_scoped ? bytes_per_second : 0);
    Reader reader(prior);
    RandomRoom room(5, golden.is_scoped ? 20 : 6);
    std::deque<Acks> acks;
    std::ostringstream out;
    out << preface << "ticks_per_second " << ticks_per_second << "\nprior " << hex(prior) << '\n';
    for (std::uint32_t t = 1; t <= 60; ++t) {
        // Some time passes without a change, so that entities rest and lines are straight.
        tick(history, t, t % 10 < 5 ? room.step() : room.entities());
        const Sight sight =
            golden.is_scoped ? two_thirds(*encoder.scoped(), *history.find(Tick{t})) : Sight{};
        viewer.encode(Tick{t}, sight, [&](Bytes message) {
            if (viewer.datagrams() % 7 == 0) return;
            out << "message " << hex(message) << '\n' << reader.take(message);
        });
        acks.push_back(reader.acks());
        if (acks.size() <= 3) continue;
        if (acks.front().any) viewer.on_ack(acks.front().newest, acks.front().bits);
        acks.pop_front();
    }
    return out.str();
}

std::vector<std::uint8_t> trained() {
    std::vector<Recording> recordings(1);
    History history(schema());
    RandomRoom room(6, 6);
    for (std::uint32_t t = 1; t <= 60; ++t) {
        tick(history, t, t % 10 < 5 ? room.step() : room.entities());
        recordings[0].push_back(*history.newest());
    }
    const CodeBook book(schema().types(), ticks_per_second);
    std::array<std::optional<Prior>, lag_classes> priors;
    priors[lag_class_of(3)] = train_prior(book, recordings, 3);
    return Priors::write(book, schema().layout_digest(), priors);
}

/// The project's folder: here, or the one above.
std::filesystem::path project() {
    return std::filesystem::exists("tests/golden") ? "." : "..";
}

std::string content_of(const Golden& golden) {
    const auto path = project() / "tests/golden" / golden.file;
    std::ifstream file(path, std::ios::binary);
    REQUIRE_MESSAGE(file, path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::uint8_t> prior_in(const std::string& content) {
    const std::size_t at = content.find("\nprior ") + 7;
    return from_hex(content.substr(at, content.find('\n', at) - at));
}

} // namespace

TEST_CASE("golden: the encoder writes the messages of tests/golden to the byte") {
    for (const Golden& golden : goldens) {
        const std::string played =
            play(golden, golden.is_trained ? trained() : std::vector<std::uint8_t>{});
        if (played == content_of(golden)) continue;
        const auto folder = project() / "build/golden";
        std::filesystem::create_directories(folder);
        std::ofstream(folder / golden.file, std::ios::binary) << played;
        FAIL_CHECK("tests/golden differs from build/golden in ", std::string(golden.file));
    }
}

TEST_CASE("golden: what is read from the files alone is the state that stands there") {
    for (const Golden& golden : goldens) {
        const std::string content = content_of(golden);
        Reader reader(prior_in(content));
        std::istringstream lines(content);
        std::string expected;
        std::string told;
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("message ")) told += reader.take(from_hex(line.substr(8)));
            if (line.starts_with("state ") || line.starts_with("entity ") ||
                line.starts_with("kept "))
                expected += line + '\n';
        }
        CHECK(expected.size() > 10'000);
        const bool is_same = told == expected;
        CHECK_MESSAGE(is_same, std::string(golden.file));
    }
}
