#include "model/session_file.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <utility>

SessionFile::SessionFile(std::string path) : path_(std::move(path)) {
    if (path_.empty()) return;
    std::ifstream file(path_);
    std::getline(file, token_);
}

void SessionFile::keep(const std::string& token) {
    if (path_.empty() || token == token_) return;
    token_ = token;
    std::error_code ignored; // one that is gone already is as good
    token_.empty() ? static_cast<void>(std::filesystem::remove(path_, ignored)) : write();
}

/// Beside its place first, so that a crash leaves the old one or the new one.
void SessionFile::write() const {
    namespace fs = std::filesystem;
    const std::string fresh = path_ + ".new";
    std::error_code failed;
    std::ofstream(fresh) << "";
    fs::permissions(fresh, fs::perms::owner_read | fs::perms::owner_write, failed);
    const bool is_written = !failed && (std::ofstream(fresh) << token_ << '\n').flush().good();
    if (is_written) fs::rename(fresh, path_, failed);
    if (!is_written || failed) std::fprintf(stderr, "demo-client: can't write %s\n", path_.c_str());
}
