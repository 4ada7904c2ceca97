#include "process/program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace {

constexpr std::string_view our_variables = "ENGINE_NET_";

std::vector<std::string> environment_with(const Program::Environment& more) {
    std::vector<std::string> variables;
    for (char** one = environ; *one; ++one) {
        const std::string_view text(*one);
        const std::string name(text.substr(0, text.find('=')));
        if (!name.starts_with(our_variables) && !more.contains(name)) variables.emplace_back(text);
    }
    for (const auto& [name, value] : more) variables.emplace_back(name).append("=").append(value);
    return variables;
}

/// Ends with a null, as the system wants it.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::optional<std::string> find_line(const std::string& text, std::string_view part) {
    const std::size_t found = text.find(part);
    if (found == std::string::npos) return std::nullopt;
    const std::size_t end = text.find('\n', found);
    if (end == std::string::npos) return std::nullopt;
    const std::size_t before = text.rfind('\n', found);
    const std::size_t begin = before == std::string::npos ? 0 : before + 1;
    return text.substr(begin, end - begin);
}

} // namespace

std::string ours(const std::string& name) {
    if (const char* folder = std::getenv("ENGINE_NET_BIN")) return std::string(folder) + "/" + name;
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

Program::Program(const std::string& path,
                 std::vector<std::string> arguments,
                 const Environment& more) {
    arguments.insert(arguments.begin(), path);
    std::vector<std::string> variables = environment_with(more);
    const std::vector<char*> argv = pointers_to(arguments);
    const std::vector<char*> envp = pointers_to(variables);

    std::array<int, 2> output{};
    std::array<int, 2> errors{};
    if (pipe2(output.data(), O_CLOEXEC) != 0 || pipe2(errors.data(), O_CLOEXEC) != 0) std::abort();

    process_ = fork();
    if (process_ == 0) {
        dup2(output[1], STDOUT_FILENO);
        dup2(errors[1], STDERR_FILENO);
        execvpe(path.c_str(), argv.data(), envp.data());
        std::fprintf(stderr, "can't run %s: %s\n", path.c_str(), std::strerror(errno));
        std::_Exit(127);
    }
    close(output[1]);
    close(errors[1]);
    output_pipe_ = output[0];
    error_pipe_ = errors[0];
    for (const int pipe : {output_pipe_, error_pipe_}) fcntl(pipe, F_SETFL, O_NONBLOCK);
    process_file_ = static_cast<int>(syscall(SYS_pidfd_open, process_, 0));
}

Program::~Program() {
    if (!exit_code_) {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    for (const int file : {output_pipe_, error_pipe_, process_file_}) {
        if (file >= 0) close(file);
    }
}

std::optional<std::string> Program::line_with(std::string_view part,
                                              std::chrono::milliseconds limit) {
    const Deadline deadline = std::chrono::steady_clock::now() + limit;
    do {
        if (auto line = find_line(output_, part)) return line;
        if (auto line = find_line(errors_, part)) return line;
    } while (wait_for_news(deadline));
    return std::nullopt;
}

std::optional<std::string> Program::first_line(std::chrono::milliseconds limit) {
    const Deadline deadline = std::chrono::steady_clock::now() + limit;
    do {
        if (auto line = find_line(output_, "")) return line;
    } while (wait_for_news(deadline));
    return std::nullopt;
}

std::optional<int> Program::exit_code(std::chrono::milliseconds limit) {
    const Deadline deadline = std::chrono::steady_clock::now() + limit;
    while (!exit_code_ && wait_for_news(deadline)) {
    }
    return exit_code_;
}

bool Program::is_running() {
    return !exit_code(std::chrono::milliseconds(0));
}

void Program::send_signal(int signal) const {
    if (!exit_code_) kill(process_, signal);
}

/// Waits until something is printed or the program ends; false when neither can come any more, or
/// not in time.
bool Program::wait_for_news(Deadline deadline) {
    if (exit_code_) return false;
    std::array<pollfd, 3> files{{
        {output_pipe_, POLLIN, 0},
        {error_pipe_, POLLIN, 0},
        {process_file_, POLLIN, 0},
    }};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int timeout_ms = static_cast<int>(std::max<long>(left.count(), 0));
    if (poll(files.data(), files.size(), timeout_ms) <= 0) return false;

    read_all(output_pipe_, output_);
    read_all(error_pipe_, errors_);
    if (files[2].revents != 0) reap();
    // A pipe whose other end is closed would be reported again and again.
    if ((files[0].revents & POLLHUP) != 0) close(std::exchange(output_pipe_, -1));
    if ((files[1].revents & POLLHUP) != 0) close(std::exchange(error_pipe_, -1));
    return true;
}

void Program::read_all(int pipe, std::string& text) {
    if (pipe < 0) return;
    std::array<char, 4096> bytes{};
    ssize_t count = 0;
    while ((count = read(pipe, bytes.data(), bytes.size())) > 0) {
        text.append(bytes.data(), static_cast<std::size_t>(count));
    }
}

void Program::reap() {
    int status = 0;
    if (waitpid(process_, &status, 0) != process_) return;
    read_all(output_pipe_, output_);
    read_all(error_pipe_, errors_);
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
