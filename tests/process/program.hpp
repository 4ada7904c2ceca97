#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The path of one of our programs: in the folder that ENGINE_NET_BIN names, else beside the tests.
std::string ours(const std::string& name);

/// A program that runs beside the test, and ends with it at the latest.
class Program {
public:
    using Environment = std::map<std::string, std::string>;
    static constexpr std::chrono::seconds patience{20};

    /// Starts it. Of the test's own environment it gets all but ENGINE_NET_*.
    Program(const std::string& path,
            std::vector<std::string> arguments,
            const Environment& more = {});
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// The first line that has `part` in it, as soon as it is printed on either stream. Nothing
    /// when it does not come in time, or the program ends without it.
    std::optional<std::string> line_with(std::string_view part,
                                         std::chrono::milliseconds limit = patience);
    /// The first line of its output alone, as soon as it is there whole.
    std::optional<std::string> first_line(std::chrono::milliseconds limit = patience);
    /// The exit code; 128 and the signal's number after a signal; nothing if it still runs.
    std::optional<int> exit_code(std::chrono::milliseconds limit = patience);
    void send_signal(int signal) const;
    [[nodiscard]] bool is_running();

    /// What it has printed so far.
    [[nodiscard]] const std::string& output() const { return output_; }
    [[nodiscard]] const std::string& errors() const { return errors_; }

private:
    using Deadline = std::chrono::steady_clock::time_point;

    bool wait_for_news(Deadline deadline);
    void read_all(int pipe, std::string& text);
    void reap();

    int process_ = -1;
    int process_file_ = -1;
    int output_pipe_ = -1;
    int error_pipe_ = -1;
    std::string output_;
    std::string errors_;
    std::optional<int> exit_code_;
};
