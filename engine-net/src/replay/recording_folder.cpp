#include "replay/recording_folder.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <span>

namespace engine_net {

namespace {

constexpr int most_files = 10'000; ///< of one stem

bool is_plain(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9');
}

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

RecordingSink sink_into(std::shared_ptr<std::FILE> file,
                        std::shared_ptr<std::atomic<bool>> has_failed) {
    return [file = std::move(file),
            has_failed = std::move(has_failed)](std::span<const std::uint8_t> bytes) {
        if (*has_failed) return;
        const bool is_written =
            std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
        if (!is_written || std::fflush(file.get()) != 0) *has_failed = true;
    };
}

} // namespace

std::optional<RecordingInFolder> record_into_folder(const std::string& folder,
                                                    std::string_view stem) {
    std::string plain(stem);
    for (char& letter : plain) {
        if (!is_plain(letter)) letter = '-';
    }
    for (int number = 1; number <= most_files; ++number) {
        std::string name = plain + "-" + std::to_string(number) + ".match";
        std::string path = folder;
        path.append("/").append(name);
        if (std::FILE* const opened = std::fopen(path.c_str(), "wbx")) {
            auto has_failed = std::make_shared<std::atomic<bool>>(false);
            auto sink = sink_into(std::shared_ptr<std::FILE>(opened, CloseFile{}), has_failed);
            return RecordingInFolder{std::move(name), std::move(sink), std::move(has_failed)};
        }
        if (errno != EEXIST) break;
    }
    return std::nullopt;
}

} // namespace engine_net
