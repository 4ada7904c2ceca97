#include "redis_process.hpp"

#include <array>
#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace bench {

namespace {

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

RedisProcess::RedisProcess()
    : ServiceProcess([](const std::string& port) -> std::vector<std::string> {
        return {"redis-server",
                "--port",
                port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--logfile",
                "/dev/null"};
    }) {}

std::string RedisProcess::url() const {
    return std::string("redis://127.0.0.1:").append(std::to_string(port()));
}

RedisProcess::Counts RedisProcess::counts() const {
    const std::string text = ask_for_info(port());
    return {.calls = number_behind(text, "cmdstat_evalsha:calls=") +
                     number_behind(text, "cmdstat_publish:calls="),
            .commands = number_behind(text, "total_commands_processed:"),
            .bytes_in = number_behind(text, "total_net_input_bytes:"),
            .bytes_out = number_behind(text, "total_net_output_bytes:")};
}

} // namespace bench
