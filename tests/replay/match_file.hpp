#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

/// A recording on the disk, as long as this lives.
class MatchFile {
public:
    explicit MatchFile(const std::vector<std::uint8_t>& bytes) {
        static int number = 0;
        const std::string name =
            "replay-" + std::to_string(::getpid()) + "-" + std::to_string(++number) + ".match";
        path_ = std::filesystem::temp_directory_path() / name;
        std::ofstream out(path_, std::ios::binary);
        out.write(reinterpret_cast<const char*>(bytes.data()),
                  static_cast<std::streamsize>(bytes.size()));
    }
    ~MatchFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    MatchFile(const MatchFile&) = delete;
    MatchFile& operator=(const MatchFile&) = delete;

    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};
