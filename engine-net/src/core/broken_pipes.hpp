#pragma once

#include <csignal>
#include <pthread.h>

namespace engine_net {

/// For a thread that speaks by a library which writes so that the system ends the process when the
/// other end of a connection is gone (SIGPIPE): from now on writing there fails, and no more.
inline void survive_broken_pipes() {
    sigset_t of_pipes{};
    sigemptyset(&of_pipes);
    sigaddset(&of_pipes, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &of_pipes, nullptr);
}

} // namespace engine_net
