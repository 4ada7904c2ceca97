#pragma once

#include "core/bytes.hpp"

#include <engine_net/result.hpp>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace engine_net {

/// The bytes of a recording, read piece by piece, so that it may be as long as it likes.
class RecordingBytes {
public:
    RecordingBytes() = default;
    virtual ~RecordingBytes() = default;
    RecordingBytes(const RecordingBytes&) = delete;
    RecordingBytes& operator=(const RecordingBytes&) = delete;

    /// When it was opened.
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// Fills `out` with what stands from `offset` on. False: there is not as much.
    [[nodiscard]] virtual bool read(std::uint64_t offset, std::span<std::uint8_t> out) = 0;
};

class RecordingInMemory final : public RecordingBytes {
public:
    explicit RecordingInMemory(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] bool read(std::uint64_t offset, std::span<std::uint8_t> out) override;

private:
    std::vector<std::uint8_t> bytes_;
};

/// What others do to the file meanwhile is found as damage, if at all.
class RecordingOnDisk final : public RecordingBytes {
public:
    /// The error is a sentence.
    static Result<std::unique_ptr<RecordingBytes>, std::string> open(const std::string& path);

    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] bool read(std::uint64_t offset, std::span<std::uint8_t> out) override;

private:
    RecordingOnDisk(std::ifstream in, std::uint64_t size) : in_(std::move(in)), size_(size) {}
    bool move_window(std::uint64_t offset);

    std::ifstream in_;
    std::uint64_t size_;
    std::vector<std::uint8_t> window_; ///< what was read last, as one reads on from there
    std::uint64_t window_offset_ = 0;
};

} // namespace engine_net
