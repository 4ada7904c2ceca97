#pragma once

#include <csignal>
#include <memory>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

/// A process of its own, so that its CPU time is not measured with this one's. Both see `Shared`.
/// To be made before there are threads.
template <class Shared>
class HelperProcess {
public:
    /// `play(shared)` runs there, and does not return.
    template <class Play>
    explicit HelperProcess(const Play& play) {
        void* memory = ::mmap(
            nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) return;
        shared_ = std::construct_at(static_cast<Shared*>(memory));
        child_ = ::fork();
        if (child_ == 0) play(*shared_);
    }
    ~HelperProcess() {
        end();
        if (shared_) ::munmap(shared_, sizeof(Shared));
    }
    HelperProcess(const HelperProcess&) = delete;
    HelperProcess& operator=(const HelperProcess&) = delete;

    /// Whatever it does.
    void end() {
        if (child_ <= 0) return;
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
        child_ = -1;
    }
    [[nodiscard]] bool is_running() const {
        siginfo_t ended{};
        return child_ > 0 &&
               ::waitid(P_PID, static_cast<id_t>(child_), &ended, WEXITED | WNOHANG | WNOWAIT) ==
                   0 &&
               ended.si_pid == 0;
    }
    [[nodiscard]] Shared& shared() const { return *shared_; }

private:
    Shared* shared_ = nullptr;
    int child_ = -1;
};

} // namespace bench
