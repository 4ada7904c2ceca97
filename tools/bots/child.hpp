#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

/// A program that runs beside this one, and is killed with it at the latest.
class Child {
public:
    Child() = default;
    /// Starts it; what it prints goes into `log`. One that can't be started ends with 127.
    Child(const std::vector<std::string>& arguments, const std::string& log);
    ~Child() { kill(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) noexcept;

    void signal(int number) const;
    /// At once, and waits for its end.
    void kill();
    [[nodiscard]] bool is_running();
    /// Its exit code, 128 and the signal's number after a signal; nothing if it still runs then.
    std::optional<int> wait(std::chrono::milliseconds limit);

private:
    void reap(int options);

    pid_t process_ = -1; ///< -1: none, or it has ended
    std::optional<int> exit_code_;
};

/// A TCP and UDP port of this machine that is free now.
std::uint16_t find_free_port();
