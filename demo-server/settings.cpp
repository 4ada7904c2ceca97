#include "settings.hpp"

#include "program/options.hpp"

std::optional<int> read_settings(Settings& settings, int argc, const char* const* argv) {
    using program::value_of;

    program::Options options(
        "demo-server",
        "Runs the Arena: a game server with as many rooms and computer players "
        "as wanted, until it is interrupted.");
    engine_net::ServerConfig& server = settings.server;
    options.add("port",
                value_of(server.port, {0, 65'535, ""}),
                "UDP port to listen on; 0 lets the system choose");
    options.add("bind",
                value_of(server.bind_address, "ADDRESS"),
                "address of the interface to listen on; :: is all of them for IPv6 and IPv4, "
                "0.0.0.0 for IPv4 alone");
    options.add("ban",
                value_of(server.banned_addresses, "ADDRESS"),
                "whose datagrams are dropped unread: an address or a network, as 10.0.0.0/8 or "
                "2001:db8::/32; for several it is given again");
    options.add(
        "tick-rate", value_of(server.tick_rate, {1, 240, "Hz"}), "steps of the game per second");
    options.add("snapshot-rate",
                value_of(server.snapshot_rate, {0, 240, "Hz"}),
                "snapshots per second and player; 0 is one for each tick");
    options.add("rooms",
                value_of(settings.rooms, {0, 1024, ""}),
                "rooms that are open from the start and stay while they are empty");
    options.add("capacity", value_of(settings.capacity, {1, 1024, ""}), "seats of a room");
    options.add(
        "spectators", value_of(settings.spectators, {0, 1024, ""}), "who may watch a room besides");
    options.add("web-port",
                value_of(settings.web_port, {0, 65'535, ""}),
                "TCP port for browsers, who can't watch without it; 0 lets the system choose");
    options.add("web-files",
                value_of(settings.web_files, "DIR"),
                "the spectator page for browsers, as tools/spectator/build makes it");
    options.add("mqtt",
                value_of(settings.mqtt_port, {0, 65'535, "PORT"}),
                "speaks MQTT 3.1.1 and 5 at this TCP port, and on WebSockets at /mqtt of the web "
                "port; 0 lets the system choose",
                "1883");
    options.add("trusted-proxy",
                value_of(settings.trusted_proxies, "ADDRESS"),
                "of a proxy before the web port, which says who comes (X-Forwarded-For); for "
                "several it is given again");
    options.add("allowed-origin",
                value_of(settings.allowed_origins, "ORIGIN"),
                "of web pages that may use the web port besides its own, as https://game.example, "
                "or * for all; for several it is given again");
    options.add("pusher",
                value_of(settings.pusher_key, "KEY"),
                "lets stock Pusher clients in by the web port, for whom this is their app's key");
    options.add(
        "pusher-app-id", value_of(settings.pusher_app_id, "ID"), "of that app, for its HTTP API");
    options.add("pusher-secret-file",
                value_of(settings.pusher_secret_file, "FILE"),
                "where the app's secret is kept, by which the game's web backend signs, and made "
                "at the first start; by default ~/.local/state/engine-net/pusher.secret");
    options.add("webhook",
                value_of(settings.webhook_url, "URL"),
                "the game's web backend, which is told by HTTP POST what happens, in the format of "
                "Pusher's webhooks");
    options.add("webhook-queue",
                value_of(settings.webhook_queue, "FILE"),
                "where events wait until it has taken them; by default "
                "~/.local/state/engine-net/webhooks.queue");
    options.add("webhook-secret-file",
                value_of(settings.webhook_secret_file, "FILE"),
                "where the secret is kept by which they are signed, and made at the first start; "
                "by default it is the Pusher app's");
    options.add("webhook-ca-file",
                value_of(settings.webhook_ca_file, "FILE"),
                "who may have signed its certificate, as PEM; by default whom the system trusts");
    options.add(
        "ask-backend",
        value_of(settings.backend_url, "URL"),
        "the game's web backend, which is asked by HTTP POST who may join, and be on private and "
        "presence channels; signed as webhooks are");
    options.add("adapters",
                value_of(settings.adapters_file, "FILE"),
                "passes what is said on channels on to web services that many browsers listen to: "
                "JSON, as \"Publish adapters\" in engine-net/BRIDGE.md says");
    options.add("spectator-delay",
                value_of(settings.spectator_delay, {0, 600'000, ""}),
                "by which all who watch are behind the players");
    options.add("match-time",
                value_of(settings.match_s, {1, 3600, "SECONDS"}),
                "length of a match in rooms of the kind \"match\"");
    options.add("bytes-per-second",
                value_of(settings.bytes_per_second, {0, 100'000'000, "bytes"}),
                "of snapshots for one player at most, all headers included; less on a link that "
                "bears less; 0 is no bound");
    options.add("max-peers",
                value_of(server.max_peers, {1, 32'000, ""}),
                "connections at a time; more are refused");
    options.add(
        "max-peers-per-address",
        value_of(server.address_limits.connections, {0, 32'000, ""}),
        "of them, from one address (IPv6: from one /64); loopback is exempt; 0 is no bound");
    options.add("room-threads",
                value_of(server.room_threads, {1, 64, ""}),
                "threads that the rooms are spread over; one of them receives and sends, too");
    options.add("session-timeout",
                value_of(server.session_timeout, {600, 600'000, ""}),
                "of silence after which a player counts as lost");
    options.add("grace-time",
                value_of(server.grace_time, {0, 86'400'000, ""}),
                "for which the seat of a lost player is held");
    options.add("drain-seconds",
                value_of(settings.drain_s, {0, 3600, "SECONDS"}),
                "that running rooms get to end in once the server is asked to end, and takes "
                "nobody in any more; by default 30 after SIGTERM and when lobby-watch asks, 0 "
                "after SIGINT. A second signal ends it at once");
    options.add("agones",
                settings.is_in_fleet,
                "tells Agones that it is ready, well, allocated once someone plays, how many do, "
                "and to end it once it has drained, by the SDK's HTTP interface on this machine");
    options.add("bots",
                value_of(settings.bots, {0, 4095, ""}),
                "computer players, which join over UDP as any player does");
    options.add(
        "seed", value_of(server.seed), "makes games and secrets predictable: for tests only");
    options.add("admin-key",
                value_of(server.admin.key, "HEX"),
                "64 digits that let lobby-watch in; without it the one in --admin-key-file counts");
    options.add(
        "admin-read-key", value_of(server.admin.read_key, "HEX"), "the same for who may only look");
    options.add("admin-key-file",
                value_of(settings.admin_key_file, "FILE"),
                "where the key is kept, and made at the first start; by default "
                "~/.local/state/engine-net/admin.key, where lobby-watch looks for it");
    options.add("identity-file",
                value_of(settings.identity_file, "FILE"),
                "where the server's secret key is kept, and made at the first start; by default "
                "~/.local/state/engine-net/server.key");
    std::string auth = "open";
    options.add("auth",
                value_of(auth, "NAME"),
                "who may play. open: everyone. token: who has a connect token, as token make makes "
                "it, for one visit");
    options.add(
        "token-key-file",
        value_of(settings.token_key_file, "FILE"),
        "where the keys for those are kept, one a line, and one is made at the first start; "
        "by default ~/.local/state/engine-net/token.key");
    options.add("backplane",
                value_of(settings.cluster.redis, "URL"),
                "the Redis that joins several servers, as redis://[[user]:password@]host[:port]"
                "[/database]; without it the server is alone");
    options.add("backplane-password-file",
                value_of(settings.backplane_password_file, "FILE"),
                "where that Redis's password stands, up to the first white space, which is not in "
                "the URL then: redis://[user@]host[:port][/database]");
    options.add("node-name",
                value_of(settings.cluster.node_name, "NAME"),
                "how this server is called among these; by default \"node-PORT\"");
    options.add("public-address",
                value_of(settings.cluster.public_address, "HOST:PORT"),
                "where players of other servers reach this one; by default 127.0.0.1 and its port");
    options.add("public-web-address",
                value_of(settings.cluster.public_web_address, "URL"),
                "where browsers reach its web bridge");
    options.add("cluster-key-file",
                value_of(settings.cluster_key_file, "FILE"),
                "where the secret is kept that these servers share, made at the first start; by "
                "default ~/.local/state/engine-net/cluster.key");
    options.add("backplane-prefix",
                value_of(settings.cluster.prefix, "TEXT"),
                "that all its keys in Redis begin with; another one is another cluster");
    options.add("record",
                value_of(settings.record, "FILE"),
                "write a recording of the first room, for replay and train-prior");
    options.add("record-dir",
                value_of(server.recording_folder, "DIR"),
                "where rooms are recorded that lobby-watch wants recorded");
    options.add_net_sim(server.net_sim);
    options.add_log_level(settings.log_level);
    options.add(
        "check",
        value_of(settings.check_s, {0, 3600, "SECONDS"}),
        "play that long with 16 bots (or --bots) on a free port, print what came of it, and "
        "end with 0 if all is well; 0 is no check",
        "12");
    if (const auto code = options.parse(argc, argv)) return code;
    if (settings.mqtt_port && !settings.web_port) return options.fail("--mqtt needs --web-port");
    if (settings.drain_s) server.drain_time = std::chrono::seconds(*settings.drain_s);
    if (auth == "token") {
        server.auth = engine_net::Auth::token;
    } else if (auth != "open") {
        return options.fail("--auth is open or token, not \"" + auth + '"');
    }
    if (!settings.pusher_key.empty() && !settings.web_port)
        return options.fail("--pusher needs a --web-port to come in by");
    if (!(settings.webhook_url + settings.backend_url + settings.adapters_file).empty() &&
        !settings.web_port) {
        return options.fail(
            "--webhook, --ask-backend and --adapters need the bridge of a --web-port");
    }
    return std::nullopt;
}
