#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace bench {

/// A Redis of a benchmark's own, with nothing in it, that ends with the object. To be made before
/// there are threads.
class RedisProcess {
public:
    RedisProcess();
    ~RedisProcess();
    RedisProcess(const RedisProcess&) = delete;
    RedisProcess& operator=(const RedisProcess&) = delete;

    [[nodiscard]] bool is_running() const { return is_running_; }
    [[nodiscard]] std::string url() const;
    /// The time that the system has given to it so far.
    [[nodiscard]] double cpu_us() const;
    /// What it has done so far, by its own count; asking for it counts as well.
    struct Counts {
        double calls = 0;    ///< of scripts and messages, by nodes
        double commands = 0; ///< those within scripts too
        double bytes_in = 0;
        double bytes_out = 0;
    };
    [[nodiscard]] Counts counts() const;

private:
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
    bool is_running_ = false;
};

} // namespace bench
