#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace bench {

/// A program that listens on a port of this machine and ends with the object. To be made before
/// there are threads.
class ServiceProcess {
public:
    /// `command` gives its words for a free port. Waits until it can be connected to.
    explicit ServiceProcess(
        const std::function<std::vector<std::string>(const std::string& port)>& command);
    ~ServiceProcess();
    ServiceProcess(const ServiceProcess&) = delete;
    ServiceProcess& operator=(const ServiceProcess&) = delete;

    [[nodiscard]] bool is_running() const { return is_running_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// The time that the system has given to it so far.
    [[nodiscard]] double cpu_us() const;

private:
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
    bool is_running_ = false;
};

/// A TCP connection to a port of this machine, or -1.
int open_connection(std::uint16_t port);

} // namespace bench
