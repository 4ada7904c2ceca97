#pragma once

#include "process/program.hpp"

#include <string>
#include <vector>

/// A demo-server on a free port of this machine, ready for players; `more` counts for more.
class DemoServer {
public:
    explicit DemoServer(std::vector<std::string> more = {},
                        const Program::Environment& environment = {});

    Program program;
    std::string host; ///< that it listens on
    std::string port; ///< empty when it did not start
};

/// A demo-client without a window that plays so many frames at `port`.
std::vector<std::string> headless_client(const std::string& port, int frames);

/// A file of the test's own, gone with the object.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& ending, const std::string& content = "");
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};
