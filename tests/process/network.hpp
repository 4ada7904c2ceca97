#pragma once

#include <functional>
#include <string>

/// A network of the test's own: two hosts, and two links between them of which each can be cut
/// alone. As long as it lives, the test and what it starts are at the near host, and see nothing of
/// the machine's own network. The system takes the hosts away when their last program is gone,
/// however the test ended.
class Network {
public:
    enum class Link { first, second };

    Network();
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    /// False: this user may make none on this machine.
    [[nodiscard]] bool is_there() const { return is_there_; }
    static std::string near_address(Link link);
    static std::string far_address(Link link);
    /// What is started meanwhile runs at the far host.
    void at_far_host(const std::function<void()>& act) const;

    /// The far host's end goes down: the near one sends into the void.
    void cut(Link link) const;
    void mend(Link link) const;

private:
    bool make();
    [[nodiscard]] bool make_link(Link link) const;

    int own_ = -1;
    int far_ = -1;
    int near_ = -1;
    bool is_there_ = false;
};
