#include "verify.hpp"

#include "replay/playback.hpp"

#include <cstdint>
#include <cstdio>

using namespace engine_net;

int verify(const RecordingFile& file) {
    Playback playback(file);
    unsigned long long ticks = 0;
    unsigned long long hashes = 0;
    Playback::Outcome outcome = playback.step();
    for (; outcome == Playback::Outcome::frame; outcome = playback.step()) {
        ++ticks;
        if (!playback.is_as_hashed()) continue;
        ++hashes;
        if (*playback.is_as_hashed()) continue;
        std::printf("failed: the state of tick %u is not the one that the server had\n",
                    playback.frame()->tick.value);
        return 1;
    }
    if (outcome == Playback::Outcome::damaged) {
        std::printf("failed: %s\n", playback.problem().c_str());
        return 1;
    }
    std::printf(
        "ok: %llu ticks, of which %llu have the state that the server had\n", ticks, hashes);
    if (!file.has_index())
        std::printf("its end is missing: the server did not end the recording\n");
    return 0;
}
