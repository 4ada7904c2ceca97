#include "service_process.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace bench {

namespace {

constexpr std::chrono::seconds patience{10};

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::uint16_t find_free_port() {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    const bool is_bound = ::bind(file, any, size) == 0 && ::getsockname(file, any, &size) == 0;
    ::close(file);
    return is_bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

bool can_connect(std::uint16_t port) {
    const int file = open_connection(port);
    if (file >= 0) ::close(file);
    return file >= 0;
}

} // namespace

int open_connection(std::uint16_t port) {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
        return file;
    ::close(file);
    return -1;
}

ServiceProcess::ServiceProcess(
    const std::function<std::vector<std::string>(const std::string& port)>& command)
    : port_(find_free_port()) {
    std::vector<std::string> words = command(std::to_string(port_));
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC); // what it logs
        ::dup2(nowhere, STDOUT_FILENO);
        ::dup2(nowhere, STDERR_FILENO);
        ::execvp(arguments[0], arguments.data());
        std::_Exit(127);
    }
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!is_running_ && ::waitpid(process_, nullptr, WNOHANG) == 0 &&
           std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        is_running_ = can_connect(port_);
    }
}

ServiceProcess::~ServiceProcess() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

double ServiceProcess::cpu_us() const {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(process_, &clock) != 0) return 0;
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

} // namespace bench
