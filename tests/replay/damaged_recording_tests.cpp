#include "core/random.hpp"
#include "replay/playback.hpp"
#include "replay/recorded_room.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace engine_net;
using Outcome = Playback::Outcome;

namespace {

using File = std::vector<std::uint8_t>;

constexpr std::uint32_t ticks = 150;

struct Recorded {
    Recorded() {
        room.play(ticks);
        bytes = room.end();
        RecordingInMemory file(bytes);
        BlockReader reader(file, recording_begin_bytes);
        reader.next();
        first_block = static_cast<std::size_t>(reader.offset());
    }
    RecordedRoom room;
    File bytes;
    std::size_t first_block = 0; ///< after the header
};

const Recorded& recorded() {
    static const Recorded one;
    return one;
}

std::string refusal_of(File bytes) {
    const auto file = RecordingFile::open(std::move(bytes));
    return file ? std::string{} : file.error().text;
}

/// How many ticks are played, each of them as it was; -1 when one was not.
int sound_ticks(const RecordingFile& file, Outcome& outcome) {
    Playback playback(file);
    int played = 0;
    while ((outcome = playback.step()) == Outcome::frame) {
        const auto tick = playback.frame()->tick.value;
        if (tick != static_cast<std::uint32_t>(++played)) return -1;
        if (!frame_difference(recorded().room.frames.at(tick - 1), playback.frame()).empty())
            return -1;
    }
    return played;
}

/// Opened when its header is whole, and played up to the cut.
std::string problem_of_cut(std::size_t length) {
    const File cut(recorded().bytes.begin(),
                   recorded().bytes.begin() + static_cast<std::ptrdiff_t>(length));
    const auto file = RecordingFile::open(cut);
    if (file.has_value() != (length >= recorded().first_block)) return "opened otherwise";
    if (!file) return {};
    if (file->has_index()) return "has an index";
    Outcome outcome{};
    const int played = sound_ticks(*file, outcome);
    if (played < 0) return "another tick";
    Playback last(*file);
    const bool is_played = last.seek(Tick{ticks}) == Outcome::frame;
    if (is_played != (played > 0)) return "can't be sought";
    return !is_played || last.frame()->tick.value == static_cast<std::uint32_t>(played)
               ? std::string{}
               : "is sought elsewhere";
}

} // namespace

TEST_CASE("replay: a file cut anywhere opens up to the cut") {
    const std::size_t size = recorded().bytes.size();
    std::size_t step = 1024;
    SUBCASE("every kilobyte") {}
    SUBCASE("at odd bytes") {
        step = 331;
    }
    for (std::size_t length = 0; length < size; length += step)
        REQUIRE_MESSAGE(problem_of_cut(length) == "", length, " bytes");
    for (std::size_t less = 1; less < 60; ++less)
        REQUIRE_MESSAGE(problem_of_cut(size - less) == "", less, " bytes less");
    for (std::size_t more = 0; more < 60; ++more) {
        const std::size_t length = recorded().first_block - 30 + more;
        REQUIRE_MESSAGE(problem_of_cut(length) == "", length, " bytes");
    }
}

TEST_CASE("replay: a crash costs only what was not written yet") {
    RecordedRoom room;
    room.play(100);
    room.write();
    const File before_crash = room.bytes;
    room.play(20);
    const RecordingFile file = opened(before_crash);
    CHECK_FALSE(file.has_index());
    CHECK(file.last_tick() == Tick{100});
}

TEST_CASE("replay: what is damaged is refused, or played up to the damage") {
    const File& bytes = recorded().bytes;
    Random random(3);
    for (int i = 0; i < 400; ++i) {
        File damaged = bytes;
        const auto at = static_cast<std::size_t>(random.next_below(bytes.size()));
        damaged[at] ^= static_cast<std::uint8_t>(1u << random.next_below(8));
        const auto file = RecordingFile::open(damaged);
        REQUIRE(file.has_value() == (at >= recorded().first_block));
        if (!file) continue;
        Outcome outcome{};
        const int played = sound_ticks(*file, outcome);
        REQUIRE(played >= 0);
        const bool is_in_end = !file->has_index();
        REQUIRE((outcome == Outcome::damaged || is_in_end));
    }
}

TEST_CASE("replay: with its index a file can be sought past the damage") {
    File damaged = recorded().bytes;
    damaged[recorded().first_block + 20] ^= 1;
    const RecordingFile file = opened(damaged);
    Playback playback(file);
    CHECK(playback.step() == Outcome::damaged);
    CHECK(playback.problem().find("a block is damaged at byte ") == 0);
    CHECK(playback.frame() == nullptr);
    REQUIRE(playback.seek(Tick{100}) == Outcome::frame);
    CHECK(frame_difference(recorded().room.frames.at(99), playback.frame()) == "");
}

TEST_CASE("replay: what is none, and what another version wrote, is refused as such") {
    CHECK(refusal_of({}) == "it is no recording");
    CHECK(refusal_of(File(1000, 0xAA)) == "it is no recording");
    File future = recorded().bytes;
    future[4] = 9;
    CHECK(refusal_of(future) ==
          "it has version 9 of the file format, this program reads version 2");
    File older = recorded().bytes;
    older[4] = 1;
    CHECK(refusal_of(older).empty());
    File other;
    append_recording_begin(other);
    std::vector<std::uint8_t> header;
    append_header({.protocol = protocol_version + 1, .ticks_per_second = 60}, header);
    append_block(BlockKind::header, {}, header, other);
    CHECK(refusal_of(other).find(" of the protocol, this program reads version ") !=
          std::string::npos);
}

TEST_CASE("replay: an index that lies is noticed where it is used") {
    File lying(recorded().bytes.begin(), recorded().bytes.end());
    const auto trailer = read_trailer(lying);
    REQUIRE(trailer);
    lying.resize(static_cast<std::size_t>(*trailer));
    RecordingIndex index;
    index.last_tick = Tick{ticks};
    SUBCASE("beyond the file") {
        index.entries = {{Tick{1}, 1u << 30}};
    }
    SUBCASE("at no block") {
        index.entries = {{Tick{1}, recorded().first_block + 1}};
    }
    SUBCASE("at another tick") {
        index.entries = {{Tick{90}, recorded().first_block}};
    }
    std::vector<std::uint8_t> payload;
    append_index(index, payload);
    const std::size_t at = lying.size();
    append_block(BlockKind::index, index.last_tick, payload, lying);
    append_trailer(at, lying);
    const RecordingFile file = opened(lying);
    Playback playback(file);
    const bool is_refused = !file.has_index();
    CHECK(playback.seek(Tick{100}) == (is_refused ? Outcome::frame : Outcome::damaged));
    Outcome outcome{};
    CHECK(sound_ticks(file, outcome) == static_cast<int>(ticks));
}
