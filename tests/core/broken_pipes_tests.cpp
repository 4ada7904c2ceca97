#include "core/broken_pipes.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <thread>
#include <unistd.h>

TEST_CASE("broken pipes: a thread that is to survive them is told of one, and the process lives") {
    int error = 0;
    std::thread writer([&] {
        engine_net::survive_broken_pipes();
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) return;
        ::close(ends[0]);
        if (::write(ends[1], "x", 1) < 0) error = errno;
        ::close(ends[1]);
    });
    writer.join();
    CHECK(error == EPIPE);
}
