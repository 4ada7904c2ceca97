#include "process/network.hpp"

#include "process/program.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sched.h>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

/// The network namespace of this thread, which lives as long as it is open.
int open_namespace() {
    return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

bool ip(std::vector<std::string> arguments) {
    return Program("ip", std::move(arguments)).exit_code() == 0;
}

std::string name_of(Network::Link link) {
    return link == Network::Link::first ? "first" : "second";
}

std::string address(Network::Link link, std::string_view host) {
    return std::string(link == Network::Link::first ? "10.0.1." : "10.0.2.").append(host);
}

} // namespace

Network::Network() : own_(open_namespace()), is_there_(make()) {}

Network::~Network() {
    setns(own_, CLONE_NEWNET);
    for (const int file : {own_, far_, near_}) {
        if (file >= 0) close(file);
    }
}

std::string Network::near_address(Link link) {
    return address(link, "1");
}

std::string Network::far_address(Link link) {
    return address(link, "2");
}

bool Network::make() {
    if (unshare(CLONE_NEWNET) != 0) return false;
    far_ = open_namespace();
    if (!ip({"link", "set", "lo", "up"}) || unshare(CLONE_NEWNET) != 0) return false;
    near_ = open_namespace();
    return ip({"link", "set", "lo", "up"}) && make_link(Link::first) && make_link(Link::second);
}

bool Network::make_link(Link link) const {
    const std::string name = name_of(link);
    const std::string far_host = std::string("/proc/")
                                     .append(std::to_string(getpid()))
                                     .append("/fd/")
                                     .append(std::to_string(far_));
    const auto set_up = [&](const std::string& address) {
        return ip({"address", "add", address + "/24", "dev", name}) &&
               ip({"link", "set", name, "up"});
    };
    bool is_made = ip({"link", "add", name, "type", "veth", "peer", name, "netns", far_host}) &&
                   set_up(near_address(link));
    at_far_host([&] {
        is_made = is_made && set_up(far_address(link));
    });
    return is_made;
}

void Network::at_far_host(const std::function<void()>& act) const {
    REQUIRE(setns(far_, CLONE_NEWNET) == 0);
    act();
    REQUIRE(setns(near_, CLONE_NEWNET) == 0);
}

void Network::cut(Link link) const {
    at_far_host([&] {
        REQUIRE(ip({"link", "set", name_of(link), "down"}));
    });
}

void Network::mend(Link link) const {
    at_far_host([&] {
        REQUIRE(ip({"link", "set", name_of(link), "up"}));
    });
}
