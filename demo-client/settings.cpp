#include "settings.hpp"

#include "program/address_option.hpp"
#include "program/options.hpp"
#include "rules/schema.hpp"

std::optional<int> read_settings(Settings& settings, int argc, const char* const* argv) {
    using program::value_of;

    engine_net::ClientConfig& client = settings.client;
    client.schema = arena::schema();
    program::Options options("demo-client",
                             "Plays the Arena. Arrows or WASD steer, space fires, 1 to 4 say "
                             "something, Esc leaves.");
    options.add("connect", program::address_value(client.host, client.port), "the server");
    options.add("name", value_of(client.name, "TEXT"), "how others see the player");
    Entrance& entrance = settings.entrance;
    options.add("room",
                value_of(entrance.room.value, {0, 4'294'967'295, ""}),
                "the room to join; 0 is the fullest with a free seat, or a new one");
    options.add("invite", value_of(entrance.invite, "CODE"), "join the room that has this code");
    options.add("create", value_of(entrance.create, "NAME"), "open a room for matches");
    options.add("private", entrance.is_private, "with --create: in no list, joined by its code");
    options.add("password",
                value_of(entrance.password, "TEXT"),
                "of the room; with --create, for those who join it");
    options.add("watch", entrance.watches, "with --room: look on without a seat");
    options.add("queue", entrance.queues, "wait for a match with players of like rank");
    options.add("rank", value_of(entrance.rank, {-1e6, 1e6, ""}), "with --queue: how good one is");
    options.add("ready", entrance.gets_ready, "be ready for each match of the room");
    options.add("say", value_of(entrance.words, "TEXT"), "say it to those who are in the room");
    options.add("session",
                value_of(settings.session_file, "FILE"),
                "keep there what gives the seat back after a crash; a secret, gone when the player "
                "leaves");
    options.add("autopilot", settings.has_autopilot, "let the computer fly");
    options.add("headless", settings.is_headless, "open no window");
    options.add("frames",
                value_of(settings.frames, {0, 4'294'967'295, ""}),
                "leave after so many frames of play; 0 is never");
    options.add("screenshot",
                value_of(settings.screenshot, "FILE"),
                "with --frames: save the last of them as PNG");
    options.add_net_sim(client.net_sim);
    options.add_log_level(settings.log_level);
    return options.parse(argc, argv);
}
