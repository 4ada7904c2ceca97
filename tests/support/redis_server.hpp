#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

/// A Redis of the test's own, which keeps nothing on disk, on a free port of this machine. It ends
/// with the object at the latest.
class RedisServer {
public:
    /// Runs when this returns.
    explicit RedisServer(std::vector<std::string> more_arguments = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url() const;
    [[nodiscard]] pid_t process() const { return process_; }

    /// At once, as by SIGKILL.
    void stop();
    /// With nothing in it, on the same port.
    void start();
    /// Does nothing until it is thawed, though connections stay (SIGSTOP).
    void freeze() const;
    void thaw() const;

private:
    [[nodiscard]] bool wait_until_ready() const;

    std::vector<std::string> more_arguments_;
    std::string folder_;
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
};
