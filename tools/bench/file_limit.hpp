#pragma once

#include <sys/resource.h>

namespace bench {

/// Lets this process have as many sockets as the system allows.
inline void raise_file_limit() {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

} // namespace bench
