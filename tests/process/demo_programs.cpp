#include "process/demo_programs.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace {

std::vector<std::string> server_arguments(std::vector<std::string> more) {
    std::vector<std::string> arguments{"--port", "0", "--bind", "127.0.0.1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

} // namespace

DemoServer::DemoServer(std::vector<std::string> more, const Program::Environment& environment)
    : program(ours("demo-server"), server_arguments(std::move(more)), environment) {
    const auto line = program.line_with("listening on ");
    if (!line) return;
    const auto word_after = [&](std::string_view before) {
        const std::size_t begin = line->find(before) + before.size();
        return line->substr(begin, line->find(' ', begin) - begin);
    };
    host = word_after("listening on ");
    port = word_after(" port ");
}

std::vector<std::string> headless_client(const std::string& port, int frames) {
    return {"--headless", "--connect", "127.0.0.1:" + port, "--frames", std::to_string(frames)};
}

TemporaryFile::TemporaryFile(const std::string& ending, const std::string& content) {
    static int count = 0;
    const std::string name =
        "engine-net-" + std::to_string(getpid()) + "-" + std::to_string(++count);
    path_ = std::filesystem::temp_directory_path() / (name + ending);
    std::ofstream(path_) << content;
}

TemporaryFile::~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}
