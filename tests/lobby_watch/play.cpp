#include "lobby_watch/play.hpp"

using namespace engine_net;
using namespace std::chrono_literals;
using watch::WatchScreens;

std::unique_ptr<FakeSource> busy_source() {
    auto source = std::make_unique<FakeSource>();
    source->add_room(1, "duel", "Zoo");
    source->add_room(2, "arena", "Attic");
    source->add_room(3, "arena", "Moon base");
    source->view.emplace();
    source->view->id = {3};
    source->add_member(4, "Ada").round_trip = 20ms;
    source->add_member(5, "Grace").round_trip = 400ms;
    source->view->lines.push_back({1, "Ada", "", "hello there"});
    source->run(600, 300);
    source->records[500].is_late = true;
    return source;
}

WatchScreens::Servers Play::servers_with(std::unique_ptr<FakeSource> first) {
    WatchScreens::Servers servers;
    servers.push_back(std::make_unique<watch::WatchedServer>("here:7777", std::move(first)));
    auto second = std::make_unique<FakeSource>();
    second->add_room(9, "pond", "Elsewhere");
    servers.push_back(std::make_unique<watch::WatchedServer>("there:7777", std::move(second)));
    return servers;
}
