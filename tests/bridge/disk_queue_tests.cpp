#include "bridge/disk_queue.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

using engine_net::bridge::DiskQueue;

namespace {

/// A path of this test alone.
class QueueFile {
public:
    QueueFile()
        : path_(std::filesystem::temp_directory_path() /
                ("engine-net-queue-" + std::to_string(::getpid()))) {
        std::filesystem::remove(path_);
    }
    ~QueueFile() { std::filesystem::remove(path_); }
    QueueFile(const QueueFile&) = delete;
    QueueFile& operator=(const QueueFile&) = delete;

    [[nodiscard]] std::unique_ptr<DiskQueue> open(std::size_t max_bytes = 4096) const {
        auto queue = DiskQueue::open(path_.string(), max_bytes);
        REQUIRE_MESSAGE(queue, (queue ? "" : queue.error()));
        return std::move(*queue);
    }
    [[nodiscard]] std::string problem() const {
        const auto queue = DiskQueue::open(path_.string(), 4096);
        return queue ? "" : queue.error();
    }
    [[nodiscard]] std::string bytes() const {
        std::ifstream file(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

private:
    std::filesystem::path path_;
};

std::vector<std::string> all(const DiskQueue& queue) {
    return queue.first(1'000'000, 1'000'000);
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("disk queue: what waits is there when the file is opened again, in order") {
    const QueueFile file;
    {
        const auto queue = file.open();
        for (const char* text : {"one", "two", "three"}) REQUIRE(queue->add(text));
        queue->remove_first(1);
    }
    const auto queue = file.open();
    CHECK(queue->size() == 2);
    CHECK(all(*queue) == Texts{"two", "three"});
    CHECK(queue->torn_bytes() == 0);
    REQUIRE(queue->add("four"));
    CHECK(all(*queue) == Texts{"two", "three", "four"});
    CHECK(queue->first(2, 1000) == Texts{"two", "three"});
    CHECK(queue->first(9, 1) == Texts{"two"});
}

TEST_CASE("disk queue: a file cut anywhere opens up to the cut, and goes on there") {
    const QueueFile file;
    std::vector<std::size_t> ends;
    {
        const auto queue = file.open();
        ends.push_back(file.bytes().size());
        for (const char* text : {"one", "two", "three"}) {
            REQUIRE(queue->add(text));
            ends.push_back(file.bytes().size());
        }
    }
    const std::string whole = file.bytes();
    const Texts texts{"one", "two", "three"};
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        CAPTURE(cut);
        file.write(whole.substr(0, cut));
        std::size_t kept = 0;
        while (kept < texts.size() && ends[kept + 1] <= cut) ++kept;
        Texts expected(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(kept));
        const auto queue = file.open();
        REQUIRE(all(*queue) == expected);
        REQUIRE(queue->add("more"));
        expected.emplace_back("more");
        REQUIRE(all(*queue) == expected);
    }
}

TEST_CASE("disk queue: a damaged record ends the file, and what it cost is told") {
    const QueueFile file;
    {
        const auto queue = file.open();
        REQUIRE(queue->add("one"));
        REQUIRE(queue->add("two"));
    }
    std::string bytes = file.bytes();
    bytes.back() ^= 1;
    file.write(bytes);
    const auto queue = file.open();
    CHECK(all(*queue) == Texts{"one"});
    CHECK(queue->torn_bytes() == 8 + 3);
}

TEST_CASE("disk queue: when it is full the new one is not kept, until there is room") {
    const QueueFile file;
    const auto queue = file.open(100);
    std::size_t kept = 0;
    while (queue->add("0123456789")) ++kept;
    CHECK(kept == 100 / 18);
    CHECK(queue->size() == kept);
    queue->remove_first(1);
    CHECK(queue->add("0123456789"));
    CHECK_FALSE(queue->add("0123456789"));
    CHECK_FALSE(queue->add(std::string(DiskQueue::max_record_bytes + 1, 'x')));
    CHECK_FALSE(queue->add(""));
}

TEST_CASE("disk queue: however much goes through, the file is never twice as large as may wait") {
    const QueueFile file;
    constexpr std::size_t max_bytes = 1000;
    std::size_t removed = 0;
    std::size_t added = 0;
    for (int round = 0; round < 50; ++round) {
        const auto queue = file.open(max_bytes);
        for (int i = 0; i < 20; ++i) {
            const std::string text =
                "record " + std::to_string(added) + std::string(added % 40, '.');
            if (queue->add(text)) ++added;
            if (i % 3 == 0 || queue->size() <= 5) continue;
            REQUIRE(queue->first(1, 0).front().starts_with("record " + std::to_string(removed)));
            queue->remove_first(1);
            ++removed;
        }
        REQUIRE(queue->size() == added - removed);
        REQUIRE(file.bytes().size() <= 2 * max_bytes + 64);
    }
    CHECK(removed > 400);
}

TEST_CASE("disk queue: when all are delivered the file is empty") {
    const QueueFile file;
    const auto queue = file.open();
    const std::size_t empty = file.bytes().size();
    for (int i = 0; i < 10; ++i) REQUIRE(queue->add("text"));
    queue->remove_first(10);
    CHECK(file.bytes().size() == empty);
    CHECK(queue->size() == 0);
    CHECK(all(*queue).empty());
}

TEST_CASE("disk queue: of another kind of file, or one in use, it is said and it stays") {
    const QueueFile file;
    SUBCASE("another kind") {
        for (const std::string bytes : {"a secret", "a text that has more than the head's bytes"}) {
            file.write(bytes);
            CHECK(file.problem().ends_with("is another kind of file"));
            CHECK(file.bytes() == bytes);
        }
    }
    SUBCASE("in use") {
        const auto queue = file.open();
        CHECK(file.problem().ends_with("is in use by another server"));
    }
}
