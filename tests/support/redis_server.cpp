#include "support/redis_server.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace {

constexpr std::chrono::seconds patience{20};

sockaddr_in address_of(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// One that the system gives, and that nobody else has got since, most likely.
std::uint16_t find_free_port() {
    const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = address_of(0);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    const bool is_bound = bind(file, any, size) == 0 && getsockname(file, any, &size) == 0;
    close(file);
    return is_bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

/// What a Redis on that port answers to a PING.
bool answers(std::uint16_t port) {
    const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = address_of(port);
    std::array<char, 64> answer{};
    const timeval limit{.tv_sec = 1, .tv_usec = 0};
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    constexpr std::string_view ping = "PING\r\n";
    const bool has_answer =
        connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
        send(file, ping.data(), ping.size(), MSG_NOSIGNAL) > 0 &&
        recv(file, answer.data(), answer.size(), 0) > 0;
    close(file);
    // One that wants a password is there as well.
    return has_answer &&
           (answer[0] == '+' || std::string_view(answer.data()).starts_with("-NOAUTH"));
}

} // namespace

RedisServer::RedisServer(std::vector<std::string> more_arguments)
    : more_arguments_(std::move(more_arguments)) {
    std::string folder = std::filesystem::temp_directory_path() / "engine-net-redis-XXXXXX";
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    folder_ = folder;
    for (int i = 0; i < 5 && process_ < 0; ++i) {
        port_ = find_free_port();
        start();
    }
    REQUIRE_MESSAGE(process_ > 0, "redis-server does not start");
}

RedisServer::~RedisServer() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string RedisServer::url() const {
    return std::string("redis://127.0.0.1:").append(std::to_string(port_));
}

void RedisServer::start() {
    std::vector<std::string> arguments{"redis-server",
                                       "--port",
                                       std::to_string(port_),
                                       "--bind",
                                       "127.0.0.1",
                                       "--save",
                                       "",
                                       "--appendonly",
                                       "no",
                                       "--dir",
                                       folder_,
                                       "--logfile",
                                       folder_ + "/log"};
    arguments.insert(arguments.end(), more_arguments_.begin(), more_arguments_.end());
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execvp("redis-server", pointers.data());
        std::_Exit(127);
    }
    if (!wait_until_ready()) stop();
}

bool RedisServer::wait_until_ready() const {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
        if (waitpid(process_, nullptr, WNOHANG) != 0) return false;
        if (answers(port_)) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

void RedisServer::stop() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
}

void RedisServer::freeze() const {
    kill(process_, SIGSTOP);
}

void RedisServer::thaw() const {
    kill(process_, SIGCONT);
}
