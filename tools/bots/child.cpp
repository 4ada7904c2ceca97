#include "child.hpp"

#include <engine_net/clock.hpp>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

using namespace std::chrono_literals;

Child::Child(const std::vector<std::string>& arguments, const std::string& log) {
    std::vector<std::string> words = arguments;
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    process_ = fork();
    if (process_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    setpgid(0, 0); // an interrupt is for the bots, who end their servers themselves
    execvp(pointers.front(), pointers.data());
    constexpr int not_found = 127;
    std::_Exit(not_found);
}

Child::Child(Child&& other) noexcept
    : process_(std::exchange(other.process_, -1)), exit_code_(other.exit_code_) {}

Child& Child::operator=(Child&& other) noexcept {
    std::swap(process_, other.process_);
    std::swap(exit_code_, other.exit_code_);
    return *this;
}

void Child::signal(int number) const {
    if (process_ > 0) ::kill(process_, number);
}

void Child::kill() {
    signal(SIGKILL);
    signal(SIGCONT);
    reap(0);
}

void Child::reap(int options) {
    int status = 0;
    if (process_ <= 0 || waitpid(process_, &status, options) != process_) return;
    constexpr int by_signal = 128;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : by_signal + WTERMSIG(status);
    process_ = -1;
}

bool Child::is_running() {
    reap(WNOHANG);
    return process_ > 0;
}

std::optional<int> Child::wait(std::chrono::milliseconds limit) {
    const engine_net::Time deadline = engine_net::Clock::now() + limit;
    while (is_running() && engine_net::Clock::now() < deadline)
        engine_net::Clock::sleep_until(engine_net::Clock::now() + 10ms);
    return is_running() ? std::nullopt : exit_code_;
}

std::uint16_t find_free_port() {
    for (int attempt = 0; attempt < 20; ++attempt) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        const int tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const bool is_free = bind(tcp, any, size) == 0 && getsockname(tcp, any, &size) == 0 &&
                             bind(udp, any, size) == 0;
        close(tcp);
        close(udp);
        if (is_free) return ntohs(address.sin_port);
    }
    return 0;
}
