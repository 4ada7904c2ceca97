#pragma once

#include "service_process.hpp"

#include <string>

namespace bench {

/// A Redis of a benchmark's own, with nothing in it.
class RedisProcess : public ServiceProcess {
public:
    RedisProcess();

    [[nodiscard]] std::string url() const;
    /// What it has done so far, by its own count; asking for it counts as well.
    struct Counts {
        double calls = 0;    ///< of scripts and messages, by nodes
        double commands = 0; ///< those within scripts too
        double bytes_in = 0;
        double bytes_out = 0;
    };
    [[nodiscard]] Counts counts() const;
};

} // namespace bench
