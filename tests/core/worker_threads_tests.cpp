#include "core/worker_threads.hpp"

#include <doctest/doctest.h>

#include <set>
#include <thread>
#include <vector>

using namespace engine_net;

TEST_CASE("worker threads: each does its part on its own thread before run returns") {
    WorkerThreads threads(3);
    REQUIRE(threads.count() == 3);
    std::vector<std::set<std::thread::id>> ids(3);
    std::vector<int> runs(3);
    for (int i = 1; i <= 100; ++i) {
        threads.run([&](std::size_t worker) {
            ids[worker].insert(std::this_thread::get_id());
            ++runs[worker];
        });
        CHECK(runs == std::vector<int>(3, i));
    }
    std::set<std::thread::id> all{std::this_thread::get_id()};
    for (const auto& of_worker : ids) {
        CHECK(of_worker.size() == 1);
        all.insert(of_worker.begin(), of_worker.end());
    }
    CHECK(all.size() == 3);
    CHECK(ids[0].contains(std::this_thread::get_id()));
}

TEST_CASE("worker threads: of one, the calling thread is the only worker") {
    WorkerThreads threads(1);
    CHECK(threads.count() == 1);
    std::vector<std::thread::id> ids;
    threads.run([&](std::size_t worker) {
        CHECK(worker == 0);
        ids.push_back(std::this_thread::get_id());
    });
    CHECK(ids == std::vector{std::this_thread::get_id()});
}
