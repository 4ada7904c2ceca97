#pragma once

#include <filesystem>
#include <fstream>
#include <string>

/// Keeps the secret by which another process takes over this one's session, and so its seat. It is
/// written whenever it changes, for nobody knows when a process is killed.
class SeatFile {
public:
    explicit SeatFile(std::filesystem::path path) : path_(std::move(path)) {
        std::getline(std::ifstream(path_) >> std::ws, token_);
    }
    /// Of the session of before; "": there was none.
    [[nodiscard]] const std::string& token() const { return token_; }
    /// Never half written: it takes the old one's place when it is whole.
    void keep(const std::string& token) {
        if (token == token_ || token.empty()) return;
        token_ = token;
        std::filesystem::path fresh = path_;
        fresh += ".new";
        std::ofstream file(fresh);
        std::filesystem::permissions(
            fresh, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        file << token << '\n';
        file.close();
        if (file) std::filesystem::rename(fresh, path_);
    }
    /// There is no seat to come back to.
    void forget() { std::filesystem::remove(path_); }

private:
    std::filesystem::path path_;
    std::string token_;
};
