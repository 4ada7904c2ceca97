#include "program/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace program {

namespace {

std::atomic<int> count{0};
std::atomic<int> first{0}; ///< signal; 0: none
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may not wait");

} // namespace

extern "C" {
static void note_interrupt(int signal) {
    int none = 0;
    first.compare_exchange_strong(none, signal);
    ++count;
    std::signal(signal, note_interrupt); // some systems forget it
}
}

void watch_interrupts() {
    std::signal(SIGINT, note_interrupt);
    std::signal(SIGTERM, note_interrupt);
}

int interruptions() {
    return count;
}

bool was_terminated() {
    return first == SIGTERM;
}

} // namespace program
