#include "bridge/disk_queue.hpp"

#include "core/fnv.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>

namespace engine_net::bridge {
namespace {

constexpr std::array<std::uint8_t, 8> magic{'E', 'N', 'H', 'O', 'O', 'K', 'S', '1'};
constexpr std::uint64_t cursor_place = magic.size();
constexpr std::uint64_t first_record = cursor_place + 8;
constexpr std::size_t record_header = 8;

template <class Number>
void put(std::uint8_t* at, Number number) {
    for (std::size_t i = 0; i < sizeof number; ++i)
        at[i] = static_cast<std::uint8_t>(number >> (8 * i));
}

template <class Number>
Number get(const std::uint8_t* at) {
    Number number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i)
        number |= static_cast<Number>(Number{at[i]} << (8 * i));
    return number;
}

Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string problem(const std::string& path, const char* what) {
    return std::string("the queue ").append(path).append(" ").append(what);
}

} // namespace

Result<std::unique_ptr<DiskQueue>, std::string> DiskQueue::open(const std::string& path,
                                                                std::size_t max_bytes) {
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return Unexpected(problem(path, "can't be opened: ") + std::strerror(errno));
    std::unique_ptr<DiskQueue> queue(new DiskQueue(file, max_bytes));
    if (::flock(file, LOCK_EX | LOCK_NB) != 0)
        return Unexpected(problem(path, "is in use by another server"));
    if (auto read = queue->read_all(path); !read) return Unexpected(read.error());
    return queue;
}

DiskQueue::~DiskQueue() {
    ::close(file_);
}

Result<Done, std::string> DiskQueue::read_all(const std::string& path) {
    const off_t size = ::lseek(file_, 0, SEEK_END);
    if (size < 0) return Unexpected(problem(path, "is no file"));
    const auto file_end = static_cast<std::uint64_t>(size);
    std::array<std::uint8_t, first_record> head{};
    const std::size_t there = std::min<std::size_t>(file_end, head.size());
    if (!read(head.data(), there, 0)) return Unexpected(problem(path, "can't be read"));
    if (!std::equal(magic.begin(), magic.begin() + std::min(there, magic.size()), head.begin()))
        return Unexpected(problem(path, "is another kind of file"));
    const bool has_head = there == head.size();
    cursor_ = has_head ? get<std::uint64_t>(&head[cursor_place]) : first_record;
    // All were delivered, or the machine has failed; then they are again.
    if (cursor_ < first_record || cursor_ > file_end) cursor_ = first_record;
    if (!has_head) {
        std::copy(magic.begin(), magic.end(), head.begin());
        put(&head[cursor_place], cursor_);
        if (!cut(0) || !write(head, 0)) return Unexpected(problem(path, "can't be written"));
        end_ = first_record;
        return Done{};
    }
    read_records(file_end);
    torn_bytes_ = static_cast<std::size_t>(file_end - end_);
    if (!cut(end_)) return Unexpected(problem(path, "can't be written"));
    return Done{};
}

/// Up to the first that is not whole.
void DiskQueue::read_records(std::uint64_t file_end) {
    std::array<std::uint8_t, record_header> header{};
    std::vector<std::uint8_t> bytes;
    end_ = cursor_;
    while (end_ + header.size() <= file_end && read(header.data(), header.size(), end_)) {
        const auto length = get<std::uint32_t>(header.data());
        if (length == 0 || length > max_record_bytes) return;
        if (end_ + header.size() + length > file_end) return;
        bytes.resize(length);
        if (!read(bytes.data(), length, end_ + header.size())) return;
        if (fnv1a(bytes) != get<std::uint32_t>(&header[4])) return;
        lengths_.push_back(length);
        end_ += header.size() + length;
    }
}

bool DiskQueue::add(std::string_view text) {
    const std::size_t size = record_header + text.size();
    if (text.empty() || text.size() > max_record_bytes) return false;
    if (waiting_bytes() + size > max_bytes_) return false;
    // Delivered ones are in front, more than wait.
    if (end_ + size > first_record + 2 * (max_bytes_ + record_header) && !move_to_front())
        return false;
    std::vector<std::uint8_t> record(size);
    put(record.data(), static_cast<std::uint32_t>(text.size()));
    put(&record[4], fnv1a(bytes_of(text)));
    std::copy(text.begin(), text.end(), record.begin() + record_header);
    if (!write(record, end_)) {
        (void)cut(end_);
        return false;
    }
    end_ += size;
    lengths_.push_back(static_cast<std::uint32_t>(text.size()));
    return true;
}

/// Copies those that wait over those that are delivered. Until the cursor is at the copy the file
/// is as it was; and behind the copy stands a length of 0, where it ends if it is not cut in time.
bool DiskQueue::move_to_front() {
    std::vector<std::uint8_t> bytes(waiting_bytes() + record_header);
    if (first_record + bytes.size() > cursor_) return false;
    if (!read(bytes.data(), waiting_bytes(), cursor_)) return false;
    if (!write(bytes, first_record) || !write_cursor(first_record)) return false;
    end_ = first_record + waiting_bytes();
    cursor_ = first_record;
    return cut(end_);
}

std::vector<std::string> DiskQueue::first(std::size_t count, std::size_t max_bytes) const {
    std::vector<std::string> texts;
    std::uint64_t at = cursor_;
    std::size_t bytes = 0;
    for (const std::uint32_t length : lengths_) {
        bytes += length;
        if (texts.size() >= count || (!texts.empty() && bytes > max_bytes)) break;
        std::vector<std::uint8_t> text(length);
        if (!read(text.data(), length, at + record_header)) break;
        texts.emplace_back(text.begin(), text.end());
        at += record_header + length;
    }
    return texts;
}

void DiskQueue::remove_first(std::size_t count) {
    for (; count > 0 && !lengths_.empty(); --count) {
        cursor_ += record_header + lengths_.front();
        lengths_.pop_front();
    }
    // With a cursor that can't be written they are delivered twice, after a crash.
    if (!lengths_.empty()) {
        (void)write_cursor(cursor_);
    } else if (cut(first_record) && write_cursor(first_record)) {
        cursor_ = first_record;
        end_ = first_record;
    }
}

bool DiskQueue::write_cursor(std::uint64_t cursor) const {
    std::array<std::uint8_t, 8> bytes{};
    put(bytes.data(), cursor);
    return write(bytes, cursor_place);
}

bool DiskQueue::cut(std::uint64_t end) const {
    return ::ftruncate(file_, static_cast<off_t>(end)) == 0;
}

bool DiskQueue::write(Bytes bytes, std::uint64_t at) const {
    while (!bytes.empty()) {
        const ssize_t done = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(done));
        at += static_cast<std::uint64_t>(done);
    }
    return true;
}

bool DiskQueue::read(std::uint8_t* into, std::size_t size, std::uint64_t at) const {
    while (size > 0) {
        const ssize_t done = ::pread(file_, into, size, static_cast<off_t>(at));
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        into += done;
        size -= static_cast<std::size_t>(done);
        at += static_cast<std::uint64_t>(done);
    }
    return true;
}

} // namespace engine_net::bridge
