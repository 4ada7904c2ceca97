#include "info.hpp"

#include "replay/block.hpp"
#include "replay/playback.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

using namespace engine_net;

namespace {

constexpr std::array kind_names{"",
                                "header",
                                "keyframe",
                                "frame",
                                "people",
                                "state",
                                "inputs",
                                "hash",
                                "event",
                                "chat",
                                "gap",
                                "index",
                                "private event",
                                "client event"};

struct KindCount {
    std::uint64_t blocks = 0;
    std::uint64_t payload_bytes = 0;
};

/// What playing a recording shows.
struct Played {
    std::uint64_t ticks = 0;
    std::uint64_t raw_bytes = 0; ///< of all entities' structs, with their ids
    std::size_t most_players = 0;
    std::size_t most_entities = 0;
    std::vector<std::string> names{};
    std::string problem{};
};

void note_names(const Playback& playback, Played& played) {
    std::size_t players = 0;
    for (const auto& [id, member] : playback.people()) {
        players += !member.is_spectator;
        if (std::ranges::find(played.names, member.name) == played.names.end())
            played.names.push_back(member.name);
    }
    played.most_players = std::max(played.most_players, players);
}

void note_entities(const RecordingFile& file, const Frame& frame, Played& played) {
    std::size_t entities = 0;
    for (std::size_t t = 0; t < frame.types.size(); ++t) {
        const auto there = static_cast<std::size_t>(
            std::ranges::count_if(frame.types[t].incarnation, [](std::uint16_t incarnation) {
                return incarnation != 0;
            }));
        entities += there;
        played.raw_bytes += there * (file.schema().types()[t].struct_bytes + sizeof(EntityId));
    }
    played.most_entities = std::max(played.most_entities, entities);
}

Played play(const RecordingFile& file) {
    Played played;
    Playback playback(file);
    Playback::Outcome outcome = playback.step();
    for (; outcome == Playback::Outcome::frame; outcome = playback.step()) {
        ++played.ticks;
        note_names(playback, played);
        note_entities(file, *playback.frame(), played);
    }
    if (outcome == Playback::Outcome::damaged) played.problem = playback.problem();
    return played;
}

void print_kinds(const RecordingFile& file) {
    std::array<KindCount, kind_names.size()> kinds;
    BlockReader blocks = file.blocks();
    while (const auto block = blocks.next()) {
        KindCount& kind = kinds.at(static_cast<std::size_t>(block->kind));
        ++kind.blocks;
        kind.payload_bytes += block->payload.size();
    }
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i].blocks == 0) continue;
        std::printf("%s blocks: %llu, %llu bytes\n",
                    kind_names[i],
                    static_cast<unsigned long long>(kinds[i].blocks),
                    static_cast<unsigned long long>(kinds[i].payload_bytes));
    }
}

void print_sizes(const RecordingFile& file, const Played& played) {
    const double minutes = static_cast<double>(played.ticks) / file.header().ticks_per_second / 60;
    if (minutes == 0) return;
    constexpr double kb = 1000;
    const auto bytes = static_cast<double>(file.size());
    const auto raw = static_cast<double>(played.raw_bytes);
    std::printf("size: %.0f kB, %.0f kB a minute\n", bytes / kb, bytes / kb / minutes);
    std::printf("as structs: %.0f kB, %.0f kB a minute; the recording is %.2f %% of that\n",
                raw / kb,
                raw / kb / minutes,
                raw > 0 ? bytes / raw * 100 : 0.0);
}

} // namespace

int print_info(const RecordingFile& file) {
    const RecordingHeader& header = file.header();
    std::printf("room: %s, number %u, of kind %s\n",
                header.room_name.c_str(),
                header.room.value,
                header.kind.c_str());
    std::printf(
        "schema: %zu bytes, and a prior of %zu\n", header.schema.size(), header.prior.size());
    for (const EntityType& type : file.schema().types()) {
        std::printf("  %s: %zu fields, %zu bytes\n",
                    type.name.c_str(),
                    type.fields.size(),
                    type.struct_bytes);
    }
    const Played played = play(file);
    std::printf("ticks: %llu, %u a second, %.1f s\n",
                static_cast<unsigned long long>(played.ticks),
                header.ticks_per_second,
                static_cast<double>(played.ticks) / header.ticks_per_second);
    if (!file.entries().empty()) {
        std::printf("first tick: %u, last tick: %u, keyframes: %zu\n",
                    file.entries().front().tick.value,
                    file.last_tick().value,
                    file.entries().size());
    }
    std::printf("ticks left out: %u\n", file.dropped_ticks());
    std::printf("entities: %zu at most\n", played.most_entities);
    std::printf("players: %zu at most\n", played.most_players);
    for (const std::string& name : played.names) std::printf("  %s\n", name.c_str());
    print_kinds(file);
    print_sizes(file, played);
    if (!file.has_index()) std::printf("its end is missing\n");
    if (!played.problem.empty()) std::printf("damaged: %s\n", played.problem.c_str());
    return 0;
}
