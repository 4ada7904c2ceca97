#include "replay/recording_bytes.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace engine_net {

namespace {

constexpr std::uint64_t window_bytes = std::uint64_t{256} * 1024;

bool is_within(std::uint64_t offset, std::size_t bytes, std::uint64_t size) {
    return offset <= size && bytes <= size - offset;
}

} // namespace

bool RecordingInMemory::read(std::uint64_t offset, std::span<std::uint8_t> out) {
    if (!is_within(offset, out.size(), bytes_.size())) return false;
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return true;
}

Result<std::unique_ptr<RecordingBytes>, std::string>
RecordingOnDisk::open(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) return Unexpected(std::string("there is no such file"));
    if (!std::filesystem::is_regular_file(status)) return Unexpected(std::string("it is no file"));
    const std::uint64_t size = std::filesystem::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    if (error || !in) return Unexpected(std::string("it can't be read"));
    return std::unique_ptr<RecordingBytes>(new RecordingOnDisk(std::move(in), size));
}

bool RecordingOnDisk::read(std::uint64_t offset, std::span<std::uint8_t> out) {
    if (!is_within(offset, out.size(), size_)) return false;
    while (!out.empty()) {
        const bool is_here = offset >= window_offset_ && offset < window_offset_ + window_.size();
        if (!is_here && !move_window(offset)) return false;
        const auto from = static_cast<std::size_t>(offset - window_offset_);
        const std::size_t bytes = std::min(out.size(), window_.size() - from);
        std::copy_n(window_.begin() + static_cast<std::ptrdiff_t>(from), bytes, out.begin());
        out = out.subspan(bytes);
        offset += bytes;
    }
    return true;
}

bool RecordingOnDisk::move_window(std::uint64_t offset) {
    window_.resize(static_cast<std::size_t>(std::min(window_bytes, size_ - offset)));
    window_offset_ = offset;
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(offset));
    in_.read(reinterpret_cast<char*>(window_.data()), static_cast<std::streamsize>(window_.size()));
    window_.resize(static_cast<std::size_t>(std::max(in_.gcount(), std::streamsize{0})));
    return !window_.empty();
}

} // namespace engine_net
