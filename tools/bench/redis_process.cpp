#include "redis_process.hpp"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <netinet/in.h>
#include <string_view>
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

/// A connection to it, or -1.
int open_connection(std::uint16_t port) {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
        return file;
    ::close(file);
    return -1;
}

bool can_connect(std::uint16_t port) {
    const int file = open_connection(port);
    if (file >= 0) ::close(file);
    return file >= 0;
}

/// All that it knows of itself.
std::string ask_for_info(std::uint16_t port) {
    constexpr std::string_view question = "INFO everything\r\nQUIT\r\n";
    const int file = open_connection(port);
    if (file < 0) return {};
    std::string text;
    std::array<char, 4096> part{};
    ssize_t count = ::send(file, question.data(), question.size(), MSG_NOSIGNAL);
    while (count > 0) {
        count = ::recv(file, part.data(), part.size(), 0);
        if (count > 0) text.append(part.data(), static_cast<std::size_t>(count));
    }
    ::close(file);
    return text;
}

/// The number that stands behind `name` in what INFO answers; 0: none.
double number_behind(const std::string& text, std::string_view name) {
    const std::size_t place = text.find(name);
    return place == std::string::npos ? 0 : std::atof(text.c_str() + place + name.size());
}

} // namespace

RedisProcess::RedisProcess() : port_(find_free_port()) {
    const std::string port = std::to_string(port_);
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::execlp("redis-server",
                 "redis-server",
                 "--port",
                 port.c_str(),
                 "--bind",
                 "127.0.0.1",
                 "--save",
                 "",
                 "--appendonly",
                 "no",
                 "--logfile",
                 "/dev/null",
                 nullptr);
        std::_Exit(127);
    }
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!is_running_ && ::waitpid(process_, nullptr, WNOHANG) == 0 &&
           std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        is_running_ = can_connect(port_);
    }
}

RedisProcess::~RedisProcess() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

std::string RedisProcess::url() const {
    return std::string("redis://127.0.0.1:").append(std::to_string(port_));
}

double RedisProcess::cpu_us() const {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(process_, &clock) != 0) return 0;
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

RedisProcess::Counts RedisProcess::counts() const {
    const std::string text = ask_for_info(port_);
    return {.calls = number_behind(text, "cmdstat_evalsha:calls=") +
                     number_behind(text, "cmdstat_publish:calls="),
            .commands = number_behind(text, "total_commands_processed:"),
            .bytes_in = number_behind(text, "total_net_input_bytes:"),
            .bytes_out = number_behind(text, "total_net_output_bytes:")};
}

} // namespace bench
