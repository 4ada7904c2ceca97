#include "program/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace program {

namespace {

std::atomic<bool> was_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may not wait");

} // namespace

extern "C" {
static void note_interrupt(int signal) {
    was_interrupted = true;
    std::signal(signal, note_interrupt); // some systems forget it
}
}

void watch_interrupts() {
    std::signal(SIGINT, note_interrupt);
    std::signal(SIGTERM, note_interrupt);
}

bool interrupted() {
    return was_interrupted;
}

} // namespace program
