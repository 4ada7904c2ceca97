#include "program/key_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace program {

using engine_net::Result;
using engine_net::Unexpected;

namespace {

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value ? value : "";
}

} // namespace

std::filesystem::path key_path(const std::string& name) {
    const std::filesystem::path state = variable("XDG_STATE_HOME");
    const std::filesystem::path home = variable("HOME");
    if (!state.is_absolute() && !home.is_absolute()) return {};
    const auto folder = state.is_absolute() ? state : home / ".local" / "state";
    return folder / "engine-net" / name;
}

Result<std::string, std::string> read_key(const std::filesystem::path& path,
                                          const std::string& what) {
    std::ifstream file(path);
    std::string key;
    if (!file) return Unexpected("there is no " + what + " in " + path.string());
    if (!(file >> key)) return Unexpected(path.string() + " is no " + what + ": it is empty");
    return key;
}

Result<std::string, std::string> keep_key(const std::filesystem::path& path,
                                          const std::string& what,
                                          const std::function<std::string()>& make) {
    if (path.empty()) return Unexpected("there is no home folder to keep the " + what + " in");
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    // Whole or not there at all, whoever else does the same now.
    const std::string made = path.string() + "." + std::to_string(::getpid());
    const int fd = ::open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0) {
        const std::string text = make() + "\n";
        const bool is_written =
            ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
        ::close(fd);
        if (is_written) (void)!::link(made.c_str(), path.c_str()); // fails if there is one already
        ::unlink(made.c_str());
    }
    const int reason = errno;
    auto key = read_key(path, what);
    if (!key && fd < 0)
        return Unexpected("can't write " + path.string() + ": " + std::strerror(reason));
    return key;
}

} // namespace program
