#pragma once

#include "core/bytes.hpp"

#include <engine_net/result.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::bridge {

/// Texts that wait to be delivered, in order, in a file that outlives the process:
///
///     u8[8]  "ENHOOKS1"
///     u64    cursor: where the first that waits begins; little endian, as all numbers
///     ...    records: u32 length, u32 FNV-1a of the bytes, the bytes
///
/// New ones are written to its end, and the cursor goes on with each that is delivered. A record
/// that is torn or damaged ends the file: it is cut there when it is opened. Whatever was added
/// survives the end of the process at any moment, since each is written with one call before `add`
/// returns. It is not flushed to the disk (fsync): when the machine itself fails, what the system
/// has not written yet is lost, half a minute's at most with Linux's defaults.
class DiskQueue {
public:
    static constexpr std::size_t max_record_bytes = 256 * 1024;

    /// Opens the file, or makes it, for this process alone; else says why not, for a person.
    static Result<std::unique_ptr<DiskQueue>, std::string> open(const std::string& path,
                                                                std::size_t max_bytes);
    ~DiskQueue();
    DiskQueue(const DiskQueue&) = delete;
    DiskQueue& operator=(const DiskQueue&) = delete;

    /// False: there is no room for it, or the disk has none, and it is not kept.
    bool add(std::string_view text);
    /// The first that wait: as many as have `max_bytes` together, one at least. None: nothing
    /// waits, or it can't be read now.
    [[nodiscard]] std::vector<std::string> first(std::size_t count, std::size_t max_bytes) const;
    /// The first are delivered.
    void remove_first(std::size_t count);

    [[nodiscard]] std::size_t size() const { return lengths_.size(); }
    [[nodiscard]] std::size_t waiting_bytes() const {
        return static_cast<std::size_t>(end_ - cursor_);
    }
    /// Of the file as it was opened: what was cut off.
    [[nodiscard]] std::size_t torn_bytes() const { return torn_bytes_; }

private:
    DiskQueue(int file, std::size_t max_bytes) : file_(file), max_bytes_(max_bytes) {}

    Result<Done, std::string> read_all(const std::string& path);
    void read_records(std::uint64_t file_end);
    bool move_to_front();
    [[nodiscard]] bool write(Bytes bytes, std::uint64_t at) const;
    bool read(std::uint8_t* into, std::size_t size, std::uint64_t at) const;
    [[nodiscard]] bool write_cursor(std::uint64_t cursor) const;
    [[nodiscard]] bool cut(std::uint64_t end) const;

    int file_;
    std::size_t max_bytes_;
    std::uint64_t cursor_ = 0;
    std::uint64_t end_ = 0;
    std::deque<std::uint32_t> lengths_{}; ///< of those that wait
    std::size_t torn_bytes_ = 0;
};

} // namespace engine_net::bridge
